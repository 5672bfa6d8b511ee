"""What the core tells its listeners: the events of ``Session.events()``, reports and telemetry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from antiphon.core.events import DraftUsage
from antiphon.core.tools import ToolOutcome


@dataclass(frozen=True, slots=True)
class TurnStarted:
    """The caller took the floor."""

    turn_id: int
    at_ns: int  # first voiced sample; the time of arrival for text


@dataclass(frozen=True, slots=True)
class TranscriptChanged:
    """The caller's words so far in this turn: finals, then the newest interim."""

    turn_id: int
    at_ns: int
    text: str
    final: bool  # all of it will not change


@dataclass(frozen=True, slots=True)
class EndOfTurn:
    """The caller's turn was decided to be over."""

    turn_id: int
    at_ns: int
    text: str
    reason: str  # why now, as in "silence 500 ms"


@dataclass(frozen=True, slots=True)
class DraftStarted:
    """A draft was begun."""

    turn_id: int
    draft_id: int
    at_ns: int
    transcript: str
    trigger: str  # "interim", "stable", "pause", "eager-end-of-turn", "final"
    speculative: bool  # begun before the end of the turn was decided


@dataclass(frozen=True, slots=True)
class DraftDiscarded:
    """A draft will not be used."""

    turn_id: int
    draft_id: int
    at_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class DraftCommitted:
    """A draft became the reply."""

    turn_id: int
    draft_id: int
    reply_id: int
    at_ns: int
    reason: str  # the judge's, or why none was needed


@dataclass(frozen=True, slots=True)
class ToolStarted:
    """A tool was begun."""

    turn_id: int
    run_id: int
    at_ns: int
    name: str
    arguments: str  # JSON
    in_draft: bool  # the turn was not over yet; only a tool marked safe is run then


@dataclass(frozen=True, slots=True)
class ToolEnded:
    """A tool has answered, failed, taken too long or been stopped."""

    turn_id: int
    run_id: int
    at_ns: int
    name: str
    content: str  # what the model is told
    outcome: ToolOutcome


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Another agent answers from now on."""

    turn_id: int | None  # in which turn it was handed over; None where the application did
    at_ns: int
    agent: str  # the name of the new one


@dataclass(frozen=True, slots=True)
class HistoryTrimmed:
    """The model is shown the oldest of the conversation no more."""

    at_ns: int
    messages: int  # that were left out
    before_tokens: int  # shown so far, estimated
    after_tokens: int
    summary: bool  # the author's hook summed them up


@dataclass(frozen=True, slots=True)
class ReplyAudible:
    """The first audible sample of a reply reaches the listener."""

    turn_id: int | None  # None for speech the application asked for
    reply_id: int
    at_ns: int


OverlapVerdict: TypeAlias = Literal["suspected", "held", "dismissed", "confirmed"]


@dataclass(frozen=True, slots=True)
class OverlapJudged:
    """What the caller's voice over a reply is taken for now, and why."""

    reply_id: int
    at_ns: int
    onset_ns: int  # first voiced sample
    verdict: OverlapVerdict  # ducked; paused; at full level again; a barge-in
    reason: str  # as in "voice of 96 ms, no words", "backchannel: mm-hm", "words: no wait"


@dataclass(frozen=True, slots=True)
class WordsDismissed:
    """Words over a reply are no turn: nothing answers them."""

    turn_id: int  # what they would have been
    at_ns: int
    text: str
    reason: str  # "backchannel"; "echo", of the agent's own words


@dataclass(frozen=True, slots=True)
class CaptionWord:
    """A word of a reply as it is written, or several that are read as one, and when it is heard."""

    text: str
    start_ns: int
    end_ns: int


@dataclass(frozen=True, slots=True)
class CaptionsSpoken:
    """The next words of a reply, told as their audio is handed over: just before they are heard."""

    reply_id: int
    at_ns: int
    words: tuple[CaptionWord, ...]


@dataclass(frozen=True, slots=True)
class ReplyOver:
    """A reply is no longer audible."""

    turn_id: int | None
    reply_id: int
    at_ns: int
    text: str  # what was heard
    complete: bool
    reason: str  # "played", "barge-in", "withdrawn", "superseded", "failed", "closed"


@dataclass(frozen=True, slots=True)
class Ledger:
    """What speculation cost in a turn and what it brought."""

    started: int = 0
    reused: int = 0
    opened: int = 0
    discarded: int = 0
    llm_requests: int = 0
    usage: DraftUsage = field(default_factory=DraftUsage)
    saved_ms: float = 0.0  # against the same reply started at the end of the turn


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """A finished turn: what was said, what was heard, where the time went."""

    turn_id: int
    user: str
    reply: str | None  # what was heard; None where nothing was
    glass_to_glass_ns: int | None  # last voiced sample to first audible one
    contributions_ns: Mapping[str, int]  # in order along the critical path; they sum to the above
    marks_ns: Mapping[str, int]  # when each station was passed, on the session's clock
    ledger: Ledger
    interrupted: bool
    outcome: Literal["replied", "interrupted", "withdrawn", "failed", "closed"]
    error: str | None = None
    cut_ins: int = 0  # replies that began before the caller had finished, and withdrew
    opening_ns: int = 0  # how long an opening sounded, and silence behind it, before words of substance


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """A turn is over and accounted for."""

    at_ns: int
    record: TurnRecord


@dataclass(frozen=True, slots=True)
class CallerAway:
    """Nobody has said anything for long."""

    at_ns: int
    times: int  # how often this was told since the caller was last heard


@dataclass(frozen=True, slots=True)
class CallerBack:
    """A caller who was away is heard again."""

    at_ns: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something failed; the call goes on."""

    at_ns: int
    where: str  # "stt", "llm", "tts", "reply", ...
    message: str


Notice: TypeAlias = (
    TurnStarted
    | TranscriptChanged
    | EndOfTurn
    | DraftStarted
    | DraftDiscarded
    | DraftCommitted
    | ToolStarted
    | ToolEnded
    | HandedOver
    | HistoryTrimmed
    | ReplyAudible
    | CaptionsSpoken
    | OverlapJudged
    | WordsDismissed
    | ReplyOver
    | TurnEnded
    | CallerAway
    | CallerBack
    | Trouble
)
