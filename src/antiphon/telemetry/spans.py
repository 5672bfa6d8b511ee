"""Which spans a finished turn has, with their times and attributes: a plan, free of any exporter.

Names of attributes that begin with ``gen_ai.`` are those of OpenTelemetry's semantic conventions for
generative AI; the others are Antiphon's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from antiphon.core.notices import TurnRecord
from antiphon.telemetry.contributions import critical_path
from antiphon.telemetry.story import DraftStory, TurnStory
from antiphon.telemetry.wording import finite

AttributeValue: TypeAlias = str | int | float | bool

OPERATION = "gen_ai.operation.name"
PROVIDER = "gen_ai.provider.name"
MODEL = "gen_ai.request.model"
STREAM = "gen_ai.request.stream"
CONVERSATION = "gen_ai.conversation.id"
OUTPUT_TYPE = "gen_ai.output.type"
INPUT_TOKENS = "gen_ai.usage.input_tokens"
CACHED_INPUT_TOKENS = "gen_ai.usage.cache_read.input_tokens"
OUTPUT_TOKENS = "gen_ai.usage.output_tokens"
TIME_TO_FIRST_CHUNK = "gen_ai.response.time_to_first_chunk"  # seconds
INPUT_MESSAGES = "gen_ai.input.messages"
OUTPUT_MESSAGES = "gen_ai.output.messages"
ERROR_TYPE = "error.type"
ERROR_OTHER = "_OTHER"  # the conventions' word for an error that has no name of its own


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What every span of a call is told by.

    Attributes:
        stt: The recogniser's registry name, such as ``"deepgram/nova-3"``.
        llm: The model's.
        tts: The voice's.
        conversation_id: Tells this call from others; no secret.
    """

    stt: str
    llm: str
    tts: str
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class SpanPlan:
    """One span. Times are on the session's clock."""

    name: str
    start_ns: int
    end_ns: int
    attributes: Mapping[str, AttributeValue]
    children: tuple[SpanPlan, ...] = ()
    kind: Literal["internal", "client"] = "internal"
    failed: bool = False


def provider_attributes(name: str) -> dict[str, AttributeValue]:
    """Provider and model, from a registry name."""
    provider, _, model = name.partition("/")
    return {PROVIDER: provider, MODEL: model or provider}


def plan_turn(story: TurnStory, facts: CallFacts, *, record_text: bool) -> SpanPlan:
    """A turn's span with one child for each stage, each draft and the delay, whose own are the contributions.

    What did not happen, or has no time, has no span.

    Args:
        story: The turn.
        facts: About its call.
        record_text: Whether to keep what was said, and reasons that may quote it. Error messages are never
            kept: a vendor may repeat a key in one.
    """
    children = (*_stages(story, facts), *_drafts(story, record_text=record_text), *_delay(story))
    marks_ns = story.record.marks_ns.values()
    start_ns = story.started_ns if story.started_ns is not None else min(marks_ns, default=story.ended_ns)
    return SpanPlan(
        name="antiphon.turn",
        start_ns=min(start_ns, *(child.start_ns for child in children), story.ended_ns),
        end_ns=max(story.ended_ns, *(child.end_ns for child in children), start_ns),
        attributes=_turn_attributes(story.record, facts, record_text=record_text),
        children=children,
        failed=story.record.outcome == "failed",
    )


def _turn_attributes(record: TurnRecord, facts: CallFacts, *, record_text: bool) -> dict[str, AttributeValue]:
    ledger, usage = record.ledger, record.ledger.usage
    attributes: dict[str, AttributeValue] = {
        OPERATION: "invoke_agent",
        **provider_attributes(facts.llm),
        INPUT_TOKENS: usage.input_tokens,
        CACHED_INPUT_TOKENS: usage.cached_input_tokens,
        OUTPUT_TOKENS: usage.output_tokens,
        "antiphon.turn.id": record.turn_id,
        "antiphon.turn.outcome": record.outcome,
        "antiphon.turn.interrupted": record.interrupted,
        "antiphon.drafts.started": ledger.started,
        "antiphon.drafts.reused": ledger.reused,
        "antiphon.drafts.opened": ledger.opened,
        "antiphon.drafts.discarded": ledger.discarded,
        "antiphon.drafts.saved_ms": finite(ledger.saved_ms) or 0.0,
        "antiphon.llm.requests": ledger.llm_requests,
        "antiphon.tts.characters": usage.tts_characters,
    }
    if record.glass_to_glass_ns is not None:
        attributes["antiphon.turn.glass_to_glass_ms"] = record.glass_to_glass_ns / 1e6
    if facts.conversation_id is not None:
        attributes[CONVERSATION] = facts.conversation_id
    if record.error is not None:
        attributes[ERROR_TYPE] = ERROR_OTHER
    if record_text:
        attributes[INPUT_MESSAGES] = _messages("user", record.user)
        if record.reply is not None:
            attributes[OUTPUT_MESSAGES] = _messages("assistant", record.reply)
    return attributes


