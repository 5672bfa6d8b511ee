"""A turn is over when its wait is, and its words are known."""

from __future__ import annotations

from antiphon.core import actions as do
from antiphon.core import events as on
from antiphon.core.ending import FINAL_SOON_MS, MIN_UTTERANCE_NS, SUSPECTED_MS
from antiphon.core.endpointing import Endpointing
from antiphon.core.floor import Floor
from antiphon.core.notices import EndOfTurn, Trouble

from .harness import MS, SILENCE_MS, Driver, a_call

WAIT_MS = 600


def call(**settings: object) -> Driver:
    return a_call(endpointing=Endpointing(silence_ms=WAIT_MS, **settings))  # type: ignore[arg-type]


def ends(driver: Driver) -> list[tuple[int, str]]:
    return [(notice.at_ns // MS, notice.text) for notice in driver.of(EndOfTurn)]


def test_a_turn_whose_words_are_final_ends_when_the_wait_is_over() -> None:
    driver = call().says("a table for two", 1_000, 2_000).to(2_000 + WAIT_MS)
    assert ends(driver) == [(2_600, "a table for two")]
    assert driver.machine.floor is Floor.THINKING


def test_words_that_are_not_are_waited_for() -> None:
    driver = call().speaks(1_000).interim("a table", 1_800).pauses(2_000).to(3_000)
    assert not ends(driver)
    driver.final("a table for two", 3_050, end_ms=2_000).to(3_060)
    assert ends(driver) == [(3_050, "a table for two")]


def test_but_not_for_ever_then_the_newest_guess_is_taken() -> None:
    driver = call(final_timeout_ms=900).speaks(1_000).interim("a table", 1_800).pauses(2_000)
    driver.to(2_000 + WAIT_MS + 900)
    assert ends(driver) == [(3_500, "a table")]


def test_the_recogniser_is_asked_once_a_silence() -> None:
    driver = call().speaks(1_000).pauses(2_000).to(2_900)
    assert sum(isinstance(action, do.FlushRecogniser) for _, action in driver.log) == 1
    assert FINAL_SOON_MS < WAIT_MS


def test_what_is_said_over_a_reply_is_asked_for_at_once_also_in_batch() -> None:
    driver = a_call(flush_at_pause=False).say("We have a garden and a terrace.", 1_000).ready(1, 1_050)
    driver.audible(1_100).speaks(4_000).pauses(4_400)
    assert any(isinstance(action, do.FlushRecogniser) for _, action in driver.log)
    driver.final("a table for two", driver.now_ms + 80)
    assert any(isinstance(action, do.StopReply) for _, action in driver.log)


def test_while_a_voice_is_suspected_no_turn_ends() -> None:
    driver = call().says("a table for two", 1_000, 2_000)
    driver.feed(on.VoiceSuspected(), 2_000 + WAIT_MS - 10)
    driver.to(2_000 + WAIT_MS - 10 + SUSPECTED_MS - 1)
    assert not ends(driver)
    driver.to(2_000 + WAIT_MS - 10 + SUSPECTED_MS)
    assert len(ends(driver)) == 1


def test_when_it_was_nothing_it_ends_at_once() -> None:
    driver = call().says("a table for two", 1_000, 2_000)
    driver.feed(on.VoiceSuspected(), 2_000 + WAIT_MS - 10)
    driver.feed(on.VoiceDismissed(), 2_000 + WAIT_MS + 5)
    assert ends(driver) == [(2_605, "a table for two")]


def test_a_short_sound_without_words_was_noise() -> None:
    driver = call().speaks(1_000).pauses(1_000 + MIN_UTTERANCE_NS // MS - 50)
    driver.final("", driver.now_ms + 80).to(4_000)
    assert not ends(driver)
    assert driver.machine.floor is Floor.IDLE


def test_a_long_one_that_nobody_recognised_is_a_failure_and_is_told() -> None:
    driver = call(final_timeout_ms=500).speaks(1_000).pauses(3_000).to(3_000 + SILENCE_MS + WAIT_MS + 500)
    assert [trouble.message for trouble in driver.of(Trouble)] == ["the recogniser did not answer in time"]
    assert len(ends(driver)) == 1


# --- by hand ------------------------------------------------------------------------------------------


def committed(driver: Driver, at_ms: float) -> Driver:
    driver.feed(on.TurnCommitted(round(at_ms * MS), round(at_ms * MS)), at_ms)
    return driver


def by_hand() -> Driver:
    return a_call(endpointing=Endpointing(manual=True))


def test_by_hand_no_silence_ends_a_turn() -> None:
    driver = by_hand().says("a table", 1_000, 2_000).to(20_000)
    assert not ends(driver)
    driver.says("for two", 20_000, 21_000)
    committed(driver, 22_000)
    assert ends(driver) == [(22_000, "a table for two")]


def test_a_turn_may_be_ended_while_the_voice_still_sounds() -> None:
    driver = by_hand().speaks(1_000).interim("a table", 1_800)
    committed(driver, 2_000)
    assert not ends(driver), "the recogniser is asked for the words first"
    driver.final("a table for two", 2_080, end_ms=2_000)
    assert ends(driver) == [(2_080, "a table for two")]


def test_who_goes_on_after_that_has_begun_to_speak_again() -> None:
    driver = by_hand().says("a table", 1_000, 2_000)
    committed(driver, 2_500)
    driver.says("for two", 3_000, 4_000).to(9_000)
    assert len(ends(driver)) == 1
    committed(driver, 9_500)
    assert ends(driver)[-1] == (9_500, "a table for two")


def test_without_a_turn_there_is_nothing_to_end() -> None:
    driver = committed(by_hand(), 1_000).to(9_000)
    assert not ends(driver)
    assert driver.machine.floor is Floor.IDLE


def test_a_turn_may_be_ended_early_where_silence_ends_it_too() -> None:
    driver = committed(call().says("a table for two", 1_000, 2_000), 2_300)
    assert ends(driver) == [(2_300, "a table for two")]


def test_text_needs_no_commit() -> None:
    driver = by_hand().writes("a table for two", 1_000)
    assert ends(driver) == [(1_000, "a table for two")]


def test_a_button_silences_the_agent_and_without_words_the_floor_is_free_again() -> None:
    driver = by_hand().say("We have a garden and a terrace.", 1_000).ready(1, 1_050).audible(1_100)
    driver.feed(on.InterruptRequested(), 1_500)
    assert any(isinstance(action, do.StopReply) for _, action in driver.log)
    driver.to(1_700)
    assert driver.machine.floor is Floor.IDLE


def test_what_may_not_be_interrupted_goes_on() -> None:
    driver = (
        by_hand().say("This call is recorded.", 1_000, interruptible=False).ready(1, 1_050).audible(1_100)
    )
    driver.feed(on.InterruptRequested(), 1_500)
    assert driver.machine.floor is Floor.AGENT
