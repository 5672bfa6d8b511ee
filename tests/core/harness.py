"""Plays the session's part for the pure machine: tells it what happens, does what it asks, and checks that.

Times are milliseconds here. Stream time, the recogniser's scale, is the same as the clock's: the call's first
sample was captured at 0.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any, TypeVar

from antiphon.core import actions as do
from antiphon.core import events as on
from antiphon.core.conversation import Conversation, ConversationSettings
from antiphon.core.endpointing import Endpointer, Endpointing
from antiphon.core.floor import Floor
from antiphon.core.habits import USUAL
from antiphon.core.messages import Message
from antiphon.core.notices import Notice, TurnEnded, TurnRecord

MS = 1_000_000
ONSET_MS, SILENCE_MS, FINAL_MS = 64, 96, 80  # until voice, silence and a flushed final are known
USAGE = on.DraftUsage(input_tokens=100, output_tokens=10, tts_characters=40, requests=1)
TICKS_AT_ONCE = 5  # more than these at one moment, and the machine goes round in circles

Kind = TypeVar("Kind")


@dataclass
class DraftMade:
    """A draft as the session would have it."""

    draft_id: int
    messages: tuple[Message, ...] = ()
    text: str | None = None  # of speech that needs no model
    started_ms: float = 0
    state: str = "running"  # "finished", "failed", "cancelled"

    @property
    def answers(self) -> str:
        return self.messages[-1].content


@dataclass
class Playing:
    """The reply in hand."""

    reply_id: int
    draft_id: int
    audible: bool = False


@dataclass
class Driver:
    """One call of the machine's, driven by hand."""

    machine: Conversation
    now_ms: float = 1_000
    heard: str = "Certainly"  # of a reply that is stopped
    coming: str = ", I can do that."  # ... and what would have come next
    level: str = "full"  # of the reply in hand: "low", "held"
    log: list[tuple[float, do.Action]] = field(default_factory=list)
    drafts: dict[int, DraftMade] = field(default_factory=dict)
    playing: Playing | None = None
    over: list[int] = field(default_factory=list)  # ids of replies that will not be heard again
    voiced: bool = False  # the caller's voice sounds
    _inbox: deque[on.Event] = field(default_factory=deque)
    _final_until_ms: float = 0

    # --- time and events ------------------------------------------------------------------------------

    def to(self, at_ms: float) -> Driver:
        """Let time pass, with a tick wherever the machine asked for one."""
        assert at_ms >= self.now_ms, "time does not go back"
        ticks = 0
        while (deadline_ns := self.machine.next_deadline()) is not None and deadline_ns <= at_ms * MS:
            ticks = 0 if deadline_ns > self.now_ms * MS else ticks + 1
            assert ticks <= TICKS_AT_ONCE, "the machine keeps asking for the same moment"
            self.now_ms = max(self.now_ms, deadline_ns / MS)
            self.feed(on.Tick())
        self.now_ms = at_ms
        return self

    def feed(self, event: on.Event, at_ms: float | None = None) -> list[do.Action]:
        """Tell the machine of an event, and do all it asks for."""
        if at_ms is not None:
            self.to(at_ms)
        before = len(self.log)
        self._inbox.append(event)
        while self._inbox:
            closed = self.machine.floor is Floor.CLOSED
            for action in self.machine.handle(self._inbox.popleft(), round(self.now_ms * MS)):
                assert not closed or isinstance(action, do.Notify), f"asked for after the end: {action}"
                self.log.append((self.now_ms, action))
                self._carry_out(action)
        return [action for _, action in self.log[before:]]

    def _carry_out(self, action: do.Action) -> None:
        match action:
            case do.StartDraft(draft_id, messages):
                self._begin(DraftMade(draft_id, messages or (), started_ms=self.now_ms))
            case do.StartSpeech(draft_id, text):
                self._begin(DraftMade(draft_id, text=text, started_ms=self.now_ms))
            case do.CommitDraft(draft_id, reply_id):
                assert self.playing is None, "a reply at a time"
                assert self.drafts[draft_id].state in {"running", "finished"}, "only what can be heard"
                assert reply_id not in self.over, "a reply's name is its own"
                self.playing = Playing(reply_id, draft_id)
            case do.UncommitDraft(draft_id, reply_id):
                assert self.playing == Playing(reply_id, draft_id), "only what was not heard"
                self._end()
            case do.CancelDraft(draft_id):
                if self.playing is not None and self.playing.draft_id == draft_id:
                    assert not self.playing.audible, "what is heard is stopped, not dropped"
                    self._end()
                self._cancel(draft_id)
            case do.StopReply(reply_id, fade_ms):
                assert self.playing is not None
                assert self.playing.reply_id == reply_id, "what is stopped is heard"
                self._cancel(self.playing.draft_id)
                self._end()
                self._inbox.append(on.ReplyEnded(reply_id, self.heard, 500.0 + fade_ms, complete=False))
            case do.EndDraft(draft_id):
                assert self.drafts[draft_id].state == "running", "only what goes on is ended"
                self.drafts[draft_id].state = "finished"
                self._inbox.append(on.DraftFinished(draft_id, "a reply", USAGE))
            case _:
                self._carry_out_while_heard(action)

    def _carry_out_while_heard(self, action: do.Action) -> None:
        match action:
            case do.LocateReply(reply_id):
                self._inbox.append(on.ReplyLocated(reply_id, self.heard, self.coming))
            case do.DuckReply(reply_id):
                self._set_level(reply_id, "low", {"full"})
            case do.PauseReply(reply_id):
                self._set_level(reply_id, "held", {"full", "low"})
            case do.ResumeReply(reply_id):
                self._set_level(reply_id, "full", {"low", "held"})

    def _set_level(self, reply_id: int, level: str, before: set[str]) -> None:
        assert self.playing is not None
        assert self.playing.reply_id == reply_id
        assert self.playing.audible, "what is turned down is heard"
        assert self.level in before, "no level is asked for twice"
        self.level = level

    def _begin(self, draft: DraftMade) -> None:
        assert draft.draft_id not in self.drafts, "a draft's name is its own"
        self.drafts[draft.draft_id] = draft

    def _end(self) -> None:
        assert self.playing is not None
        self.over.append(self.playing.reply_id)
        self.playing, self.level = None, "full"

    def _cancel(self, draft_id: int) -> None:
        draft = self.drafts[draft_id]
        if draft.state == "running":
            self._inbox.append(on.DraftCancelled(draft_id, USAGE))
        if draft.state != "failed":
            draft.state = "cancelled"

    # --- the caller -----------------------------------------------------------------------------------

    def speaks(self, at_ms: float) -> Driver:
        """The caller's voice sets in."""
        self.voiced = True
        self.feed(on.SpeechStarted(round(at_ms * MS)), at_ms + ONSET_MS)
        return self

    def pauses(self, at_ms: float) -> Driver:
        """The caller's voice ceases."""
        self.voiced = False
        self.feed(on.SpeechStopped(round(at_ms * MS), round(at_ms * MS)), at_ms + SILENCE_MS)
        return self

    def interim(
        self, text: str, at_ms: float, *, start_ms: float | None = None, end_ms: float | None = None
    ) -> Driver:
        """The recogniser's newest guess, of the audio since the last final unless said otherwise."""
        start = self._final_until_ms if start_ms is None else start_ms
        self.feed(
            on.Interim(text, round(start * MS), round((at_ms if end_ms is None else end_ms) * MS)), at_ms
        )
        return self

    def final(
        self, text: str, at_ms: float, *, start_ms: float | None = None, end_ms: float | None = None
    ) -> Driver:
        """Words that will not change, of the audio since the last final unless said otherwise."""
        start = self._final_until_ms if start_ms is None else start_ms
        end = at_ms if end_ms is None else end_ms
        self._final_until_ms = max(self._final_until_ms, end)
        self.feed(on.Final(text, round(start * MS), round(end * MS)), at_ms)
        return self

    def says(self, text: str, from_ms: float, until_ms: float) -> Driver:
        """The caller says something; its final comes after the flush at the pause."""
        self.speaks(from_ms).pauses(until_ms)
        return self.final(text, until_ms + SILENCE_MS + FINAL_MS)

    def writes(self, text: str, at_ms: float | None = None) -> Driver:
        """The caller types a turn."""
        self.feed(on.TextReceived(text), at_ms)
        return self

    # --- the application ------------------------------------------------------------------------------

    def say(self, text: str, at_ms: float | None = None, *, interruptible: bool = True) -> Driver:
        """The application has something to say."""
        self.feed(on.SayRequested(text, interruptible), at_ms)
        return self

    def close(self, at_ms: float | None = None) -> Driver:
        """The call is over."""
        self.feed(on.CloseRequested(), at_ms)
        return self

    # --- drafts and replies ---------------------------------------------------------------------------

    def ready(self, draft_id: int, at_ms: float | None = None) -> Driver:
        """A draft's first audio is there."""
        self.feed(on.DraftReady(draft_id), at_ms)
        return self

    def finished(self, draft_id: int, at_ms: float | None = None) -> Driver:
        """A draft is complete."""
        if at_ms is not None:
            self.to(at_ms)
        self.drafts[draft_id].state = "finished"
        self.feed(on.DraftFinished(draft_id, "a reply", USAGE))
        return self

    def failed(self, draft_id: int, at_ms: float | None = None, message: str = "the model is down") -> Driver:
        """A draft can't go on."""
        if at_ms is not None:
            self.to(at_ms)
        self.drafts[draft_id].state = "failed"
        self.feed(on.DraftFailed(draft_id, message, "", USAGE))
        return self

    def audible(self, at_ms: float | None = None) -> Driver:
        """The reply in hand is heard from now on."""
        if at_ms is not None:
            self.to(at_ms)
        assert self.playing is not None
        self.playing.audible = True
        at_ns = round(self.now_ms * MS)
        self.feed(on.ReplyStarted(self.playing.reply_id, at_ns, at_ns, self._marks()))
        return self

    def _marks(self) -> on.DraftMarks:
        assert self.playing is not None
        draft = self.drafts[self.playing.draft_id]
        began = round(draft.started_ms * MS)
        now = round(self.now_ms * MS)
        if draft.text is not None:
            return on.DraftMarks(voice_requested_ns=began, first_audio_ns=now)
        return on.DraftMarks(
            began, min(now, began + 40 * MS), min(now, began + 60 * MS), began + 60 * MS, now
        )

    def played(
        self, at_ms: float | None = None, text: str = "Certainly, I can do that.", *, complete: bool = True
    ) -> Driver:
        """The reply in hand has been played to its end."""
        if at_ms is not None:
            self.to(at_ms)
        assert self.playing is not None
        reply_id, draft_id = self.playing.reply_id, self.playing.draft_id
        if self.drafts[draft_id].state == "running":
            self.finished(draft_id)
        self._end()
        self.feed(on.ReplyEnded(reply_id, text, 1_500.0, complete))
        return self

    # --- what came of it ------------------------------------------------------------------------------

    @property
    def floor(self) -> Floor:
        return self.machine.floor

    @property
    def history(self) -> list[tuple[str, str]]:
        """Who said what."""
        return [(message.role, message.content) for message in self.machine.history]

    @property
    def notices(self) -> list[Notice]:
        return [action.notice for _, action in self.log if isinstance(action, do.Notify)]

    @property
    def records(self) -> list[TurnRecord]:
        """The accounts of the turns that are over."""
        return [notice.record for notice in self.notices if isinstance(notice, TurnEnded)]

    @property
    def record(self) -> TurnRecord:
        """The account of the last turn that is over."""
        return self.records[-1]

    def of(self, kind: type[Kind]) -> list[Kind]:
        """The actions, or the notices, of a kind."""
        everything = [*(action for _, action in self.log), *self.notices]
        return [each for each in everything if isinstance(each, kind)]

    def when(self, kind: type[Any]) -> list[float]:
        """When each action of a kind, or each notice, came."""
        return [
            at_ms
            for at_ms, action in self.log
            if isinstance(action, kind) or (isinstance(action, do.Notify) and isinstance(action.notice, kind))
        ]

    @property
    def draft(self) -> DraftMade:
        """The draft begun last."""
        return self.drafts[max(self.drafts)]

    def states(self) -> list[str]:
        """What became of each draft, in order."""
        return [draft.state for draft in self.drafts.values()]


