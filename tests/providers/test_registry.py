"""A provider's name finds the provider, or an error that says what there is and how to get it."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from importlib.metadata import EntryPoint, EntryPoints
from typing import Any

import pytest

from antiphon.config import Agent
from antiphon.errors import ConfigError, MissingExtraError
from antiphon.providers import registry
from antiphon.providers.base import ProviderContext
from antiphon.providers.registry import (
    BUILT_IN,
    EXTRAS,
    KINDS,
    Kind,
    create_embedder,
    create_llm,
    create_stt,
    create_tts,
    create_turn_model,
    create_vad,
    is_installed,
    listings,
    vendor_of,
)
from antiphon.providers.spec import ProviderSpec

CONTEXT = ProviderContext()
CREATORS = {
    "stt": create_stt,
    "llm": create_llm,
    "tts": create_tts,
    "vad": create_vad,
    "turn_model": create_turn_model,
    "embedder": create_embedder,
}


class Made:
    """What a factory of another package was called with."""

    def __init__(self, model: str, options: Mapping[str, object], context: ProviderContext) -> None:
        self.called_with = (model, dict(options), context)


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another package is installed that adds "acme" of each kind, "openai" again, and one that is broken."""
    points = [
        EntryPoint(name, value, f"antiphon.{kind}")
        for kind in KINDS
        for name, value in {
            "acme": f"{__name__}:Made",
            "openai": f"{__name__}:Made",
            "broken": "no_such_module_at_all:create",
            "hollow": f"{__name__}:missing",
        }.items()
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: EntryPoints(points).select(group=group))


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "is_installed", lambda extra: False)


@pytest.mark.usefixtures("added")
@pytest.mark.parametrize("kind", KINDS)
def test_another_packages_provider_gets_model_options_and_context(kind: Kind) -> None:
    made: Any = CREATORS[kind](ProviderSpec("acme/best/of-all", {"speed": 2}), CONTEXT)
    assert made.called_with == ("best/of-all", {"speed": 2}, CONTEXT)


@pytest.mark.usefixtures("added")
def test_of_several_the_first_is_made() -> None:
    made = create_llm(["acme/a", "handbook"], CONTEXT)
    assert isinstance(made, Made)
    assert made.called_with[0] == "a"


def test_an_object_is_returned_as_it_is() -> None:
    own = object()
    assert create_stt(own, CONTEXT) is own  # type: ignore[arg-type]
    assert create_stt([own, "pocketsphinx"], CONTEXT) is own


@pytest.mark.usefixtures("added")
def test_a_built_in_name_cannot_be_taken_over() -> None:
    openai = [one for one in listings("stt") if one.vendor == "openai"]
    assert [one.source for one in openai] == ["built in"]


@pytest.mark.usefixtures("added")
@pytest.mark.parametrize("name", ["broken", "hollow/model"])
def test_another_package_that_cannot_be_loaded_is_named(name: str) -> None:
    with pytest.raises(ConfigError, match=rf"stt provider '{name}': package .* can't be loaded: "):
        create_stt(name, CONTEXT)


@pytest.mark.usefixtures("added")
def test_an_unknown_name_is_answered_with_what_is_near_and_what_is_installed() -> None:
    with pytest.raises(ConfigError) as error:
        create_stt("deepgrm/nova-3", CONTEXT)
    assert str(error.value) == (
        "unknown stt provider 'deepgrm/nova-3', did you mean 'deepgram'?; "
        "installed: pocketsphinx, deepgram, openai, acme, broken, hollow"
    )


@pytest.mark.usefixtures("nothing_installed")
def test_an_unknown_name_is_answered_with_how_to_install_the_known() -> None:
    with pytest.raises(ConfigError) as error:
        create_vad("zzz", CONTEXT)
    assert str(error.value) == (
        "unknown vad provider 'zzz'; installed: none; "
        "not installed: silero, run  pip install 'antiphon[silero]'"
    )


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize(("kind", "vendor"), [("stt", "pocketsphinx"), ("tts", "espeak"), ("llm", "groq")])
def test_a_provider_whose_extra_is_missing_says_how_to_get_it(kind: Kind, vendor: str) -> None:
    extra = BUILT_IN[kind][vendor].extra
    with pytest.raises(MissingExtraError, match=rf"pip install 'antiphon\[{extra}\]'") as error:
        CREATORS[kind](f"{vendor}/x", CONTEXT)
    assert error.value.extra == extra
    assert extra in [one.missing_extra for one in listings(kind) if one.vendor == vendor]


def test_an_extra_is_installed_when_all_its_modules_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EXTRAS, "some", ("json", "os.path"))
    monkeypatch.setitem(EXTRAS, "half", ("json", "no_such_package.inner"))
    assert is_installed("some")
    assert not is_installed("half")


def test_a_compatible_endpoint_is_the_openai_provider_with_a_preset() -> None:
    context = ProviderContext(environ={"GROQ_API_KEY": "k"})
    assert create_llm("groq/llama-3.3-70b", context).name == "groq/llama-3.3-70b"


@pytest.mark.parametrize(
    ("kind", "name", "variable"),
    [
        ("stt", "deepgram/nova-3", "DEEPGRAM_API_KEY"),
        ("llm", "openai/x", "OPENAI_API_KEY"),
        ("llm", "groq/x", "GROQ_API_KEY"),
    ],
)
def test_a_vendors_key_is_known(kind: Kind, name: str, variable: str) -> None:
    vendor = vendor_of(kind, ProviderSpec(name))
    assert vendor is not None
    assert vendor.key_variable == variable


@pytest.mark.parametrize("name", ["handbook", "acme/x"])
def test_a_provider_on_this_machine_or_from_elsewhere_has_no_vendor_known(name: str) -> None:
    assert vendor_of("llm", ProviderSpec(name)) is None


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in KINDS for name in BUILT_IN[kind]])
def test_each_built_in_provider_has_its_module_and_a_known_extra(kind: Kind, name: str) -> None:
    entry = BUILT_IN[kind][name]
    assert importlib.util.find_spec(entry.module) is not None
    assert entry.extra is None or entry.extra in EXTRAS


def test_the_default_agents_providers_are_built_in() -> None:
    agent = Agent()
    for kind, choice in [("stt", agent.stt), ("llm", agent.llm), ("tts", agent.tts), ("vad", agent.vad)]:
        assert [one.vendor in BUILT_IN[kind] for one in choice] == [True]  # type: ignore[index, union-attr]
