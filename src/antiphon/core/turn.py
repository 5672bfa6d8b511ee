"""One exchange as the machine keeps it: the caller's turn, the reply to it, and their account."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from antiphon.core.events import DraftMarks, DraftUsage, ReplyHeard
from antiphon.core.notices import Ledger, TurnRecord
from antiphon.core.speculation import Draft, Trigger
from antiphon.core.timeline import MOST_ROUNDS, contributions
from antiphon.core.times import NS_PER_MS
from antiphon.core.tools import ToolKey, ToolRun
from antiphon.core.transcript import Transcript

NOTHING_USED = DraftUsage()
Outcome: TypeAlias = Literal["replied", "interrupted", "withdrawn", "failed", "closed"]


@dataclass(slots=True)
class Turn:
    """What the caller says until it is answered."""

    turn_id: int
    started_ns: int
    transcript: Transcript
    voiced: bool = False
    last_voiced_ns: int = 0  # clock time of the last voiced sample so far
    last_voiced_stream_ns: int = 0  # ... in the recogniser's stream time
    travelled_ns: int = 0  # how much earlier it was captured
    voiced_ns: int = 0  # how long the voice sounded, pauses left out
    onset_ns: int = 0  # of the voice that goes on, or of the last
    silence_known_ns: int | None = None
    final_known_ns: int | None = None  # the last final came
    flushed: bool = False  # the recogniser was, since the voice last stopped
    final_soon_ns: int | None = None  # until then the final is worth waiting for rather than drafting around
    put_off: tuple[int, Trigger] | None = (
        None  # an Embedder is asked until then whether it need be drafted for
    )
    vendor_end: bool = False  # the recogniser is sure that the turn is over
    vendor_probability: float | None = None  # its estimate that it is
    sound_asked: int | None = None  # the turn model, about the pause in hand: which question
    sound_probability: float | None = None  # its answer
    stability: float | None = None  # its estimate that the newest interim will stand
    answers: bool | None = None  # the agent's last words asked for something; not known while they sound
    written: bool = False  # ended by words that were typed
    committed: bool = False  # ended by the application
    recogniser_failed: str | None = None  # no more words will come, and why
    announced: bool = False  # its end was; it may have been taken back since
    told: bool = False  # its words stand in the history
    heard_until_ns: int = 0  # stream time: words that begin before it belong to this turn, once it is over
    interim_changed_ns: int | None = None
    words_changed_ns: int = 0
    wait_over_ns: int | None = None
    settled_ns: int | None = None  # what the author adds to the request was known
    ended_ns: int | None = None
    committed_ns: int | None = None
    retried_ns: int | None = None
    handed_over_ns: int | None = None  # to another agent, before anything was heard
    read_ahead_ns: int = 0  # the model was last sent the words so far
    attempts: int = 0  # replies begun at or after the end of the turn
    started: int = 0  # drafts begun before the end of the turn
    discarded: int = 0  # ... and not used
    usage: DraftUsage = NOTHING_USED
    tool_runs: dict[ToolKey, ToolRun] = field(default_factory=dict)
    handed_over: int = 0  # how often
    say_first: str | None = None  # by the agent that it was handed over to
    progress_said: bool = False  # the caller was asked to wait for a tool
    cut_ins: int = 0  # replies that came before the caller had finished

    def absorb(self, later: Turn) -> None:
        """What the caller went on to say belongs to this turn."""
        self.transcript.merge(later.transcript)
        self.voiced = later.voiced
        self.voiced_ns += later.voiced_ns
        if later.onset_ns:
            self.onset_ns = later.onset_ns
            self.last_voiced_ns = max(self.last_voiced_ns, later.last_voiced_ns)
            self.last_voiced_stream_ns = max(self.last_voiced_stream_ns, later.last_voiced_stream_ns)
            self.travelled_ns = later.travelled_ns
            self.silence_known_ns = later.silence_known_ns
            self.flushed, self.final_soon_ns = later.flushed, later.final_soon_ns
        self.final_known_ns = later.final_known_ns or self.final_known_ns
        self.words_changed_ns = max(self.words_changed_ns, later.words_changed_ns)
        self.written = self.written or later.written
        self.committed = later.committed

    def reopen(self) -> None:
        """The caller goes on: it was not over."""
        self.settled_ns = self.ended_ns = self.committed_ns = self.retried_ns = self.handed_over_ns = None
        self.attempts = 0

    @property
    def ledger(self) -> Ledger:
        """The turn's account so far."""
        return Ledger(self.started, 0, 0, self.discarded, self.usage.requests, self.usage)

    def count(self, usage: DraftUsage | None = None, *, started: int = 0, discarded: int = 0) -> None:
        """Add to the turn's account."""
        self.started += started
        self.discarded += discarded
        if usage is not None:
            self.usage = added(self.usage, usage)


@dataclass(frozen=True, slots=True)
class Following:
    """A turn that another agent goes on with."""

    turn: Turn
    say: str | None  # what it says; None has its model answer


