from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes
from opentelemetry.semconv.attributes import error_attributes

from antiphon.core.notices import Ledger, TurnRecord
from antiphon.telemetry import spans
from antiphon.telemetry.spans import CallFacts, SpanPlan, plan_turn
from antiphon.telemetry.story import TurnStory

from .samples import DRAFTED, MS, STREAMED, report, turn_record, turn_records

FACTS = CallFacts("deepgram/nova-3", "openai/gpt-4.1-mini", "espeak", "call-7")


def plan(story: TurnStory, *, record_text: bool = False) -> SpanPlan:
    return plan_turn(story, FACTS, record_text=record_text)


def child(parent: SpanPlan, name: str) -> SpanPlan:
    (found,) = (each for each in parent.children if each.name == name)
    return found


def everything(root: SpanPlan) -> list[SpanPlan]:
    return [root, *(below for each in root.children for below in everything(each))]


def test_a_turn_has_a_span_for_each_stage() -> None:
    turn = plan(report((STREAMED,)).turns[0])
    assert [each.name for each in turn.children] == [
        "antiphon.caller",
        "antiphon.stt",
        "antiphon.endpointing",
        "chat gpt-4.1-mini",
        "antiphon.tts",
        "antiphon.playout",
        "antiphon.draft",
        "antiphon.delay",
    ]


def test_stages_have_their_true_times() -> None:
    story = report((STREAMED,)).turns[0]
    turn, marks_ns = plan(story), story.record.marks_ns
    chat = child(turn, "chat gpt-4.1-mini")
    assert (chat.start_ns, chat.end_ns) == (marks_ns["llm_requested"], marks_ns["first_segment"])
    assert (turn.start_ns, turn.end_ns) == (story.started_ns, story.ended_ns)
    caller = child(turn, "antiphon.caller")
    assert caller.end_ns - caller.start_ns == 2_000 * MS


def test_the_delay_is_made_of_its_contributions_one_after_another() -> None:
    story = report((STREAMED,)).turns[0]
    delay = child(plan(story), "antiphon.delay")
    assert delay.end_ns - delay.start_ns == story.record.glass_to_glass_ns
    ends = [delay.start_ns, *(each.end_ns for each in delay.children)]
    assert [each.start_ns for each in delay.children] == ends[:-1]
    assert ends[-1] == delay.end_ns
    assert [each.name for each in delay.children] == [f"antiphon.delay.{name}" for name in STREAMED]


def test_spans_speak_the_words_of_the_conventions() -> None:
    turn = plan(report((STREAMED,)).turns[0])
    assert turn.attributes["gen_ai.operation.name"] == "invoke_agent"
    assert turn.attributes["gen_ai.conversation.id"] == "call-7"
    assert turn.attributes["gen_ai.usage.input_tokens"] == 220
    chat = child(turn, "chat gpt-4.1-mini").attributes
    assert chat["gen_ai.operation.name"] == "chat"
    assert chat["gen_ai.provider.name"] == "openai"
    assert chat["gen_ai.request.model"] == "gpt-4.1-mini"
    assert chat["gen_ai.response.time_to_first_chunk"] == 0.402
    voice = child(turn, "antiphon.tts").attributes
    assert (voice["gen_ai.request.model"], voice["gen_ai.output.type"]) == ("espeak", "speech")


def test_the_words_are_those_of_the_installed_conventions() -> None:
    known = {value for value in vars(gen_ai_attributes).values() if isinstance(value, str)}
    ours = {
        value
        for value in vars(spans).values()
        if isinstance(value, str) and value.startswith("gen_ai.") and " " not in value
    }
    assert len(ours) == 12
    assert ours <= known
    assert spans.ERROR_TYPE == error_attributes.ERROR_TYPE
    assert error_attributes.ErrorTypeValues.OTHER.value == spans.ERROR_OTHER


def test_no_word_of_the_call_is_kept_unless_asked_for() -> None:
    story = report((DRAFTED,)).turns[0]
    silent = repr(plan(story))
    assert "a table" not in silent
    assert "'two'" not in silent
    told = plan(story, record_text=True)
    assert json.loads(str(told.attributes["gen_ai.input.messages"])) == [
        {"role": "user", "parts": [{"type": "text", "content": "I'd like to book a table for two"}]}
    ]
    assert "Sure" in str(told.attributes["gen_ai.output.messages"])
    drafts = [each.attributes for each in told.children if each.name == "antiphon.draft"]
    assert [draft["antiphon.draft.reason"] for draft in drafts] == [
        "only the final has 'two'",
        "the same words",
    ]


@pytest.mark.parametrize("record_text", [False, True])
def test_an_error_is_marked_and_its_message_never_kept(record_text: bool) -> None:
    story = TurnStory(turn_record(outcome="failed", error="openai: bad key sk-hunter2"), 9)
    turn = plan(story, record_text=record_text)
    assert turn.failed
    assert turn.attributes["error.type"] == "_OTHER"
    assert "hunter2" not in repr([each.attributes for each in everything(turn)])


def test_drafts_have_spans_with_their_fate() -> None:
    turn = plan(report((DRAFTED,)).turns[0])
    drafts = [each for each in turn.children if each.name == "antiphon.draft"]
    assert [(each.attributes["antiphon.draft.fate"], each.end_ns - each.start_ns) for each in drafts] == [
        ("discarded", 900 * MS),
        ("reused", 601 * MS),
    ]


def test_a_turn_that_passed_no_station_has_a_span_of_its_own_all_the_same() -> None:
    record = TurnRecord(1, "", None, None, {}, {}, Ledger(saved_ms=math.nan), False, "closed")
    turn = plan(TurnStory(record, 5))
    assert (turn.start_ns, turn.end_ns, turn.children) == (5, 5, ())
    assert turn.attributes["antiphon.drafts.saved_ms"] == 0.0


@given(turn_records(), st.integers(0, 10**9), st.none() | st.integers(0, 10**9))
def test_no_span_ends_before_it_begins_and_a_turn_holds_all_of_its_own(
    record: TurnRecord, ended_ns: int, started_ns: int | None
) -> None:
    turn = plan(TurnStory(record, ended_ns, started_ns))
    for each in everything(turn):
        assert turn.start_ns <= each.start_ns <= each.end_ns <= turn.end_ns
