from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.habits import EDGES_MS, HESITATIONS_A_TURN, USUAL, Habits

MS = 1_000_000


def paused(habits: Habits, *silences_ms: int) -> Habits:
    for silence_ms in silences_ms:
        habits = habits.after_pause(silence_ms * MS, agent_audible=False)
    return habits


def longer_than(habits: Habits, edge_ms: int) -> float:
    return habits.expected_pauses()[EDGES_MS.index(edge_ms)]


def test_usually_a_quarter_of_turns_holds_a_hesitation() -> None:
    assert longer_than(USUAL, 300) - longer_than(USUAL, 1_200) == pytest.approx(HESITATIONS_A_TURN)
    assert USUAL.expected_shortfall() == 0


def test_each_pause_counts_by_its_length() -> None:
    habits = paused(USUAL, 450, 460, 5_000)
    assert sum(habits.pauses) == 3
    assert habits.pauses[EDGES_MS.index(400)] == 2
    assert habits.pauses[-1] == 1


def test_a_silence_that_belongs_to_speech_is_no_pause() -> None:
    assert paused(USUAL, 99) is USUAL


def test_nothing_is_learned_from_a_silence_that_the_agent_spoke_in() -> None:
    assert USUAL.after_pause(500 * MS, agent_audible=True) is USUAL


def test_a_hesitant_caller_is_expected_to_hesitate_and_a_fluent_one_not_to() -> None:
    hesitant = fluent = USUAL
    for _ in range(30):
        hesitant = paused(hesitant, 900).after_turn(0.0)
        fluent = fluent.after_turn(0.0)
    assert longer_than(hesitant, 800) > 3 * longer_than(USUAL, 800)
    assert longer_than(fluent, 800) < longer_than(USUAL, 800) / 2


def test_what_was_long_ago_fades() -> None:
    habits = paused(USUAL, *[900] * 20).after_turn(0.0)
    before = longer_than(habits, 800)
    for _ in range(300):
        habits = habits.after_turn(0.0)
    assert longer_than(habits, 800) < before / 10
    assert habits.turns < 51


def test_endings_that_look_less_complete_come_to_be_expected() -> None:
    habits = USUAL
    for _ in range(200):
        habits = habits.after_turn(0.6)
    assert 0.4 < habits.expected_shortfall() < 0.6


def test_one_odd_ending_does_not_count_for_many() -> None:
    assert USUAL.after_turn(50.0) == USUAL.after_turn(2.0)
    assert USUAL.after_turn(-50.0) == USUAL.after_turn(-2.0)


def test_a_snapshot_never_changes() -> None:
    before = (USUAL.turns, USUAL.pauses, USUAL.shortfall)
    paused(USUAL, 500).after_turn(1.0)
    assert (USUAL.turns, USUAL.pauses, USUAL.shortfall) == before


@given(st.lists(st.one_of(st.integers(0, 10_000), st.floats(-100, 100)), max_size=60))
def test_longer_pauses_are_never_more_frequent(history: list[int | float]) -> None:
    habits = USUAL
    for each in history:
        habits = paused(habits, each) if isinstance(each, int) else habits.after_turn(each)
    expected = habits.expected_pauses()
    assert len(expected) == len(EDGES_MS)
    assert list(expected) == sorted(expected, reverse=True)
    assert expected[-1] >= 0
    assert abs(habits.expected_shortfall()) <= 2