STATES = (
    "idle",
    "caller speaking",
    "caller pausing",
    "thinking",
    "agent",
    "thinking of speech",
    "agent says",
    "closed",
)


def a_call_in(state: str, **settings: Any) -> Driver:
    """A call at 5,000 ms, in a state of ``STATES``; where the agent answers, to "book a table"."""
    call = a_call(**settings)
    match state:
        case "caller speaking":
            call.speaks(4_000).interim("book a table", 4_800)
        case "caller pausing":
            call.speaks(4_000).interim("book a table", 4_600).pauses(4_700)
        case "thinking":
            call.says("book a table", 3_000, 4_000)
        case "agent":
            call.says("book a table", 3_000, 4_000).audible(4_700)
        case "thinking of speech":
            call.say("Welcome.", 4_900)
        case "agent says":
            call.say("Welcome.", 4_500).audible(4_700)
        case "closed":
            call.close(4_000)
    return call.to(5_000)


FIXED = Endpointing(silence_ms=600)


def a_call(endpointer: Endpointer | None = None, **settings: Any) -> Driver:
    """A call that has just begun. Unless said otherwise, 600 ms of silence end a turn."""
    habits = settings.pop("habits", USUAL)
    settings = {"endpointing": FIXED, **settings}
    return Driver(Conversation(ConversationSettings(**settings), endpointer, habits=habits))
