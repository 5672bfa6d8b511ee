from __future__ import annotations

from typing import Any

import pytest

from antiphon.config import Agent
from antiphon.config_file import agent_from_dict
from antiphon.errors import ConfigError
from antiphon.speakable import Emoji, Speakable, speakable_text

WRITTEN = "**Dr. Lee** at 5 km: http://x.com 🚀"


@pytest.mark.parametrize(
    ("settings", "spoken"),
    [
        (Speakable(), "Doctor Lee at five kilometers: x dot com"),
        (Speakable(markup=False), "**Doctor Lee** at five kilometers: x dot com"),
        (Speakable(numbers=False), "Doctor Lee at 5 km: x dot com"),
        (Speakable(addresses=False), "Doctor Lee at five kilometers: http://x.com"),
        (Speakable(abbreviations=False), "Dr. Lee at five kilometers: x dot com"),
    ],
)
def test_each_part_can_be_switched_off(settings: Speakable, spoken: str) -> None:
    assert speakable_text(WRITTEN, settings=settings) == spoken


def test_with_all_of_it_switched_off_the_voice_gets_what_was_written() -> None:
    from antiphon.speakable import AS_WRITTEN

    assert speakable_text(WRITTEN, settings=AS_WRITTEN) == WRITTEN


def test_they_come_from_a_file_as_well() -> None:
    agent = agent_from_dict({"speakable": {"emoji": "name", "pronunciation": {"Nguyen": "win"}}})
    assert agent.speakable == Speakable(emoji=Emoji.NAME, pronunciation={"Nguyen": "win"})
    assert agent_from_dict(agent.to_dict()) == agent
    assert Agent(speakable=Speakable(markup=False)).speakable.markup is False


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"markup": 1}, "speakable.markup = 1: expected true or false"),
        ({"emoji": "smile"}, 'speakable.emoji = \'smile\': expected one of "drop", "name", "keep"'),
        ({"pronunciation": ["a"]}, r"speakable.pronunciation = \['a'\]: expected words and how to say them"),
        ({"pronunciation": {" ": "x"}}, "speakable.pronunciation. "),
        ({"pronunciation": {"a": 5}}, "speakable.pronunciation.a = 5: expected a word and how to say it"),
    ],
)
def test_a_wrong_value_is_named(values: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        Speakable(**values)
