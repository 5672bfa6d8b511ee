"""Each preset is an endpoint that can be used as it stands."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from antiphon.errors import ConfigError
from antiphon.providers.llm.presets import PRESETS, Continuation, find_preset


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_preset_has_an_address_and_asks_for_a_key_only_away_from_home(name: str) -> None:
    preset = find_preset(name)
    address = urlsplit(preset.vendor.base_url)
    at_home = address.hostname == "127.0.0.1"
    assert address.scheme == ("http" if at_home else "https")
    assert (preset.vendor.key_variable is None) is at_home
    assert preset.self_hosted is at_home


def test_those_that_were_asked_for_are_there() -> None:
    wanted = {"openai", "ollama", "vllm", "llamacpp", "groq", "together", "openrouter", "gemini"}
    assert set(PRESETS) == wanted


def test_vllm_goes_on_in_its_own_way_and_openai_by_instruction() -> None:
    assert find_preset("vllm").continuation is Continuation.VLLM
    assert find_preset("openai").continuation is Continuation.INSTRUCTION


def test_an_unknown_preset_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match=r"no preset 'grog' .* there are: gemini, groq, llamacpp"):
        find_preset("grog")