@dataclass(slots=True)
class Reply:
    """What the agent says: an answer to a turn, or words the application asked for."""

    reply_id: int
    draft_id: int
    turn: Turn | None
    committed_ns: int
    draft: Draft | None = None  # what was committed; None for speech that needs no model
    text: str | None = None  # of such speech
    interruptible: bool = True
    apology: bool = False
    audible_ns: int | None = None
    handed_ns: int | None = None
    heard: ReplyHeard | None = None  # what the listener's end said of it
    marks: DraftMarks | None = None
    starved_ns: int | None = None
    gap_ns: int | None = None  # how long it first had nothing to play
    error: str | None = None  # it failed half-way
    patient_from_ns: int = 0  # it is waited for from then on, or since its commit
    asides: list[Turn] = field(default_factory=list)  # backchannels over it
    followed: Following | None = None  # by another agent's, once it is over
    follows: bool = False  # it is another agent's, after one that was heard

    @property
    def speculative(self) -> bool:
        """Whether it was begun before the end of the turn."""
        return self.draft is not None and self.draft.speculative


def added(left: DraftUsage, right: DraftUsage) -> DraftUsage:
    """Two usages together."""
    return DraftUsage(
        left.input_tokens + right.input_tokens,
        left.cached_input_tokens + right.cached_input_tokens,
        left.output_tokens + right.output_tokens,
        left.tts_characters + right.tts_characters,
        left.requests + right.requests,
    )


def marks_of(turn: Turn, reply: Reply | None) -> dict[str, int]:
    """When each station was passed, by name, those that were not left out (see ``core.timeline``)."""
    marks = reply.marks if reply is not None and reply.marks is not None else DraftMarks()
    heard = reply.heard if reply is not None else None
    stations = {
        "last_voiced": turn.last_voiced_ns - turn.travelled_ns,
        "arrived": turn.last_voiced_ns if turn.travelled_ns else None,
        "wait_over": turn.wait_over_ns,
        "silence_known": turn.silence_known_ns,
        "stt_final": turn.final_known_ns,
        "settled": turn.settled_ns,
        "end_of_turn": turn.ended_ns,
        "committed": turn.committed_ns,
        "retried": turn.retried_ns,
        "handed_over": turn.handed_over_ns,
        "prepared": marks.prepared_ns,
        "llm_requested": marks.requested_ns,
        **round_stations(marks),
        "first_token": marks.first_token_ns,
        "first_segment": marks.first_segment_ns,
        "tts_requested": marks.voice_requested_ns,
        "first_audio": marks.first_audio_ns,
        "handed": reply.handed_ns if reply is not None else None,
        "received": heard.received_ns if heard is not None else None,
        "begun": heard.begun_ns if heard is not None else None,
        "rendered": heard.rendered_ns if heard is not None else None,
        "audible": reply.audible_ns if reply is not None else None,
    }
    return {name: at_ns for name, at_ns in stations.items() if at_ns is not None}


def round_stations(marks: DraftMarks) -> dict[str, int]:
    """The stations at which a model waited for tools."""
    stations: dict[str, int] = {}
    for number, each in enumerate(marks.rounds[:MOST_ROUNDS], 1):
        stations |= {f"tools_asked_{number}": each.asked_ns, f"tools_answered_{number}": each.answered_ns}
    return stations


def saved_ms(turn: Turn, reply: Reply) -> float:
    """What a draft saved: how much later the same reply would have had its first audio.

    Begun when the turn could be known to be over, it would have taken as long as the draft took.
    """
    marks = reply.marks
    if not reply.speculative or marks is None or turn.ended_ns is None:
        return 0.0
    if marks.requested_ns is None or marks.first_audio_ns is None:
        return 0.0
    known = (turn.wait_over_ns, turn.silence_known_ns, turn.final_known_ns)
    could_end_ns = max((at_ns for at_ns in known if at_ns is not None), default=turn.ended_ns)
    took_ns = marks.first_audio_ns - marks.requested_ns
    waited_ns = max(0, marks.first_audio_ns - could_end_ns)
    return max(0, took_ns - waited_ns) / 1e6


def opening_ns(reply: Reply | None) -> int:
    """How long after a reply's first sound its first words of substance came; 0 where it began with them."""
    if reply is None or reply.audible_ns is None or reply.draft is None or reply.draft.begun is None:
        return 0
    return round(reply.draft.begun.audio_ms * NS_PER_MS) + (reply.gap_ns or 0)


def record_of(
    turn: Turn, reply: Reply | None, heard: str | None, outcome: Outcome, error: str | None = None
) -> TurnRecord:
    """The account of a turn that is over."""
    marks = marks_of(turn, reply)
    spent = contributions(marks) if "audible" in marks else {}
    ledger = turn.ledger
    if reply is not None and reply.draft is not None and reply.draft.begun is not None:
        ledger = replace(ledger, opened=1, saved_ms=saved_ms(turn, reply))
    elif reply is not None and reply.speculative:
        ledger = replace(ledger, reused=1, saved_ms=saved_ms(turn, reply))
    return TurnRecord(
        turn_id=turn.turn_id,
        user=turn.transcript.text,
        reply=heard,
        glass_to_glass_ns=marks["audible"] - marks["last_voiced"] if "audible" in marks else None,
        contributions_ns=spent,
        marks_ns=marks,
        ledger=ledger,
        interrupted=outcome == "interrupted",
        outcome=outcome,
        error=error or (reply.error if reply is not None else None),
        cut_ins=turn.cut_ins,
        opening_ns=opening_ns(reply),
    )
