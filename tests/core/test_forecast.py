"""When the caller will have finished, and what a draft begun now is worth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.forecast import KNOWN_MS, USUAL_PACE
from antiphon.core.times import NS_PER_MS


def test_words_are_expected_at_the_usual_pace_until_the_caller_shows_another() -> None:
    assert USUAL_PACE.word_ms == pytest.approx(345)
    slow = USUAL_PACE
    for _ in range(40):
        slow = slow.after_turn(8, 8 * 600 * NS_PER_MS)
    assert 500 < slow.word_ms < 600


def test_what_was_learned_long_ago_counts_less() -> None:
    pace = USUAL_PACE
    for word_ms in (*[600] * 30, *[300] * 30):
        pace = pace.after_turn(8, 8 * word_ms * NS_PER_MS)
    assert pace.word_ms < 330


def test_drafts_are_expected_to_take_as_long_as_they_do() -> None:
    pace = USUAL_PACE
    for _ in range(60):
        pace = pace.after_draft(200 * NS_PER_MS)
    assert 200 < pace.ready_ms < 350


def test_a_turn_of_no_more_words_ends_at_once() -> None:
    assert USUAL_PACE.ends_in_ms(0) == 0
    assert USUAL_PACE.saved_ms(0) == KNOWN_MS


@given(st.integers(0, 30), st.integers(0, 30))
def test_a_draft_saves_more_the_earlier_it_is_begun_but_never_more_than_it_takes(few: int, more: int) -> None:
    few, more = sorted((few, more))
    assert USUAL_PACE.saved_ms(few) <= USUAL_PACE.saved_ms(more) <= USUAL_PACE.ready_ms
