"""A caller who says nothing for long is away, and may be asked."""

from __future__ import annotations

import pytest

from antiphon.core import actions as do
from antiphon.core.notices import CallerAway, CallerBack
from antiphon.core.presence import Presence
from antiphon.errors import ConfigError

from .harness import MS, Driver, a_call

AWAY_MS = 5_000


def call(*prompts: str) -> Driver:
    driver = a_call(presence=Presence(AWAY_MS, prompts))
    return driver.say("Good morning.", 1_000).ready(1, 1_050).audible(1_100).finished(1).played(2_000)


def away(driver: Driver) -> list[tuple[int, int]]:
    return [(notice.at_ns // MS, notice.times) for notice in driver.of(CallerAway)]


def spoken(driver: Driver) -> list[str]:
    return [action.text for _, action in driver.log if isinstance(action, do.StartSpeech)]


def test_after_a_silence_of_both_the_caller_is_away_and_again_after_another() -> None:
    driver = call().to(2_000 + AWAY_MS - 1)
    assert not away(driver)
    driver.to(2_000 + 2 * AWAY_MS)
    assert away(driver) == [(7_000, 1), (12_000, 2)]


def test_the_silence_begins_anew_when_anybody_speaks() -> None:
    driver = call().to(6_000).says("hello there", 6_000, 6_500).to(6_000 + AWAY_MS + 500)
    assert not away(driver)


def test_prompts_are_said_in_their_order_and_then_no_more() -> None:
    driver = call("Are you there?")
    driver.to(7_000)
    assert spoken(driver) == ["Good morning.", "Are you there?"]
    driver.ready(2, 7_050).audible(7_100).finished(2).played(8_000)
    driver.to(8_000 + 3 * AWAY_MS)
    assert away(driver) == [(7_000, 1), (13_000, 2), (18_000, 3), (23_000, 4)]
    assert spoken(driver) == ["Good morning.", "Are you there?"]


def test_who_speaks_again_is_back_and_counts_as_never_away() -> None:
    driver = call().to(7_500).speaks(7_500)
    assert [notice.at_ns // MS for notice in driver.of(CallerBack)] == [7_564]
    driver.pauses(7_600).final("", driver.now_ms + 80).to(7_800 + AWAY_MS + 1_000)
    assert away(driver)[-1][1] == 1


def test_left_out_nobody_is_ever_away() -> None:
    driver = a_call().to(600_000)
    assert not away(driver)
    assert driver.machine.next_deadline() is None


def test_a_silence_too_short_and_an_empty_prompt_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"presence\.away_ms = 10: expected a number from 1000"):
        Presence(10)
    with pytest.raises(ConfigError, match=r"presence\.prompts = \['']: expected a list of texts"):
        Presence(5_000, [""])  # type: ignore[arg-type]
    assert Presence(5_000, ["Hello?"]).prompts == ("Hello?",)  # type: ignore[arg-type]
