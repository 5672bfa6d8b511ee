"""What happened: the only things the conversation core is ever told.

Times are integer nanoseconds on the session's clock unless a field says otherwise. An event's own time of
arrival is not in it: the driver passes it as ``now``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from antiphon.core.messages import ToolCall
from antiphon.core.persona import Takeover
from antiphon.core.preparation import Preparation


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its place in a stream of audio."""

    text: str
    start_ns: int  # since the first sample of the stream it was heard or synthesised in
    end_ns: int


# --- the caller's voice -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The caller began to make voiced sound."""

    onset_ns: int  # first voiced sample, backdated


@dataclass(frozen=True, slots=True)
class VoiceSuspected:
    """A sound has set in that may turn out to be the caller's voice: speech follows soon, or a dismissal."""


@dataclass(frozen=True, slots=True)
class VoiceDismissed:
    """What was suspected to be the caller's voice was none, or is none any more."""


@dataclass(frozen=True, slots=True)
class TurnModelAnswered:
    """A turn model's answer to ``AskTurnModel``."""

    request_id: int
    probability: float  # that the caller has finished, in [0, 1]


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    """The caller fell silent: a pause, or the end of the turn."""

    offset_ns: int  # last voiced sample, backdated
    stream_ns: int  # the same place in the recogniser's stream time: since its first sample
    travelled_ns: int = 0  # how much earlier it was captured, where the transport knows


@dataclass(frozen=True, slots=True)
class InputEnded:
    """No more audio will come from the caller."""

    at_ns: int  # the last sample there was
    stream_ns: int  # the same place in the recogniser's stream time


# --- the recogniser -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Interim:
    """A transcript that may change, of the audio since the last final."""

    text: str
    start_ns: int  # stream time: where the audio it covers begins
    end_ns: int  # stream time: where the audio it covers ends
    stability: float | None = None  # the recogniser's own estimate in [0, 1], where it gives one


@dataclass(frozen=True, slots=True)
class Final:
    """A transcript that will not change. Empty text: nothing was said in that audio."""

    text: str
    start_ns: int  # stream time; with ``end_ns`` it identifies the audio, so that a repeat is known as one
    end_ns: int
    words: tuple[Word, ...] = ()
    confidence: float | None = None  # in [0, 1], where the recogniser gives one


@dataclass(frozen=True, slots=True)
class EagerEndOfTurn:
    """The recogniser thinks that the turn may be over; it may still take that back."""

    text: str
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class TurnResumed:
    """The recogniser takes its eager end of turn back."""


@dataclass(frozen=True, slots=True)
class VendorEndOfTurn:
    """The recogniser is sure that the turn is over."""

    probability: float | None = None


@dataclass(frozen=True, slots=True)
class RecogniserFailed:
    """The recogniser gave up for good; words since the last final may be lost."""

    message: str


RecogniserEvent: TypeAlias = Interim | Final | EagerEndOfTurn | TurnResumed | VendorEndOfTurn


# --- the application ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TextReceived:
    """The caller typed a whole turn."""

    text: str


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """The caller pressed keys of a telephone."""

    keys: str  # of 0-9, *, #, A-D


@dataclass(frozen=True, slots=True)
class TurnCommitted:
    """The application holds that the caller has finished."""

    at_ns: int
    stream_ns: int  # how much audio had been given by then


@dataclass(frozen=True, slots=True)
class InterruptRequested:
    """The application, or a button, has the agent stop speaking."""


@dataclass(frozen=True, slots=True)
class SayRequested:
    """The application wants these words said, in any state."""

    text: str
    interruptible: bool = True


@dataclass(frozen=True, slots=True)
class HandOverRequested:
    """The application has another agent answer from now on."""

    takeover: Takeover


@dataclass(frozen=True, slots=True)
class CloseRequested:
    """The call is over."""


# --- drafts -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToolRound:
    """A stretch of a reply's making in which its model waited for tools."""

    asked_ns: int  # the model's wish was known
    answered_ns: int  # the model was told the results, or the caller was asked to wait


@dataclass(frozen=True, slots=True)
class DraftMarks:
    """When a reply's pipeline passed its stations; ``None`` for one it did not reach."""

    requested_ns: int | None = None  # the model was asked
    first_token_ns: int | None = None
    first_segment_ns: int | None = None  # the first speakable chunk was whole
    voice_requested_ns: int | None = None  # ... and was handed to the voice
    first_audio_ns: int | None = None  # first byte of audio
    prepared_ns: int | None = None  # what the author adds was known
    rounds: tuple[ToolRound, ...] = ()  # before the first speakable chunk


