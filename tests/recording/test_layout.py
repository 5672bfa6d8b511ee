from __future__ import annotations

from antiphon.core.actions import CommitDraft, FlushRecogniser
from antiphon.core.events import Interim, Tick
from antiphon.recording.layout import actions_line, event_line, timing_line
from antiphon.telemetry.trace import TraceEvent


def test_an_event_is_a_line_with_its_time() -> None:
    assert event_line(7, Tick()) == '{"at_ns":7,"event":{"type":"Tick"}}'


def test_what_it_called_for_is_a_line_too_also_where_that_is_nothing() -> None:
    assert actions_line([]) == "[]"
    assert actions_line([CommitDraft(1, 2), FlushRecogniser()]) == (
        '[{"type":"CommitDraft","draft_id":1,"reply_id":2},{"type":"FlushRecogniser"}]'
    )


def test_a_line_holds_no_end_of_line_whatever_was_said() -> None:
    assert "\n" not in event_line(1, Interim("a\nb\r", 0, 1))
    assert "grün" in event_line(1, Interim("grün", 0, 1))


def test_a_timing_is_a_line_with_its_particulars() -> None:
    assert timing_line(TraceEvent("draft", 3, {"draft_id": 1})) == '{"at_ns":3,"name":"draft","draft_id":1}'
