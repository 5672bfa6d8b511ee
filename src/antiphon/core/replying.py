"""The reply: committed, heard, failed, taken back, stopped, accounted for."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from antiphon.core.actions import CancelDraft, CommitDraft, StartSpeech, StopReply, UncommitDraft
from antiphon.core.call import Call
from antiphon.core.drafting import Drafting
from antiphon.core.events import (
    DraftFailed,
    ReplyEnded,
    ReplyFed,
    ReplyHeard,
    ReplyStarted,
    ReplyStarved,
    SayRequested,
)
from antiphon.core.floor import Cause, Floor
from antiphon.core.interruption import Interruption
from antiphon.core.learning import Learning
from antiphon.core.notices import DraftCommitted, ReplyAudible, ReplyOver, Trouble, TurnEnded
from antiphon.core.patience import Patience
from antiphon.core.speculation import Draft
from antiphon.core.times import NS_PER_MS
from antiphon.core.tooling import Tooling
from antiphon.core.turn import Following, Outcome, Reply, Turn, record_of

MAX_QUEUED_SPEECH = 16
_OUTCOMES: dict[str, Outcome] = {
    "played": "replied",
    "barge-in": "interrupted",
    "closed": "closed",
    "failed": "failed",
}


@dataclass(frozen=True, slots=True)
class _Speech:
    """Words that need no model and wait for the floor."""

    text: str
    interruptible: bool = True
    apology: bool = False


class Replying:
    """The agent's side of the floor."""

    def __init__(
        self,
        call: Call,
        drafting: Drafting,
        learning: Learning,
        tooling: Tooling,
        apology: str,
        patience: Patience,
        interruption: Interruption,
    ) -> None:
        self._call = call
        self._drafting = drafting
        self._learning = learning
        self._tooling = tooling
        self._apology = apology
        self._patience = patience
        self._interruption = interruption
        self._replies = 0
        self._stopping: dict[int, tuple[Reply, str]] = {}  # replies told to stop -> why
        self._silent_since_ns = 0
        self._speech: deque[_Speech] = deque()
        self._follow: Following | None = None  # what another agent goes on with, once the floor is free
        self._first: tuple[Turn, Reply, str] | None = None  # what was heard of it, not accounted for yet

    @property
    def stopping(self) -> bool:
        """Whether a reply was told to stop and what was heard of it is not known yet."""
        return bool(self._stopping)

    def heard_since(self, at_ns: int) -> bool:
        """Whether the agent was audible at any time since."""
        audible = self._call.floor is Floor.AGENT or self.stopping
        return audible or self._silent_since_ns > at_ns

    @property
    def idle(self) -> bool:
        """Whether nothing is to be said and nothing is still being stopped."""
        return not self._speech and not self._stopping and self._follow is None

    def next_deadline(self) -> int | None:
        """When the reply in hand will have failed, in nanoseconds."""
        reply = self._call.reply
        if reply is None or self._tooling.keeps_waiting(reply):
            return None
        if self._call.floor is Floor.THINKING:
            from_ns = max(reply.committed_ns, reply.patient_from_ns)
            return from_ns + self._patience.reply_timeout_ms * NS_PER_MS
        if reply.starved_ns is not None:
            return reply.starved_ns + self._patience.starved_timeout_ms * NS_PER_MS
        return None

    # --- committed ------------------------------------------------------------------------------------

    def answer(self, turn: Turn) -> None:
        """Reply to a turn that is over: by the draft that answers it, else by a new attempt."""
        best = self._drafting.pool.best(turn.transcript.text)
        if turn.say_first is not None:
            self._drafting.discard_all(turn, "another agent begins to speak")
            self._begin(turn, turn.say_first)
        elif best is None:
            self._attempt(turn)
        else:
            draft, verdict = best
            self._commit(turn, draft, verdict.reason)

    def _attempt(self, turn: Turn) -> None:
        turn.attempts += 1
        draft = self._drafting.start(turn, "end-of-turn", speculative=False)
        self._commit(turn, draft, "made for the final" if draft.begun is None else "goes on from an opening")

    def _commit(self, turn: Turn, draft: Draft, reason: str) -> None:
        call = self._call
        self._drafting.commit(draft, turn)
        if turn.committed_ns is None:  # else it is another attempt
            turn.committed_ns = call.now_ns
        reply = self._new_reply(draft.draft_id, turn)
        reply.draft = draft
        call.do(CommitDraft(draft.draft_id, reply.reply_id))
        call.notify(DraftCommitted(turn.turn_id, draft.draft_id, reply.reply_id, call.now_ns, reason))
        self._tooling.on_committed(draft, turn)

    def apologise(self, turn: Turn, error: str) -> None:
        """End a turn that failed before anything was heard: in the apology, or in a report alone."""
        self._drafting.discard_all(turn, "the turn failed")
        if self._apology:
            reply = self._speak(self._apology, turn)
            reply.apology, reply.error = True, error
        else:
            self._end_unheard(turn, error)

    def _speak(self, text: str, turn: Turn | None) -> Reply:
        draft_id = self._drafting.new_id(turn)
        reply = self._new_reply(draft_id, turn)
        reply.text = text
        self._call.do(StartSpeech(draft_id, text))
        self._call.do(CommitDraft(draft_id, reply.reply_id))
        return reply

    def _new_reply(self, draft_id: int, turn: Turn | None) -> Reply:
        self._replies += 1
        reply = Reply(self._replies, draft_id, turn, self._call.now_ns)
        self._call.reply = reply
        if turn is not None:
            reply.follows, self._follow = turn.told, None
        return reply

    # --- another agent answers ------------------------------------------------------------------------

    def adopt(self, apology: str) -> None:
        """Another agent answers: this is its apology."""
        self._apology = apology

    def begin_again(self, reply: Reply, say: str | None) -> None:
        """Nothing was heard of the reply: the agent that answers now makes it anew, or says ``say``."""
        turn = reply.turn
        assert turn is not None
        self._call.reply = None
        self._call.do(CancelDraft(reply.draft_id))
        turn.handed_over_ns = self._call.now_ns
        turn.count(discarded=int(reply.speculative))
        self._begin(turn, say)

    def follow(self, reply: Reply, say: str | None) -> None:
        """The reply is heard: once it is over, the agent that answers now goes on."""
        assert reply.turn is not None
        reply.followed = Following(reply.turn, say)

    def _begin(self, turn: Turn, say: str | None) -> None:
        turn.attempts, turn.say_first = 0, None
        if say:
            turn.committed_ns = turn.committed_ns or self._call.now_ns
            self._speak(say, turn)
        else:
            self._attempt(turn)

    # --- the application's words ----------------------------------------------------------------------

    def say(self, text: str) -> None:
        """Say something as soon as the floor is free."""
        self.on_say(SayRequested(text))

    def on_say(self, event: SayRequested) -> None:
        """Keep words until the floor is free."""
        call = self._call
        if len(self._speech) >= MAX_QUEUED_SPEECH:
            refused = f"refused, {MAX_QUEUED_SPEECH} are waiting already: {event.text!r}"
            call.notify(Trouble(call.now_ns, "say", refused))
        elif event.text.strip():
            self._speech.append(_Speech(event.text, event.interruptible))

    def speak_next(self) -> None:
        """The floor is free: say what waits, if anything does."""
        if self._follow is not None:
            follow = self._follow
            self._call.move(Cause.SPEECH_ASKED)
            self._begin(follow.turn, follow.say)
        elif self._speech:
            speech = self._speech.popleft()
            self._call.move(Cause.SPEECH_ASKED)
            reply = self._speak(speech.text, None)
            reply.interruptible, reply.apology = speech.interruptible, speech.apology

    # --- heard ----------------------------------------------------------------------------------------

    def on_started(self, event: ReplyStarted) -> None:
        """The reply reaches the listener."""
        call, reply = self._call, self._call.reply
        if reply is None or reply.reply_id != event.reply_id:
            return
        reply.handed_ns, reply.audible_ns, reply.marks = event.handed_ns, event.audible_ns, event.marks
        call.move(Cause.AUDIBLE)
        turn = reply.turn
        if turn is not None:
            self._tell_history(turn)
        call.notify(ReplyAudible(turn.turn_id if turn else None, reply.reply_id, event.audible_ns))

    def on_heard(self, event: ReplyHeard) -> None:
        """The listener's end says when the reply was heard: truer than what was reckoned here."""
        reply = self._call.reply
        if reply is not None and reply.reply_id == event.reply_id and reply.audible_ns is not None:
            reply.heard, reply.audible_ns = event, event.audible_ns

    def on_ended(self, event: ReplyEnded) -> None:
        """The reply is no longer audible, or never was."""
        call = self._call
        stopped = self._stopping.pop(event.reply_id, None)
        if stopped is not None:
            self._wind_up(stopped[0], event, stopped[1])
            if call.floor is Floor.CLOSED:
                self._close_open_turn()
            return
        reply = call.reply
        if reply is None or reply.reply_id != event.reply_id:
            return
        if reply.audible_ns is None:
            call.notify(Trouble(call.now_ns, "reply", "the reply was empty"))
            self._fail(reply, "the reply was empty")
            return
        call.reply = None
        call.do(CancelDraft(reply.draft_id))  # played: its audio can go
        failed = reply.error is not None and not reply.apology and reply.followed is None
        if reply.followed is not None:
            self._follow = reply.followed
        self._wind_up(reply, event, "failed" if failed else "played")
        call.move(Cause.REPLY_OVER)
        if call.turn is not None:
            call.move(Cause.CALLER_SPEAKS)
        if failed and self._apology:
            self._speech.appendleft(_Speech(self._apology, apology=True))

    def _wind_up(self, reply: Reply, event: ReplyEnded, reason: str) -> None:
        """Account for a reply that was audible and no longer is."""
        call, turn = self._call, reply.turn
        self._silent_since_ns = call.now_ns
        turn_id = turn.turn_id if turn else None
        call.notify(ReplyOver(turn_id, reply.reply_id, call.now_ns, event.heard_text, event.complete, reason))
        if reason in {"withdrawn", "superseded"}:
            if turn is not None and turn.told:
                call.history.withdraw_caller()
                turn.told = False
            call.history.add_agent(event.heard_text, interrupted=True)
            return
        if turn is not None and turn is self._going_on(reason):
            self._first = (turn, reply, event.heard_text)
        elif turn is not None:
            self._tooling.tell(turn, interrupted=reason == "barge-in")
        call.history.add_agent(event.heard_text, interrupted=not event.complete)
        for aside in reply.asides:
            call.history.add_aside(aside.transcript.text)
        if turn is not None and turn is not self._going_on(reason):
            outcome = "failed" if reply.apology else _OUTCOMES[reason]
            self._account(turn, reply, event.heard_text, outcome)

    def _going_on(self, reason: str) -> Turn | None:
        """The turn that is not over with this reply."""
        return self._follow.turn if self._follow is not None and reason == "played" else None

    def on_starved(self, event: ReplyStarved) -> None:
        """The audible reply has nothing to play."""
        if self._call.reply is not None and self._call.reply.reply_id == event.reply_id:
            self._call.reply.starved_ns = self._call.now_ns

    def on_fed(self, event: ReplyFed) -> None:
        """It has again."""
        reply = self._call.reply
        if reply is not None and reply.reply_id == event.reply_id and reply.starved_ns is not None:
            reply.gap_ns = reply.gap_ns or self._call.now_ns - reply.starved_ns
            reply.starved_ns = None

    # --- failed ---------------------------------------------------------------------------------------

    def on_draft_failed(self, event: DraftFailed) -> None:
        """A draft can't go on; if it is the reply, something must be done."""
        call, reply = self._call, self._call.reply
        self._drafting.fail(event.draft_id, event.usage)
        call.notify(Trouble(call.now_ns, "reply", event.message))
        if reply is None or reply.draft_id != event.draft_id:
            return
        if call.floor is Floor.AGENT:
            reply.error = event.message  # what is there is still played; then it is over
        else:
            self._fail(reply, event.message)

    def check_patience(self) -> None:
        """Give up on a reply that does not come, or does not go on."""
        call, reply = self._call, self._call.reply
        deadline_ns = self.next_deadline()
        if reply is None or deadline_ns is None or call.now_ns < deadline_ns:
            return
        if call.floor is Floor.THINKING:
            message = f"nothing to hear within {self._patience.reply_timeout_ms} ms"
            call.notify(Trouble(call.now_ns, "reply", message))
            self._fail(reply, message)
        else:
            reply.starved_ns = None
            reply.error = reply.error or f"no audio for {self._patience.starved_timeout_ms} ms"
            call.notify(Trouble(call.now_ns, "reply", reply.error))
            call.do(StopReply(reply.reply_id, 0))

    def _fail(self, reply: Reply, message: str) -> None:
        """Nothing of the reply was heard, and nothing will be."""
        call, turn = self._call, reply.turn
        call.reply = None
        call.do(CancelDraft(reply.draft_id))
        if turn is not None:
            turn.retried_ns = call.now_ns
            turn.count(discarded=int(reply.speculative))
        if turn is None:
            call.move(Cause.REPLY_OVER)
        elif reply.apology:
            self._end_unheard(turn, reply.error or message)
        elif turn.attempts < self._patience.max_attempts:
            self._attempt(turn)
        else:
            self.apologise(turn, message)

    def _end_unheard(self, turn: Turn, error: str) -> None:
        call = self._call
        self._tell_history(turn)
        self._tooling.tell(turn)
        call.reply = None
        self._account(turn, None, None, "failed", error)
        call.move(Cause.REPLY_OVER)

    # --- taken back, stopped --------------------------------------------------------------------------

    def take_back(self) -> Turn:
        """The caller goes on before anything was heard: the commit did not happen."""
        call, reply = self._call, self._call.reply
        assert reply is not None
        call.reply = None
        call.move(Cause.CALLER_GOES_ON)
        turn = reply.turn
        if turn is None:
            call.do(CancelDraft(reply.draft_id))
            self._speech.appendleft(_Speech(reply.text or "", reply.interruptible, reply.apology))
            return call.turn or call.open_turn(call.now_ns)
        if turn.told:  # it was answered by the agent before; this one's words wait
            call.do(CancelDraft(reply.draft_id))
            self._follow = Following(turn, None if reply.apology else reply.text)
            return call.turn or call.open_turn(call.now_ns)
        call.turn = turn
        turn.reopen()
        if reply.draft is None:
            turn.say_first = None if reply.apology else reply.text
            call.do(CancelDraft(reply.draft_id))
            return turn
        call.do(UncommitDraft(reply.draft_id, reply.reply_id))
        self._tooling.on_uncommitted(reply.draft)
        if not reply.draft.speculative:  # from now on it is one: the turn is not over
            reply.draft.speculative = True
            turn.count(started=1)
        self._drafting.take_back(reply.draft)
        return turn

    def reconsider(self, turn: Turn) -> None:
        """What is to be answered, and nothing was heard of that yet, turned out to be something else."""
        if turn.told:  # the agent before has answered it
            assert self._call.reply is not None
            self._call.history.amend_caller(turn.transcript.text)
            self.begin_again(self._call.reply, None)
        else:
            self.take_back()

    def withdraw(self, reason: str) -> Turn:
        """The audible reply came before the caller had finished: it stops, and the turn goes on."""
        call, reply = self._call, self._call.reply
        assert reply is not None
        turn, meanwhile = reply.turn, call.turn
        assert turn is not None
        self._stop(reply, reason)
        turn.count(discarded=int(reply.speculative))
        turn.cut_ins += reason == "withdrawn"
        turn.reopen()
        for aside in reply.asides:  # part of the turn after all
            turn.absorb(aside)
        reply.asides.clear()
        if meanwhile is not None:
            turn.absorb(meanwhile)
        call.turn = turn
        call.move(Cause.WITHDRAWN)
        return turn

    def account_withdrawn(self, turn: Turn) -> None:
        """A turn that was told to be over turned out to have been nothing."""
        self._account(turn, None, None, "withdrawn")

    def barge_in(self) -> None:
        """The caller interrupts: the reply stops, and the floor is the caller's."""
        assert self._call.reply is not None
        self._stop(self._call.reply, "barge-in")
        self._call.move(Cause.BARGE_IN)

    def close(self) -> None:
        """The call is over."""
        call, reply, turn = self._call, self._call.reply, self._call.turn
        self._speech.clear()
        self._drafting.discard_all(turn, "closed")
        call.reply = None  # first: a tool that is stopped has no model left to tell
        if reply is not None and call.floor is Floor.AGENT:
            self._stop(reply, "closed")
        elif reply is not None:
            call.do(CancelDraft(reply.draft_id))
            if reply.turn is not None:
                reply.turn.count(discarded=int(reply.speculative))
                self._close_turn(reply.turn)
        self._tooling.close()
        if reply is None or reply.turn is None or not reply.turn.told:
            self._account_first(None)
        call.move(Cause.CLOSED)
        if not self._stopping:  # else it comes after what was heard
            self._close_open_turn()

    def _close_open_turn(self) -> None:
        turn, self._call.turn = self._call.turn, None
        if turn is not None and (turn.transcript.text or turn.announced):
            self._close_turn(turn)

    def _close_turn(self, turn: Turn) -> None:
        self._tell_history(turn)
        self._tooling.tell(turn)
        self._account(turn, None, None, "closed")

    def _tell_history(self, turn: Turn) -> None:
        self._account_first(turn)
        if turn.transcript.text and not turn.told:
            self._call.history.add_caller(turn.transcript.text)
            turn.told = True

    def _stop(self, reply: Reply, reason: str) -> None:
        self._stopping[reply.reply_id] = (reply, reason)
        self._call.reply = None
        self._call.do(StopReply(reply.reply_id, self._interruption.fade_ms))

    def _account_first(self, turn: Turn | None) -> None:
        """Another turn is answered: the one that an agent was to go on with is over."""
        if self._first is not None and self._first[0] is not turn:
            (before, reply, heard), self._first = self._first, None
            self._tooling.tell(before)
            self._account(before, reply, heard, "replied")

    def _account(
        self, turn: Turn, reply: Reply | None, heard: str | None, outcome: Outcome, error: str | None = None
    ) -> None:
        self._call.answered = turn
        if outcome in {"replied", "interrupted"}:
            self._learning.answered(turn.transcript.text, answers=bool(turn.answers))
        if self._first is not None and self._first[0] is turn:
            _, first, before = self._first
            error = error or (reply.error if reply is not None else None)
            heard = " ".join(text for text in (before, heard) if text)
            reply, self._first = first, None
        record = record_of(turn, reply, heard, outcome, error)
        self._call.notify(TurnEnded(self._call.now_ns, record))
