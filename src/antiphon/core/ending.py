"""The end of the caller's turn: when its wait is over and its words are known."""

from __future__ import annotations

from dataclasses import replace

from antiphon.core.actions import FlushRecogniser
from antiphon.core.call import Call
from antiphon.core.drafting import Drafting, Readiness
from antiphon.core.endpointing import Endpointer, Endpointing, Wait
from antiphon.core.events import VoiceDismissed, VoiceSuspected
from antiphon.core.evidence import Evidence
from antiphon.core.floor import Cause
from antiphon.core.learning import Learning
from antiphon.core.notices import EndOfTurn, Trouble
from antiphon.core.replying import Replying
from antiphon.core.times import NS_PER_MS
from antiphon.core.turn import Turn

# Sound shorter than this that the recogniser says nothing about was noise; longer, the recogniser failed.
MIN_UTTERANCE_NS = 400 * NS_PER_MS
FINAL_SOON_MS = 200  # vendors answer a flush within 50 to 150 ms
SUSPECTED_MS = 200  # by then it is told whether a sound was a voice
WRITTEN = Wait(0, "text")
COMMITTED = Wait(0, "committed")


class Ending:
    """Decides when a turn is over, and hands it to those who answer.

    Attributes:
        deadline_ns: When it is to be considered again if nothing happens before.
    """

    def __init__(
        self,
        call: Call,
        drafting: Drafting,
        replying: Replying,
        endpointer: Endpointer,
        learning: Learning,
        endpointing: Endpointing,
    ) -> None:
        self._call = call
        self._drafting = drafting
        self._replying = replying
        self._endpointer = endpointer
        self._learning = learning
        self._endpointing = endpointing
        self.deadline_ns: int | None = None
        self._suspected_until_ns = 0  # a sound may turn out to be the caller's voice

    def on_voice_suspected(self, _: VoiceSuspected) -> None:
        """The caller may be going on: until that is known, no turn ends."""
        self._suspected_until_ns = self._call.now_ns + SUSPECTED_MS * NS_PER_MS

    def on_voice_dismissed(self, _: VoiceDismissed | None = None) -> None:
        """It was nothing, or it is known."""
        self._suspected_until_ns = 0

    def consider(self, turn: Turn) -> None:
        """End the turn if its wait is over and nothing that matters is still out."""
        call, transcript = self._call, turn.transcript
        self.deadline_ns = None
        if turn.voiced or self._replying.stopping:
            return
        if self._is_held_open(turn):
            return
        evidence = self._evidence(turn)
        wait = self._wait(turn, evidence)
        turn.wait_over_ns = turn.last_voiced_ns + wait.wait_ns
        if call.now_ns < turn.wait_over_ns:
            self.deadline_ns = turn.wait_over_ns
            return
        if call.now_ns < self._suspected_until_ns and not (turn.written or turn.committed):
            self.deadline_ns = self._suspected_until_ns
            return
        self.flush(turn)
        if transcript.interim or not transcript.covers(turn.last_voiced_stream_ns):
            limit_ns = turn.wait_over_ns + self._endpointing.final_timeout_ms * NS_PER_MS
            if call.now_ns < limit_ns and turn.recogniser_failed is None:
                self.deadline_ns = limit_ns
                return
            transcript.adopt_interim()
        if not transcript.text:
            self._end_without_words(turn)
            return
        self._drafting.ask_about(turn)
        self.deadline_ns = self._drafting.answer_by_ns(turn)
        if self.deadline_ns is None:
            self.deadline_ns = self._drafting.settle_by_ns(turn)
        if self.deadline_ns is None:
            if (
                evidence.drafting and not turn.written and not turn.committed
            ):  # the rest was spent on the draft, not on the decision
                earned = self._endpointer.wait(replace(evidence, reply_ready=True))
                turn.wait_over_ns = turn.last_voiced_ns + min(earned.wait_ns, wait.wait_ns)
            self._end(turn, wait.reason)

    def _is_held_open(self, turn: Turn) -> bool:
        """Whether the application has yet to say that the caller has finished."""
        said_something = bool(turn.onset_ns or turn.transcript.text)
        return self._endpointing.manual and said_something and not (turn.written or turn.committed)

    def _wait(self, turn: Turn, evidence: Evidence) -> Wait:
        if turn.committed:
            return COMMITTED
        return WRITTEN if turn.written else self._endpointer.wait(evidence)

    def _evidence(self, turn: Turn) -> Evidence:
        call, transcript = self._call, turn.transcript
        if turn.answers is None:
            turn.answers = call.history.asked
        readiness = self._drafting.readiness(turn)
        return Evidence(
            transcript.text,
            is_final=transcript.is_final and transcript.covers(turn.last_voiced_stream_ns),
            reply_ready=readiness is Readiness.READY,
            vendor_end_of_turn=turn.vendor_end,
            silence_ns=call.now_ns - turn.last_voiced_ns,
            stable_ns=call.now_ns - turn.words_changed_ns,
            drafting=readiness is Readiness.IN_THE_MAKING,
            answers=turn.answers,
            stability=turn.stability,
            vendor_probability=turn.vendor_probability,
            sound_probability=turn.sound_probability,
            habits=self._learning.habits,
        )

    def flush(self, turn: Turn) -> None:
        """Have the recogniser make final what it has heard, once a silence, unless it is."""
        if not turn.flushed and not turn.transcript.covers(turn.last_voiced_stream_ns):
            turn.flushed = True
            turn.final_soon_ns = self._call.now_ns + FINAL_SOON_MS * NS_PER_MS
            self._call.do(FlushRecogniser())

    def _end_without_words(self, turn: Turn) -> None:
        call = self._call
        unheard = not turn.transcript.covers(turn.last_voiced_stream_ns)
        if unheard and turn.voiced_ns >= MIN_UTTERANCE_NS:
            message = turn.recogniser_failed
            if message is None:
                message = "the recogniser did not answer in time"
                call.notify(Trouble(call.now_ns, "stt", message))
            self._end_unheard(turn, message)
        else:
            self._drafting.discard_all(turn, "no words came")
            call.turn = None
            call.move(Cause.NOTHING_SAID)
            if turn.announced:
                self._replying.account_withdrawn(turn)

    def _end(self, turn: Turn, reason: str) -> None:
        self._hand_over(turn, reason)
        self._replying.answer(turn)

    def _end_unheard(self, turn: Turn, message: str) -> None:
        self._hand_over(turn, message)
        self._replying.apologise(turn, message)

    def _hand_over(self, turn: Turn, reason: str) -> None:
        call = self._call
        turn.ended_ns = call.now_ns
        self._drafting.spending.on_turn(len(turn.transcript.text.split()), turn.voiced_ns)
        turn.announced = True
        turn.heard_until_ns = turn.last_voiced_stream_ns
        if turn.transcript.covers(turn.last_voiced_stream_ns):
            # Finals may end at the last word, a little before the voice does: what begins there is new.
            turn.heard_until_ns = min(turn.last_voiced_stream_ns, call.seen.end_ns)
        call.turn = None
        call.notify(EndOfTurn(turn.turn_id, call.now_ns, turn.transcript.text, reason))
        call.move(Cause.TURN_OVER)
