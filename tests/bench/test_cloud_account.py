"""What became of each turn is told by the sounds; the session's word alone makes no reply right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from antiphon.bench.cloud_account import Answered, answered_turns, unaccounted
from antiphon.bench.cloud_call import CallAccount
from antiphon.bench.cloud_script import MS_PER_CHARACTER, Asked, Timetable
from antiphon.bench.ear import Sound
from antiphon.bench.speech import FORMAT
from antiphon.core.notices import TurnRecord

from ..telemetry.samples import turn_record

MS = 1_000_000
BEGAN_NS = 5_000 * MS
TURN = Asked("book a table", 1_000 * MS, 2_000 * MS)
LATER = Asked("thank you", 9_000 * MS, 9_500 * MS)
PLAN = Timetable((TURN, LATER), np.zeros(15 * FORMAT.rate_hz, np.int16), ())
ANSWER_MS = len(TURN.answer) * MS_PER_CHARACTER


def sound(after_ms: int, length_ms: int = ANSWER_MS) -> Sound:
    """A sound that begins so long after the first turn's end."""
    start_ns = BEGAN_NS + TURN.end_ns + after_ms * MS
    return Sound(start_ns, start_ns + length_ms * MS)


def record(after_ms: int, reply: str | None = TURN.answer) -> TurnRecord:
    audible_ns = BEGAN_NS + TURN.end_ns + after_ms * MS
    return replace(turn_record(reply=reply), marks_ns={"audible": audible_ns})


def first(sounds: list[Sound], records: list[TurnRecord]) -> Answered:
    return next(answered_turns(CallAccount(PLAN, start_ns=BEGAN_NS, sounds=sounds, records=records)))


def test_a_delay_runs_from_the_callers_last_sound_to_the_replys_first() -> None:
    answered = first([sound(800)], [record(802)])
    assert answered.delay_ns == 800 * MS
    assert answered.right
    assert not answered.cut_in


def test_a_turn_that_nothing_was_heard_after_has_no_delay() -> None:
    assert first([], [record(800)]) == Answered(None, right=False, cut_in=False, record=None)


@pytest.mark.parametrize("reply", [None, "Sure, let me see to that: thank you.", "Sure, let me"])
def test_a_reply_of_other_words_is_not_right(reply: str | None) -> None:
    assert not first([sound(800)], [record(800, reply)]).right


def test_a_reply_that_sounds_for_another_time_is_not_right_whatever_the_session_says() -> None:
    assert not first([sound(800, ANSWER_MS - 600)], [record(800)]).right


def test_a_reply_that_the_session_knows_nothing_of_is_not_right() -> None:
    assert not first([sound(800)], [record(1_500)]).right


def test_sound_while_the_caller_speaks_is_a_cut_in_and_the_reply_after_it_counts() -> None:
    answered = first([sound(-400, 200), sound(750)], [record(750)])
    assert answered.cut_in
    assert answered.right
    assert answered.delay_ns == 750 * MS


def test_a_reply_that_was_only_heard_too_early_answers_nothing() -> None:
    assert first([sound(-400)], [record(-400)]) == Answered(None, right=False, cut_in=True, record=None)


def test_a_reply_less_than_80_ms_early_is_no_cut_in() -> None:
    assert not first([sound(-79)], [record(-79)]).cut_in


def test_each_sound_belongs_to_the_turn_before_it() -> None:
    late = Sound(BEGAN_NS + LATER.end_ns + 700 * MS, BEGAN_NS + LATER.end_ns + 900 * MS)
    account = CallAccount(PLAN, start_ns=BEGAN_NS, sounds=[sound(800), late])
    assert [each.delay_ns for each in answered_turns(account)] == [800 * MS, 700 * MS]


def test_a_sound_is_accounted_for_by_a_reply_with_a_draft_behind_it() -> None:
    account = CallAccount(PLAN, sounds=[sound(800)])
    assert unaccounted(account) == 1
    account.replies_ns[1] = sound(800).start_ns + 3 * MS
    assert unaccounted(account) == 1, "audible, but no draft was committed to it"
    account.committed.add(1)
    assert unaccounted(account) == 0