@dataclass(frozen=True, slots=True)
class DraftUsage:
    """What a draft has cost so far."""

    input_tokens: int = 0
    cached_input_tokens: int = 0  # of the input tokens, those billed at the cache's price
    output_tokens: int = 0
    tts_characters: int = 0
    requests: int = 0


@dataclass(frozen=True, slots=True)
class DraftReady:
    """A draft's first audio is there: from now on its commit is a buffer write."""

    draft_id: int


@dataclass(frozen=True, slots=True)
class OpeningReady:
    """All audio of a draft's first clause is there."""

    draft_id: int
    text: str  # as it is written
    audio_ms: float


@dataclass(frozen=True, slots=True)
class DraftFinished:
    """A draft's text and audio are complete."""

    draft_id: int
    text: str
    usage: DraftUsage


@dataclass(frozen=True, slots=True)
class DraftFailed:
    """A draft can't go on."""

    draft_id: int
    message: str
    text: str  # what had been handed to the voice by then
    usage: DraftUsage


@dataclass(frozen=True, slots=True)
class DraftCancelled:
    """A draft that was cancelled has let go of its providers."""

    draft_id: int
    usage: DraftUsage


@dataclass(frozen=True, slots=True)
class ToolsRequested:
    """A draft's model asks for tools, and waits."""

    draft_id: int
    calls: tuple[ToolCall, ...]  # in the model's order; arguments in one form, so that equal ones are equal
    said: str  # what the model wrote before it asked, since it last did


@dataclass(frozen=True, slots=True)
class ToolFinished:
    """A tool has answered, or failed."""

    run_id: int
    content: str  # what the model is told
    failed: bool = False
    takeover: Takeover | None = None  # it hands the call over


@dataclass(frozen=True, slots=True)
class ReplyPrepared:
    """The author's hook has said what to add to a request, or failed."""

    request_id: int
    preparation: Preparation
    error: str | None = None
    takeover: Takeover | None = None  # it hands the call over; at the end of a turn alone


@dataclass(frozen=True, slots=True)
class Summarised:
    """The author's hook has summed up what the model is to be shown no more, or failed."""

    request_id: int
    text: str | None  # None where it failed
    error: str | None = None


@dataclass(frozen=True, slots=True)
class SimilarityAnswered:
    """An Embedder's answer to ``AskSimilarity``."""

    request_id: int
    similarity: float  # cosine


# --- playout ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReplyStarted:
    """The first block of a reply was handed to the transport."""

    reply_id: int
    handed_ns: int
    audible_ns: int  # first audible sample at the listener, leading silence counted
    marks: DraftMarks


@dataclass(frozen=True, slots=True)
class ReplyHeard:
    """The listener's end says when a reply came and sounded; all on the session's clock."""

    reply_id: int
    received_ns: int  # its first block came
    begun_ns: int  # ... and began to be played
    rendered_ns: int  # its first audible sample was handed to the sound card
    audible_ns: int  # ... and left it


@dataclass(frozen=True, slots=True)
class ReplyEnded:
    """A reply is no longer audible: played to its end, or stopped."""

    reply_id: int
    heard_text: str  # what the listener heard of it
    heard_ms: float
    complete: bool


@dataclass(frozen=True, slots=True)
class ReplyStarved:
    """A reply that is not complete has no audio left to play."""

    reply_id: int


@dataclass(frozen=True, slots=True)
class ReplyFed:
    """A starved reply has audio again."""

    reply_id: int


@dataclass(frozen=True, slots=True)
class ReplyLocated:
    """Where a reply is, as was asked."""

    reply_id: int
    heard: str  # what the listener has heard of its text
    coming: str  # what of it was handed to the voice and is still to be heard


@dataclass(frozen=True, slots=True)
class Tick:
    """The deadline that ``next_deadline()`` asked for has come."""


Event: TypeAlias = (
    SpeechStarted
    | SpeechStopped
    | VoiceSuspected
    | TurnModelAnswered
    | VoiceDismissed
    | InputEnded
    | Interim
    | Final
    | EagerEndOfTurn
    | TurnResumed
    | VendorEndOfTurn
    | RecogniserFailed
    | TextReceived
    | KeyPressed
    | TurnCommitted
    | InterruptRequested
    | SayRequested
    | HandOverRequested
    | CloseRequested
    | DraftReady
    | OpeningReady
    | DraftFinished
    | DraftFailed
    | DraftCancelled
    | ToolsRequested
    | ToolFinished
    | ReplyPrepared
    | Summarised
    | SimilarityAnswered
    | ReplyStarted
    | ReplyHeard
    | ReplyEnded
    | ReplyStarved
    | ReplyFed
    | ReplyLocated
    | Tick
)
