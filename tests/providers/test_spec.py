"""Names, options and order of preference."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.errors import ConfigError
from antiphon.providers.spec import MASK, ProviderSpec, choices, did_you_mean, masked, nearest


@pytest.mark.parametrize(
    ("name", "vendor", "model"),
    [
        ("silero", "silero", ""),
        ("openai/gpt-4.1-mini", "openai", "gpt-4.1-mini"),
        ("openrouter/meta-llama/Llama-3.3:free", "openrouter", "meta-llama/Llama-3.3:free"),
    ],
)
def test_a_name_is_vendor_and_model(name: str, vendor: str, model: str) -> None:
    spec = ProviderSpec(name)
    assert (spec.vendor, spec.model) == (vendor, model)


@pytest.mark.parametrize("name", ["", "/x", "openai/", "Open AI", "openai/a b", "OpenAI/x", None, 5])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="expected a name such as"):
        ProviderSpec(name)


def test_options_are_copied() -> None:
    options: dict[str, object] = {"a": 1}
    spec = ProviderSpec("x", options)
    options["a"] = 2
    assert spec.options == {"a": 1}
    assert hash(spec) == hash(ProviderSpec("x", {"b": 1}))


def test_a_repr_shows_options_and_no_secret() -> None:
    assert repr(ProviderSpec("x/y")) == "ProviderSpec('x/y')"
    spec = ProviderSpec("x/y", {"speed": 2, "api_key": "s3cret"})
    assert repr(spec) == "ProviderSpec('x/y', {'speed': 2, 'api_key': '***'})"


@given(
    st.sampled_from(
        ["api_key", "key", "API-KEY", "auth_token", "client_secret", "Authorization", "extra_headers"]
    ),
    st.sampled_from(["plain", "table", "list"]),
)
def test_a_secret_is_masked_at_any_depth(name: str, depth: str) -> None:
    secret: dict[str, object] = {name: "s3cret", "kept": "yes"}
    nestings: dict[str, dict[str, object]] = {
        "plain": secret,
        "table": {"in": {"in": secret}},
        "list": {"in": [secret]},
    }
    options = nestings[depth]
    assert "s3cret" not in repr(masked(options))
    assert "yes" in repr(masked(options))
    assert "s3cret" in repr(options)


@pytest.mark.parametrize("name", ["max_tokens", "keyterms", "monkey", "key_variable", "tokenizer"])
def test_what_only_sounds_secret_is_shown(name: str) -> None:
    assert masked({name: "shown"}) == {name: "shown"}


def test_a_password_in_an_address_is_masked() -> None:
    assert masked({"base_url": "https://u:p@host/v1"}) == {"base_url": f"https://{MASK}@host/v1"}
    assert masked({"base_url": "https://host/a@b"}) == {"base_url": "https://host/a@b"}


def test_choices_are_given_in_order() -> None:
    own: Any = object()
    assert choices("stt", ["a/b", ProviderSpec("c"), own]) == (ProviderSpec("a/b"), ProviderSpec("c"), own)
    assert choices("stt", "a/b") == (ProviderSpec("a/b"),)
    assert choices("stt", (own,), needs=("__class__",)) == (own,)


def test_an_object_without_the_methods_is_no_provider() -> None:
    with pytest.raises(ConfigError, match=r"stt = <object .*>: expected \"vendor/model\""):
        choices("stt", object(), needs=("open",))


def test_a_hint_names_the_nearest_or_all() -> None:
    assert nearest("deepgrm", ["deepgram", "openai"]) == "deepgram"
    assert nearest("zzz", ["deepgram"]) is None
    assert did_you_mean("deepgrm", ["deepgram", "openai"]) == "did you mean 'deepgram'?"
    assert did_you_mean("zzz", ["b", "a"]) == "there are: a, b"
    assert did_you_mean("zzz", []) == "there are: none"
