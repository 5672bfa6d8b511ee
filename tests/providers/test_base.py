"""What providers are made with."""

import pytest

from antiphon.errors import ConfigError
from antiphon.providers.base import ProviderContext, Warmable, check_options


def test_known_options_pass() -> None:
    check_options("espeak", {"rate": 180}, {"rate", "pitch"})


def test_an_unknown_option_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match="espeak: unknown option 'speed'; it has: pitch, rate"):
        check_options("espeak", {"speed": 2}, {"rate", "pitch"})


def test_where_there_are_none_it_says_so() -> None:
    with pytest.raises(ConfigError, match="it has: none"):
        check_options("minilm", {"device": "cpu"}, ())


def test_keys_in_the_environment_are_never_shown() -> None:
    assert "sk-secret" not in repr(ProviderContext(environ={"OPENAI_API_KEY": "sk-secret"}))


def test_what_can_be_made_ready_is_known_by_its_method() -> None:
    class Ready:
        async def warm(self) -> None: ...

    assert isinstance(Ready(), Warmable)
    assert not isinstance(object(), Warmable)
