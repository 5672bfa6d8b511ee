from __future__ import annotations

import pytest

from antiphon.core.events import DraftMarks, DraftUsage, ToolRound
from antiphon.core.notices import Ledger
from antiphon.core.speculation import Draft
from antiphon.core.transcript import FinalsSeen, Transcript
from antiphon.core.turn import Reply, Turn, added, marks_of, record_of, saved_ms

MS = 1_000_000
ALL_MARKS = DraftMarks(2_100 * MS, 2_500 * MS, 2_600 * MS, 2_600 * MS, 2_800 * MS)


def a_turn(text: str = "book a table") -> Turn:
    turn = Turn(1, 1_000 * MS, Transcript(FinalsSeen()), last_voiced_ns=2_000 * MS)
    turn.transcript.add_text(text)
    turn.ended_ns = turn.committed_ns = 2_600 * MS
    return turn


def a_reply(turn: Turn | None, *, speculative: bool = False, marks: DraftMarks | None = ALL_MARKS) -> Reply:
    return Reply(
        1,
        1,
        turn,
        2_600 * MS,
        draft=Draft(1, "book a table", 2_100 * MS, speculative=speculative),
        marks=marks,
        handed_ns=2_800 * MS,
        audible_ns=2_830 * MS,
    )


def test_usages_add_up() -> None:
    assert added(DraftUsage(1, 2, 3, 4, 5), DraftUsage(10, 20, 30, 40, 50)) == DraftUsage(11, 22, 33, 44, 55)


def test_a_turns_account_counts_drafts_and_what_they_cost() -> None:
    turn = a_turn()
    turn.count(started=1)
    turn.count(DraftUsage(100, 10, 20, 30, 1), discarded=1)
    turn.count(DraftUsage(50, 0, 5, 0, 1))
    assert turn.ledger == Ledger(started=1, discarded=1, llm_requests=2, usage=DraftUsage(150, 10, 25, 30, 2))


def test_a_turn_that_goes_on_was_not_over() -> None:
    turn = a_turn()
    turn.retried_ns, turn.attempts = 3_000 * MS, 2
    turn.reopen()
    assert (turn.ended_ns, turn.committed_ns, turn.retried_ns, turn.attempts) == (None, None, None, 0)


def test_waiting_for_tools_is_a_station_each_time() -> None:
    rounds = (ToolRound(2_400 * MS, 2_450 * MS), ToolRound(2_500 * MS, 2_700 * MS))
    marks = DraftMarks(2_100 * MS, None, 2_750 * MS, 2_750 * MS, 2_800 * MS, rounds=rounds)
    turn = a_turn()
    reply = a_reply(turn, marks=marks)
    record = record_of(turn, reply, "Certainly.", "replied")
    assert record.contributions_ns["tools"] == 100 * MS, "of it what came after the end of the turn"
    assert sum(record.contributions_ns.values()) == record.glass_to_glass_ns


def test_stations_not_passed_are_left_out() -> None:
    assert marks_of(a_turn(), None) == {
        "last_voiced": 2_000 * MS,
        "end_of_turn": 2_600 * MS,
        "committed": 2_600 * MS,
    }


def test_a_reply_brings_its_drafts_stations() -> None:
    marks = marks_of(a_turn(), a_reply(None))
    assert list(marks)[3:] == [
        *("llm_requested", "first_token", "first_segment", "tts_requested", "first_audio"),
        *("handed", "audible"),
    ]


@pytest.mark.parametrize(
    ("marks", "speculative", "ended_ms", "expected"),
    [
        pytest.param(ALL_MARKS, True, 2_900, 700, id="audio before the end of the turn saves all it took"),
        pytest.param(ALL_MARKS, True, 2_600, 500, id="what was still waited for is not saved"),
        pytest.param(ALL_MARKS, True, 2_100, 0, id="begun at the end of the turn it saves nothing"),
        pytest.param(ALL_MARKS, True, 2_000, 0, id="begun after it, nothing either"),
        pytest.param(ALL_MARKS, False, 2_600, 0, id="a reply made for the final saves nothing"),
        pytest.param(None, True, 2_600, 0, id="nothing is known of the draft"),
        pytest.param(DraftMarks(), True, 2_600, 0, id="no model was asked"),
        pytest.param(DraftMarks(requested_ns=5), True, 2_600, 0, id="no audio came"),
        pytest.param(ALL_MARKS, True, None, 0, id="the turn did not end"),
    ],
)
def test_a_draft_saves_what_the_same_reply_would_have_come_later(
    marks: DraftMarks | None, speculative: bool, ended_ms: int | None, expected: float
) -> None:
    turn = a_turn()
    turn.ended_ns = None if ended_ms is None else ended_ms * MS
    assert saved_ms(turn, a_reply(turn, speculative=speculative, marks=marks)) == expected


def test_a_record_says_what_was_said_heard_and_spent() -> None:
    turn = a_turn()
    turn.count(started=2, discarded=1)
    record = record_of(turn, a_reply(turn, speculative=True), "Certainly.", "replied")
    assert (record.user, record.reply, record.outcome, record.error) == (
        "book a table",
        "Certainly.",
        "replied",
        None,
    )
    assert record.glass_to_glass_ns == 830 * MS == sum(record.contributions_ns.values())
    assert record.ledger == Ledger(started=2, reused=1, discarded=1, saved_ms=500.0)
    assert not record.interrupted


def test_a_turn_without_a_reply_has_no_glass_to_glass() -> None:
    record = record_of(a_turn(), None, None, "failed", "the model is down")
    assert (record.reply, record.glass_to_glass_ns, record.contributions_ns) == (None, None, {})
    assert record.error == "the model is down"


def test_a_reply_that_failed_half_way_says_why() -> None:
    turn = a_turn()
    reply = a_reply(turn)
    reply.error = "the voice is gone"
    assert record_of(turn, reply, "Certain", "failed").error == "the voice is gone"


def test_an_interrupted_turn_is_marked() -> None:
    turn = a_turn()
    assert record_of(turn, a_reply(turn), "Certain", "interrupted").interrupted
