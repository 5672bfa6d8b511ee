"""Drafts begun and let go, the questions asked about them, and what each has cost."""

from __future__ import annotations

from enum import Enum

from antiphon.core.actions import AskSimilarity, CancelDraft
from antiphon.core.call import Call
from antiphon.core.events import DraftFinished, DraftReady, DraftUsage, SimilarityAnswered
from antiphon.core.floor import Floor
from antiphon.core.notices import DraftDiscarded, DraftStarted
from antiphon.core.preparing import CHANGED, Preparing
from antiphon.core.speculation import Draft, DraftPool, Speculation, Strategy, Trigger
from antiphon.core.times import NS_PER_MS
from antiphon.core.turn import Turn

OUTDATED = "what its model was shown has changed"


class Readiness(Enum):
    """How far a reply to the caller's words, as they stand, has come."""

    NOTHING = 0  # none is begun that would answer them
    IN_THE_MAKING = 1
    READY = 2  # its first audio is there


class Drafting:
    """The drafts of a call."""

    def __init__(self, call: Call, pool: DraftPool, settings: Speculation, preparing: Preparing) -> None:
        self.pool = pool
        self._call = call
        self._settings = settings
        self._preparing = preparing
        self._drafts = self._questions = 0
        self._accounts: dict[int, Turn] = {}  # drafts that may still cost something -> who pays
        self._asked: dict[int, tuple[str, str]] = {}
        self._answer_by_ns = 0

    # --- begun and let go -----------------------------------------------------------------------------

    def consider(self, turn: Turn, trigger: Trigger) -> None:
        """Begin a draft for what the caller has said so far, if it is worth it."""
        text = turn.transcript.text
        answer_by_ns = self.answer_by_ns(turn)
        if answer_by_ns is not None and not turn.voiced:  # a draft that is there may answer it
            turn.put_off = (answer_by_ns, trigger)
            return
        if self.pool.wants(text, trigger):
            for draft in self.pool.surplus(text):
                self.discard(draft, turn, "the pool is full")
            self.start(turn, trigger.value, speculative=True)

    def consider_at_pause(self, turn: Turn) -> None:
        """The caller is silent: begin a draft if every word is known, final or not.

        A newest word is often misheard when first seen, and a final that was asked for comes soon: an
        interim is drafted for only where that is late.
        """
        final_expected = turn.final_soon_ns is not None and self._call.now_ns < turn.final_soon_ns
        if not final_expected and turn.transcript.holds(turn.last_voiced_stream_ns):
            self.consider(turn, Trigger.PAUSE)

    def settle_by_ns(self, turn: Turn) -> int | None:
        """Until when the end of the turn waits for what the author adds; once known, drafts without it go."""
        if self._settings.strategy is not Strategy.ALWAYS_USE:
            best = self.pool.best(turn.transcript.text)
            by_ns = self._preparing.settle_by_ns(turn, None if best is None else best[0])
            if by_ns is not None:
                return by_ns
            for draft in self._preparing.outdated(turn):
                self.discard(draft, turn, CHANGED)
        return None

    def readiness(self, turn: Turn) -> Readiness:
        """How soon something can be heard if the turn is over: what endpointing weighs a wait against."""
        text = turn.transcript.text
        best = self.pool.best(text) if text else None
        if best is None:
            return Readiness.NOTHING
        return Readiness.READY if best[0].ready else Readiness.IN_THE_MAKING

    def start(self, turn: Turn, trigger: str, *, speculative: bool) -> Draft:
        """Begin a draft for the turn's transcript."""
        call, text = self._call, turn.transcript.text
        draft = Draft(self.new_id(turn), text, call.now_ns, speculative)
        self.pool.add(draft)
        turn.count(started=int(speculative))
        self._preparing.begin(draft, turn)
        call.notify(DraftStarted(turn.turn_id, draft.draft_id, call.now_ns, text, trigger, speculative))
        return draft

    def new_id(self, turn: Turn | None) -> int:
        """An id for something that will be spoken, on a turn's account."""
        self._drafts += 1
        if turn is not None:
            self._accounts[self._drafts] = turn
        return self._drafts

    def discard(self, draft: Draft, turn: Turn | None, reason: str) -> None:
        """Let go of a draft."""
        call = self._call
        self.pool.remove(draft.draft_id)
        call.do(CancelDraft(draft.draft_id))
        if turn is not None:
            turn.count(discarded=int(draft.speculative))
            call.notify(DraftDiscarded(turn.turn_id, draft.draft_id, call.now_ns, reason))

    def discard_all(self, turn: Turn | None, reason: str) -> None:
        """Let go of every draft."""
        self._asked.clear()
        for draft in self.pool.clear():
            self.discard(draft, turn, reason)

    def discard_overtaken(self, turn: Turn) -> None:
        """Let go of what the caller has gone on from."""
        for draft in self.pool.overtaken(turn.transcript.text):
            self.discard(draft, turn, "the caller went on")

    def discard_outdated(self) -> None:
        """Let go of drafts under which something changed that their model was shown, and draft anew."""
        turn, version = self._call.turn, self._call.history.version
        gone = [
            draft
            for draft in self.pool
            if draft.outdated or (draft.history_version is not None and draft.history_version != version)
        ]
        for draft in gone:
            self.discard(draft, turn, OUTDATED)
        if gone and turn is not None and not turn.voiced and self._call.floor is Floor.CALLER:
            self.consider_at_pause(turn)

    # --- told by the driver ---------------------------------------------------------------------------

    def on_ready(self, event: DraftReady) -> None:
        """A draft's first audio is there."""
        draft = self._find(event.draft_id)
        if draft is not None:
            draft.ready = True

    def on_finished(self, event: DraftFinished) -> None:
        """A draft is complete."""
        self.close_account(event.draft_id, event.usage)
        draft = self._find(event.draft_id)
        if draft is not None:
            draft.finished = True

    def _find(self, draft_id: int) -> Draft | None:
        """A draft that is kept, or that is the reply and may be taken back."""
        reply = self._call.reply
        if reply is not None and reply.draft is not None and reply.draft_id == draft_id:
            return reply.draft
        return self.pool.get(draft_id)

    def fail(self, draft_id: int, usage: DraftUsage) -> None:
        """A draft can't go on."""
        turn = self._accounts.get(draft_id)
        draft = self.pool.remove(draft_id)
        if turn is not None and draft is not None:
            turn.count(discarded=int(draft.speculative))
            self._call.do(CancelDraft(draft_id))
        self.close_account(draft_id, usage)

    def close_account(self, draft_id: int, usage: DraftUsage) -> None:
        """A draft will cost no more."""
        turn = self._accounts.pop(draft_id, None)
        if turn is not None:
            turn.count(usage)

    # --- an Embedder's opinion ------------------------------------------------------------------------

    def ask_about(self, turn: Turn) -> None:
        """Have an Embedder compare the drafts to what was said, where the measure wants that."""
        call = self._call
        for pair in self.pool.questions(turn.transcript.text):
            self._questions += 1
            self._answer_by_ns = call.now_ns + self._settings.similarity_timeout_ms * NS_PER_MS
            self._asked[self._questions] = pair
            call.do(AskSimilarity(self._questions, *pair, self._answer_by_ns))

    def answer_by_ns(self, turn: Turn) -> int | None:
        """Until when an answer that matters is waited for; None where none is."""
        waiting = self._call.now_ns < self._answer_by_ns and self.pool.unanswered(turn.transcript.text)
        return self._answer_by_ns if waiting else None

    def on_similarity(self, event: SimilarityAnswered) -> None:
        """An Embedder answered."""
        pair = self._asked.pop(event.request_id, None)
        if pair is not None:
            self.pool.answer(pair, event.similarity)
            turn = self._call.turn
            if turn is not None and turn.put_off is not None:
                turn.put_off = (self._call.now_ns, turn.put_off[1])
