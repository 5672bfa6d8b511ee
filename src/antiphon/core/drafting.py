"""Drafts begun and let go, the questions asked about them, and what each has cost."""

from __future__ import annotations

from enum import Enum

from antiphon.core.actions import AskSimilarity, CancelDraft
from antiphon.core.budget import Basis, Prices, Signs
from antiphon.core.call import Call
from antiphon.core.events import DraftFinished, DraftReady, DraftUsage, OpeningReady, SimilarityAnswered
from antiphon.core.floor import Floor
from antiphon.core.notices import DraftDiscarded, DraftStarted
from antiphon.core.preparing import CHANGED, Preparing
from antiphon.core.speculation import Draft, DraftPool, Opening, Speculation, Strategy, Trigger
from antiphon.core.spending import Spending
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

    def __init__(
        self,
        call: Call,
        pool: DraftPool,
        settings: Speculation,
        preparing: Preparing,
        prices: Prices | None = None,
    ) -> None:
        self.pool = pool
        self.spending = Spending(settings, prices or Prices(), call.history)
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
        if self.pool.wants(text, trigger) and self.spending.allows():
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
        """Begin a draft for the turn's transcript: from an opening that holds for it, where there is one."""
        text = turn.transcript.text
        opener = None if turn.attempts > 1 else self.pool.opener(text)
        draft = Draft(self.new_id(turn), text, self._call.now_ns, speculative)
        if opener is None:
            self._begin(draft, turn, trigger)
            return draft
        self._used(opener, fits=True)
        self.pool.remove(opener.draft_id)
        draft.begun = draft.opening = opener.opening
        draft.ready = True
        self._begin(draft, turn, trigger, opens_with=opener.draft_id)
        self._call.do(CancelDraft(opener.draft_id))
        return draft

    def start_early(self, turn: Turn, transcript: str, signs: Signs) -> None:
        """Begin a draft while the caller's voice goes on."""
        draft = Draft(self.new_id(turn), transcript, self._call.now_ns, speculative=True, early=True)
        draft.signs, draft.predicted = signs, signs.basis is not Basis.OPENING
        self._begin(draft, turn, signs.basis.value)

    def _begin(self, draft: Draft, turn: Turn, trigger: str, opens_with: int | None = None) -> None:
        call = self._call
        if draft.speculative:
            for surplus in self.pool.surplus(turn.transcript.text):
                self.discard(surplus, turn, "the pool is full")
        self.pool.add(draft)
        turn.count(started=int(draft.speculative))
        self.spending.begin(draft.draft_id, early=draft.early)
        self._preparing.begin(draft, turn, opens_with)
        call.notify(
            DraftStarted(
                turn.turn_id, draft.draft_id, call.now_ns, draft.transcript, trigger, draft.speculative
            )
        )

    def commit(self, draft: Draft, turn: Turn) -> None:
        """A draft is the reply; the others are not."""
        self.pool.remove(draft.draft_id)
        self._used(draft, fits=True)
        self.spending.commit(draft.draft_id)
        self.discard_all(turn, "another draft answers")

    def take_back(self, draft: Draft) -> None:
        """It is not after all: it may still be."""
        self.spending.take_back(draft.draft_id)
        draft.opening = None  # its first silent samples may have been played
        self.pool.add(draft)

    def _used(self, draft: Draft, *, fits: bool) -> None:
        if draft.signs is not None:
            self.spending.learn(draft.signs, fits=fits)
            draft.signs = None

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
        self._used(draft, fits=False)
        if draft.early and not draft.predicted and draft.opening is None:
            self.spending.on_opening(good=None)
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
        if draft is not None and not draft.ready:
            draft.ready = True
            self.spending.on_ready(self._call.now_ns - draft.started_ns)

    def on_opening(self, event: OpeningReady) -> None:
        """A draft's first clause is there, audio and all."""
        draft = self._find(event.draft_id)
        if draft is not None and draft.begun is None:
            draft.opening = Opening(event.text, draft.transcript, event.audio_ms)
            if draft.early and not draft.predicted:
                self.spending.on_opening(good=self.pool.holds(draft.opening, draft.transcript))
            self._use_opening()

    def _use_opening(self) -> None:
        """A first clause came while the caller is silent: it may be heard before any other reply would be."""
        call, turn = self._call, self._call.turn
        if turn is None or turn.voiced or call.floor is not Floor.CALLER:
            return
        best = self.pool.best(turn.transcript.text)
        if best is None:
            self.consider_at_pause(turn)
            return
        draft, latest_ns = best[0], call.now_ns - round(self.spending.pace.ready_ms / 2 * NS_PER_MS)
        comes_late = not draft.ready and draft.started_ns > latest_ns
        if comes_late and self.pool.opener(turn.transcript.text) is not None and self.spending.allows():
            self.start(turn, Basis.OPENING.value, speculative=True)

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
        self.spending.settle(draft_id, usage)
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
