"""What to do: the only things the conversation core ever asks of its driver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from antiphon.core.messages import Message, ToolSpec
from antiphon.core.notices import Notice


@dataclass(frozen=True, slots=True)
class StartDraft:
    """Have the model write a reply and the voice speak it; hold the audio."""

    draft_id: int
    messages: tuple[Message, ...] | None  # instructions, history, the transcript; None: AskModel tells them
    ahead_ms: int | None = None  # how much speech is worth making before a commit; None: all that can be held
    tools: tuple[ToolSpec, ...] = ()  # what the model may ask for
    begun: str = ""  # the reply's first clause: the model goes on from it
    opens_with: int | None = None  # the draft that has that clause's audio, and no use for it any more


@dataclass(frozen=True, slots=True)
class StartSpeech:
    """Have the voice speak a text that needs no model; hold the audio."""

    draft_id: int
    text: str


@dataclass(frozen=True, slots=True)
class CancelDraft:
    """Let go of a draft's providers at once and forget its audio."""

    draft_id: int


@dataclass(frozen=True, slots=True)
class CommitDraft:
    """The draft is the reply: its audio, held and still to come, goes to the transport."""

    draft_id: int
    reply_id: int


@dataclass(frozen=True, slots=True)
class UncommitDraft:
    """Nothing of the reply was heard yet: take the commit back and hold the draft's audio again."""

    draft_id: int
    reply_id: int


@dataclass(frozen=True, slots=True)
class StopReply:
    """Fade the reply out, drop what has not been heard of it and let go of its draft."""

    reply_id: int
    fade_ms: int


@dataclass(frozen=True, slots=True)
class AskModel:
    """Ask a draft's model, or have it go on with the results of the tools it waits for."""

    draft_id: int
    messages: tuple[Message, ...]  # all it was shown, the tools' results at the end
    tools: tuple[ToolSpec, ...]


@dataclass(frozen=True, slots=True)
class EndDraft:
    """Have a draft whose model waits for tools end with what it has said."""

    draft_id: int


@dataclass(frozen=True, slots=True)
class ChangeAgent:
    """What is begun from now on is another agent's: its model, its voice, its tools and hooks."""

    number: int


@dataclass(frozen=True, slots=True)
class PrepareReply:
    """Ask the author's hook what to add to a request; an answer after the deadline is not waited for."""

    request_id: int
    turn_id: int
    transcript: str
    draft: bool  # the turn may still go on
    deadline_ns: int


@dataclass(frozen=True, slots=True)
class Summarise:
    """Ask the author's hook to sum up what the model is to be shown no more."""

    request_id: int
    messages: tuple[Message, ...]
    deadline_ns: int


@dataclass(frozen=True, slots=True)
class SpeakProgress:
    """Have a draft whose model waits for a tool say something meanwhile."""

    draft_id: int
    text: str


@dataclass(frozen=True, slots=True)
class RunTool:
    """Run a tool."""

    run_id: int
    turn_id: int
    name: str
    arguments: str  # JSON, as the model wrote it
    in_draft: bool  # the turn may still go on


@dataclass(frozen=True, slots=True)
class CancelTool:
    """Have a tool stop; what it answers after this is not heeded."""

    run_id: int


@dataclass(frozen=True, slots=True)
class DuckReply:
    """Go on with the reply, more quietly: somebody may want to speak."""

    reply_id: int
    by_db: float
    ramp_ms: int


@dataclass(frozen=True, slots=True)
class PauseReply:
    """Fade the reply out and keep what has not been heard of it."""

    reply_id: int
    fade_ms: int


@dataclass(frozen=True, slots=True)
class ResumeReply:
    """A reply that was ducked or paused is at full level again, and goes on where it was."""

    reply_id: int
    ramp_ms: int


@dataclass(frozen=True, slots=True)
class LocateReply:
    """Say what of the reply was heard so far, and what comes next."""

    reply_id: int


@dataclass(frozen=True, slots=True)
class FlushRecogniser:
    """Have the recogniser turn all audio it has into a final, now."""


@dataclass(frozen=True, slots=True)
class ReadAhead:
    """Have a model of one's own read what was said so far, so that a request has less left to read."""

    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class AskSimilarity:
    """Have the Embedder compare two transcripts; an answer after the deadline is not waited for."""

    request_id: int
    left: str
    right: str
    deadline_ns: int


@dataclass(frozen=True, slots=True)
class AskTurnModel:
    """Have the turn model judge the sound so far; an answer after the deadline is not waited for."""

    request_id: int
    deadline_ns: int


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell whoever listens."""

    notice: Notice


Action: TypeAlias = (
    StartDraft
    | StartSpeech
    | CancelDraft
    | CommitDraft
    | UncommitDraft
    | StopReply
    | AskModel
    | EndDraft
    | ChangeAgent
    | PrepareReply
    | Summarise
    | SpeakProgress
    | RunTool
    | CancelTool
    | DuckReply
    | PauseReply
    | ResumeReply
    | LocateReply
    | FlushRecogniser
    | ReadAhead
    | AskSimilarity
    | AskTurnModel
    | Notify
)
