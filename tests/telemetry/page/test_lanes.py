from __future__ import annotations

from antiphon.telemetry.page.lanes import SPEECH_SHOWN_MS, lanes
from antiphon.telemetry.story import TurnStory

from ..samples import BEGAN_NS, DRAFTED, MS, STREAMED, report, turn_record


def test_caller_drafts_and_reply_have_a_lane_each() -> None:
    chart = lanes(report((DRAFTED,)).turns[0], 1)
    assert chart is not None
    assert [(row.name, row.value) for row in chart.rows] == [
        ("caller", "2,000 ms"),
        ("draft 1", "discarded"),
        ("draft 2", "reused"),
        ("reply", ""),
    ]


def test_zero_is_the_callers_last_sound() -> None:
    chart = lanes(report((DRAFTED,)).turns[0], 1)
    assert chart is not None
    assert [(mark.look, mark.at_ms) for mark in chart.marks] == [
        ("silent", 0),
        ("decided", 300),
        ("audible", 333),
    ]
    speech, reply = chart.rows[0].bars[0], chart.rows[-1].bars[0]
    assert (speech.start_ms, speech.end_ms) == (-2000, 0)
    assert (reply.start_ms, reply.end_ms) == (333, 333 + 2600)


def test_a_draft_lasts_until_it_speaks_or_is_discarded() -> None:
    drafted, streamed = report((DRAFTED, STREAMED)).turns
    chart = lanes(drafted, 1)
    assert chart is not None
    assert (chart.rows[1].bars[0].start_ms, chart.rows[1].bars[0].end_ms) == (-700, 200)
    chart = lanes(streamed, 2)
    assert chart is not None
    assert chart.rows[1].bars[0].end_ms == 300 + 62 + 634


def test_a_long_turn_is_shown_from_its_last_seconds() -> None:
    long = TurnStory(turn_record(last_voiced_ns=BEGAN_NS + 60_000 * MS), 0, started_ns=BEGAN_NS)
    chart = lanes(long, 1)
    assert chart is not None
    assert chart.low_ms == -SPEECH_SHOWN_MS


def test_the_description_tells_the_same_story() -> None:
    chart = lanes(report((DRAFTED,)).turns[0], 1)
    assert chart is not None
    assert chart.description == (
        "The caller spoke for 2,000 ms; times count from the last sound. "
        "Draft 1 was begun at \u2212700 ms (discarded). Draft 2 was begun at \u2212300 ms (reused). "
        "The turn was decided to be over at 300 ms. The reply was first heard at 333 ms."
    )


def test_a_turn_that_was_not_heard_from_its_beginning_has_no_lanes() -> None:
    assert lanes(TurnStory(turn_record(), 0), 1) is None
