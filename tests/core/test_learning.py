from __future__ import annotations

import pytest

from antiphon.core.completeness import model_for
from antiphon.core.habits import USUAL
from antiphon.core.learning import Learning
from antiphon.core.notices import TurnEnded

from .harness import MS, Driver, a_call


def test_an_ending_is_compared_with_what_is_usual() -> None:
    model, learning = model_for("en"), Learning(USUAL, "en")
    assert model is not None
    learning.answered("no", answers=True)
    assert learning.habits == USUAL.after_turn(model.shortfall("no", answers=True))
    assert model.shortfall("no", answers=True) != model.shortfall("no")


@pytest.mark.parametrize(("language", "transcript"), [("en", ""), ("de", "danke")])
def test_from_words_not_read_no_ending_is_learned(language: str, transcript: str) -> None:
    learning = Learning(USUAL, language)
    learning.answered(transcript, answers=False)
    assert learning.habits == USUAL.after_turn(0.0)


# --- in a call ----------------------------------------------------------------------------------------


def answered_call() -> Driver:
    call = a_call().says("book a table for two", 1_000, 2_000).to(2_700)
    return call.audible(3_000).played(4_000)


def test_a_pause_within_a_turn_is_learned() -> None:
    call = a_call().speaks(1_000).pauses(1_500).speaks(1_950)
    assert call.machine.habits == USUAL.after_pause(450 * MS, agent_audible=False)


def test_so_is_one_after_which_a_reply_was_taken_back_unheard() -> None:
    call = a_call().says("book a table", 1_000, 2_000).to(2_700).speaks(2_750)
    assert call.machine.habits == USUAL.after_pause(750 * MS, agent_audible=False)


def test_the_silence_between_two_turns_is_not_a_pause() -> None:
    call = answered_call()
    before = call.machine.habits
    assert call.speaks(5_000).machine.habits == before


def test_a_turn_whose_reply_was_heard_is_learned_from_once_it_is_accounted_for() -> None:
    call = a_call().says("book a table for two", 1_000, 2_000).to(2_700).audible(3_000)
    assert call.machine.habits == USUAL
    call.played(4_000)
    assert call.machine.habits.turns == 1
    assert call.machine.habits.shortfall != 0


def test_nothing_is_learned_from_a_pause_that_the_agent_cut_into() -> None:
    call = a_call().says("book a table", 1_000, 2_000).to(2_700).audible(2_700).speaks(2_800)
    assert call.of(TurnEnded) == []
    assert call.machine.habits == USUAL


def test_nothing_is_learned_from_a_pause_in_what_is_said_over_the_agent() -> None:
    call = a_call().says("book a table", 1_000, 2_000).to(2_700).audible(2_700)
    call.speaks(3_300).pauses(3_350).speaks(3_700).pauses(3_750)
    assert call.machine.habits == USUAL


def test_nothing_is_learned_from_a_pause_in_which_the_agent_fell_silent() -> None:
    call = a_call().says("book a table", 1_000, 2_000).to(2_700).audible(2_700)
    call.speaks(3_300).pauses(3_350).played(3_500)
    before = call.machine.habits
    call.speaks(3_700)
    assert call.machine.habits == before


def test_what_was_known_before_the_call_is_built_upon() -> None:
    known = USUAL.after_pause(500 * MS, agent_audible=False).after_turn(0.3)
    call = a_call(habits=known)
    assert call.machine.habits == known
    call.speaks(1_000).pauses(1_500).speaks(1_950)
    assert call.machine.habits == known.after_pause(450 * MS, agent_audible=False)