def _messages(role: str, text: str) -> str:
    return json.dumps([{"role": role, "parts": [{"type": "text", "content": text}]}])


def _stages(story: TurnStory, facts: CallFacts) -> Iterator[SpanPlan]:
    """The stations between two marks each; a model's span ends where its first clause was whole."""
    marks_ns = dict(story.record.marks_ns)
    if story.started_ns is not None:
        marks_ns["started"] = story.started_ns
    chat: dict[str, AttributeValue] = {OPERATION: "chat", **provider_attributes(facts.llm), STREAM: True}
    if "llm_requested" in marks_ns and "first_token" in marks_ns:
        chat[TIME_TO_FIRST_CHUNK] = (marks_ns["first_token"] - marks_ns["llm_requested"]) / 1e9
    speech = {OPERATION: "generate_content", **provider_attributes(facts.tts), OUTPUT_TYPE: "speech"}
    clause = "first_segment" if "first_segment" in marks_ns else "first_token"
    stages: tuple[tuple[str, str, str, dict[str, AttributeValue]], ...] = (
        ("antiphon.caller", "started", "last_voiced", {}),
        ("antiphon.stt", "last_voiced", "stt_final", provider_attributes(facts.stt)),
        ("antiphon.endpointing", "last_voiced", "end_of_turn", {}),
        (f"chat {chat[MODEL]}", "llm_requested", clause, chat),
        ("antiphon.tts", "tts_requested", "first_audio", speech),
        ("antiphon.playout", "handed", "audible", {}),
    )
    for name, begin, end, attributes in stages:
        start_ns, end_ns = marks_ns.get(begin), marks_ns.get(end)
        if start_ns is not None and end_ns is not None and start_ns <= end_ns:
            yield SpanPlan(name, start_ns, end_ns, attributes, kind="client" if attributes else "internal")


def _drafts(story: TurnStory, *, record_text: bool) -> Iterator[SpanPlan]:
    for draft in story.drafts:
        end_ns = story.ended_ns if draft.ended_ns is None else draft.ended_ns
        yield SpanPlan(
            "antiphon.draft",
            draft.started_ns,
            max(draft.started_ns, end_ns),
            _draft_attributes(draft, record_text=record_text),
        )


def _draft_attributes(draft: DraftStory, *, record_text: bool) -> dict[str, AttributeValue]:
    attributes: dict[str, AttributeValue] = {
        "antiphon.draft.id": draft.draft_id,
        "antiphon.draft.trigger": draft.trigger,
        "antiphon.draft.speculative": draft.speculative,
        "antiphon.draft.fate": draft.fate,
    }
    if record_text:
        attributes["antiphon.draft.transcript"] = draft.transcript
        attributes["antiphon.draft.reason"] = draft.reason
    return attributes


def _delay(story: TurnStory) -> Iterator[SpanPlan]:
    """From the caller's last sound to the reply's first, and in it the contributions one after another."""
    zero_ns, total_ns = story.last_voiced_ns, story.record.glass_to_glass_ns
    if zero_ns is None or total_ns is None or total_ns < 0:
        return
    contributions = tuple(
        SpanPlan(
            f"antiphon.delay.{span.name}",
            zero_ns + span.start_ns,
            zero_ns + span.end_ns,
            {"antiphon.contribution": span.name},
        )
        for span in critical_path(story.record.contributions_ns)
        if 0 <= span.start_ns < span.end_ns <= total_ns
    )
    yield SpanPlan("antiphon.delay", zero_ns, zero_ns + total_ns, {}, contributions)
