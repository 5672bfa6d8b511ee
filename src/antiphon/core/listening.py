"""The caller's turn: voice and words come in, and at some point it is over."""

from __future__ import annotations

from antiphon.core.actions import AskTurnModel, ReadAhead
from antiphon.core.call import Call
from antiphon.core.drafting import Drafting
from antiphon.core.early import Early
from antiphon.core.ending import Ending
from antiphon.core.events import (
    EagerEndOfTurn,
    Final,
    InputEnded,
    Interim,
    InterruptRequested,
    RecogniserFailed,
    SpeechStarted,
    SpeechStopped,
    TextReceived,
    TurnCommitted,
    TurnModelAnswered,
    TurnResumed,
    VendorEndOfTurn,
)
from antiphon.core.floor import Cause, Floor
from antiphon.core.interruption import Interruption
from antiphon.core.judge import Judge
from antiphon.core.learning import Learning
from antiphon.core.notices import TranscriptChanged, Trouble
from antiphon.core.overlap import Overlap
from antiphon.core.replying import Replying
from antiphon.core.speculation import Speculation, Strategy, Trigger
from antiphon.core.times import NS_PER_MS
from antiphon.core.transcript import COVERED_WITHIN_NS
from antiphon.core.turn import Turn

READ_AHEAD_EVERY_MS = 500  # reading a few more words takes an engine far less than that
SOUND_ANSWER_MS = 250  # a turn model takes some tens; what comes later no longer changes much


class Listening:
    """The caller's side of the floor."""

    def __init__(
        self,
        call: Call,
        drafting: Drafting,
        replying: Replying,
        judge: Judge,
        ending: Ending,
        learning: Learning,
        overlap: Overlap,
        early: Early,
        *,
        speculation: Speculation,
        interruption: Interruption,
        flush_at_pause: bool,
        reads_ahead: bool,
        asks_sound: bool,
    ) -> None:
        self._call = call
        self._drafting = drafting
        self._early = early
        self._replying = replying
        self._judge = judge
        self._ending = ending
        self._learning = learning
        self._speculation = speculation
        self._interruption = interruption
        self._flush_at_pause = flush_at_pause
        self._reads_ahead = reads_ahead
        self._asks_sound = asks_sound
        self._questions = 0
        self._overlap = overlap
        self._early_onset_ns: int | None = None  # of a voice that may yet take back a reply not heard yet

    def next_deadline(self) -> int | None:
        """When silence, stability or an overlap will call for something, in nanoseconds."""
        if self._call.floor is Floor.AGENT:
            return self._overlap.next_deadline()
        if self._early_onset_ns is not None:
            return self._early_onset_ns + self._interruption.thinking_ms * NS_PER_MS
        if self._call.floor is not Floor.CALLER:
            return None
        turn = self._call.turn
        assert turn is not None
        put_off_ns = turn.put_off[0] if turn.put_off is not None else None
        deadlines = (self._ending.deadline_ns, self._stable_at_ns(), turn.final_soon_ns, put_off_ns)
        return min((at_ns for at_ns in deadlines if at_ns is not None), default=None)

    def check_time(self) -> None:
        """Do what time calls for."""
        call = self._call
        self._take_early_voice()
        self._overlap.check_time()
        turn = call.turn
        if call.floor is Floor.CALLER:
            assert turn is not None
            self._consider_drafts(turn)
            self._ending.consider(turn)

    def _consider_drafts(self, turn: Turn) -> None:
        """Draft for what time alone has made worth it."""
        if self._replying.stopping:  # the model is to be shown what was heard
            return
        now_ns = self._call.now_ns
        if turn.final_soon_ns is not None and now_ns >= turn.final_soon_ns:
            turn.final_soon_ns = None
            self._drafting.consider_at_pause(turn)
        if turn.put_off is not None and now_ns >= turn.put_off[0]:
            trigger, turn.put_off = turn.put_off[1], None
            self._drafting.consider(turn, trigger)
        stable_ns = self._stable_at_ns()
        if stable_ns is not None and now_ns >= stable_ns:
            turn.interim_changed_ns = None
            self._drafting.consider(turn, Trigger.STABLE)

    # --- voice ----------------------------------------------------------------------------------------

    def on_speech_started(self, event: SpeechStarted) -> None:
        """The caller's voice is heard."""
        self._ending.on_voice_dismissed()
        if self._call.floor is Floor.THINKING and self._interruption.thinking_ms:
            self._early_onset_ns = event.onset_ns
        else:
            self._hear_voice(event.onset_ns)

    def _take_early_voice(self) -> None:
        """A voice before the reply was heard has lasted for long enough, or the reply is heard now."""
        onset_ns = self._early_onset_ns
        if onset_ns is None:
            return
        long_enough_ns = onset_ns + self._interruption.thinking_ms * NS_PER_MS
        if self._call.floor is not Floor.THINKING or self._call.now_ns >= long_enough_ns:
            self._early_onset_ns = None
            self._hear_voice(onset_ns)

    def _hear_voice(self, onset_ns: int) -> None:
        turn = self._turn_to_speak_in(onset_ns)
        if turn.silence_known_ns is not None:
            agent_audible = self._replying.heard_since(turn.last_voiced_ns)
            self._learning.went_on(onset_ns - turn.last_voiced_ns, agent_audible=agent_audible)
        turn.voiced = True
        turn.onset_ns = onset_ns
        turn.silence_known_ns = turn.wait_over_ns = turn.final_soon_ns = turn.put_off = None
        turn.flushed = turn.vendor_end = turn.written = turn.committed = False
        turn.vendor_probability = turn.sound_probability = turn.sound_asked = None

    def _turn_to_speak_in(self, onset_ns: int) -> Turn:
        call = self._call
        if call.floor is Floor.THINKING:
            return self._replying.take_back()
        if call.floor is Floor.AGENT:
            if self._overlap.comes_within_grace(onset_ns):
                return self._replying.withdraw("withdrawn")
            self._overlap.on_voice(onset_ns)
            return call.turn or call.open_turn(onset_ns)
        if call.turn is None:
            call.open_turn(onset_ns)
            call.move(Cause.CALLER_SPEAKS)
        assert call.turn is not None
        return call.turn

    def on_speech_stopped(self, event: SpeechStopped) -> None:
        """The caller's voice has paused, or ended."""
        turn = self._call.turn
        self._early_onset_ns = None
        self._call.voices.append((event.offset_ns, event.stream_ns))
        if turn is None or not turn.voiced:
            return
        turn.voiced = False
        turn.voiced_ns += max(0, event.offset_ns - turn.onset_ns)
        turn.last_voiced_ns = event.offset_ns
        turn.last_voiced_stream_ns = event.stream_ns
        turn.travelled_ns = event.travelled_ns
        turn.silence_known_ns = self._call.now_ns
        self._overlap.on_silence(event.offset_ns)
        # Whether a voice over a reply means to interrupt hangs on its words.
        if self._flush_at_pause or self._call.floor is Floor.AGENT:
            self._ending.flush(turn)
        if self._call.floor is Floor.CALLER:
            if self._asks_sound:
                self._ask_about_sound(turn)
            self._drafting.consider_at_pause(turn)

    def _ask_about_sound(self, turn: Turn) -> None:
        self._questions += 1
        turn.sound_asked = self._questions
        self._call.do(AskTurnModel(self._questions, self._call.now_ns + SOUND_ANSWER_MS * NS_PER_MS))

    def on_turn_model_answered(self, event: TurnModelAnswered) -> None:
        """What the sound of a pause is like; of one that is over it tells nothing."""
        turn = self._call.turn
        if turn is not None and turn.sound_asked == event.request_id:
            turn.sound_probability = event.probability

    def on_input_ended(self, event: InputEnded) -> None:
        """The caller hung up: what sounds now has sounded."""
        self.on_speech_stopped(SpeechStopped(event.at_ns, event.stream_ns))

    # --- words ----------------------------------------------------------------------------------------

    def on_interim(self, event: Interim) -> None:
        """The recogniser's newest guess."""
        if event.end_ns <= self._call.seen.end_ns or self._is_late(event.start_ns):
            return
        turn = self._turn_for_words(event)
        if turn is None or not turn.transcript.set_interim(event):
            return
        turn.interim_changed_ns = self._call.now_ns
        turn.stability = event.stability
        self._words_came(turn, final=False)
        if self._call.floor is not Floor.CALLER or self._replying.stopping:
            return
        self._drafting.discard_overtaken(turn)
        if turn.voiced:
            self._read_ahead(turn)
            self._drafting.consider(turn, Trigger.INTERIM)
            self._early.consider(turn)
        else:
            self._drafting.consider_at_pause(turn)

    def _read_ahead(self, turn: Turn) -> None:
        now_ns = self._call.now_ns
        if self._reads_ahead and now_ns >= turn.read_ahead_ns + READ_AHEAD_EVERY_MS * NS_PER_MS:
            turn.read_ahead_ns = now_ns
            self._call.do(ReadAhead(self._call.history.request(turn.transcript.text)))

    def on_final(self, event: Final) -> None:
        """Words that will not change."""
        call = self._call
        if not call.seen.is_new(event):
            return
        if self._is_late(event.start_ns):
            self._on_late_final(event)
            return
        turn = self._turn_for_words(event)
        if turn is None:
            return
        turn.transcript.add_final(event)
        turn.final_known_ns = call.now_ns
        turn.final_soon_ns = None
        self._words_came(turn, final=True)
        if self._replying.stopping:
            turn.final_soon_ns = call.now_ns  # drafted for as soon as it is known what was heard
        elif call.floor is Floor.CALLER:
            self._drafting.ask_about(turn)
            if not turn.voiced and turn.transcript.is_final:
                self._drafting.consider(turn, Trigger.FINAL)

    def _turn_for_words(self, event: Interim | Final) -> Turn | None:
        """The turn that words of new audio belong to; it opens if there are any and none is open."""
        call = self._call
        if call.turn is None and event.text:
            if call.floor is Floor.THINKING:
                self._replying.take_back()
            else:
                call.open_turn(call.now_ns)
                if call.floor is Floor.IDLE:
                    call.move(Cause.CALLER_SPEAKS)
        turn = call.turn
        if turn is not None and not turn.onset_ns and event.text:
            self._place_by_words(turn, event)
        return turn

    def _place_by_words(self, turn: Turn, event: Interim | Final) -> None:
        """A turn that opened with words: if a voice in their audio stopped long ago, it was theirs."""
        slack_ns = COVERED_WITHIN_NS
        for voice in reversed(self._call.voices):
            if event.start_ns + slack_ns < voice[1] <= event.end_ns + slack_ns:
                turn.last_voiced_ns, turn.last_voiced_stream_ns = voice
                return
        # Their arrival is all there is.
        turn.last_voiced_ns, turn.last_voiced_stream_ns = self._call.now_ns, event.end_ns

    def _words_came(self, turn: Turn, *, final: bool) -> None:
        call = self._call
        text = turn.transcript.text
        turn.words_changed_ns = call.now_ns
        turn.recogniser_failed = None
        call.notify(TranscriptChanged(turn.turn_id, call.now_ns, text, turn.transcript.is_final))
        if call.floor is Floor.AGENT and turn.onset_ns:  # words without a voice may be anybody's
            self._overlap.on_words(turn, final=final)

    def on_eager_end_of_turn(self, event: EagerEndOfTurn) -> None:
        """The recogniser expects the end of the turn."""
        turn = self._call.turn
        if turn is not None:
            turn.vendor_probability = event.probability
            if self._call.floor is Floor.CALLER:
                self._drafting.consider(turn, Trigger.EAGER)

    def on_turn_resumed(self, _: TurnResumed) -> None:
        """The recogniser takes that back."""
        if self._call.turn is not None:
            self._call.turn.vendor_end, self._call.turn.vendor_probability = False, None

    def on_vendor_end_of_turn(self, event: VendorEndOfTurn) -> None:
        """The recogniser is sure that the turn is over."""
        if self._call.turn is not None:
            self._call.turn.vendor_end, self._call.turn.vendor_probability = True, event.probability

    def on_recogniser_failed(self, event: RecogniserFailed) -> None:
        """No more words will come for what was said."""
        call, turn = self._call, self._call.turn
        call.notify(Trouble(call.now_ns, "stt", event.message))
        if turn is not None:
            turn.recogniser_failed = event.message

    def on_text(self, event: TextReceived) -> None:
        """The caller wrote a whole turn."""
        call = self._call
        if not event.text.strip():
            return
        if call.floor is Floor.THINKING:
            self._replying.take_back()
        elif call.turn is None:
            call.open_turn(call.now_ns)
            if call.floor is Floor.IDLE:
                call.move(Cause.CALLER_SPEAKS)
        turn = call.turn
        assert turn is not None
        turn.transcript.add_text(event.text.strip())
        turn.written = True
        if not turn.onset_ns:
            turn.last_voiced_ns = call.now_ns
        text, is_final = turn.transcript.text, turn.transcript.is_final
        call.notify(TranscriptChanged(turn.turn_id, call.now_ns, text, is_final))
        if call.floor is Floor.AGENT and call.reply is not None and call.reply.interruptible:
            self._replying.barge_in()

    def on_turn_committed(self, event: TurnCommitted) -> None:
        """The application holds that the caller has finished, whether a voice still sounds or not."""
        turn = self._call.turn
        if turn is None:
            return
        if turn.voiced:
            self.on_speech_stopped(SpeechStopped(event.at_ns, event.stream_ns))
        turn.committed = True

    def on_interrupt(self, _: InterruptRequested) -> None:
        """Have the agent fall silent: the floor is the caller's."""
        call = self._call
        if call.floor is Floor.AGENT and call.reply is not None and call.reply.interruptible:
            if call.turn is None:
                call.open_turn(call.now_ns)
            self._replying.barge_in()

    # --- words that come too late ---------------------------------------------------------------------

    def _is_late(self, start_ns: int) -> bool:
        """Whether words belong to the audio of a turn that is being, or has been, replied to."""
        turn = self._turn_replied_to()
        return turn is not None and turn.ended_ns is not None and start_ns < turn.heard_until_ns

    def _turn_replied_to(self) -> Turn | None:
        reply = self._call.reply
        return reply.turn if reply is not None and reply.turn is not None else self._call.answered

    def _on_late_final(self, event: Final) -> None:
        """The final of audio that a reply has been chosen for already."""
        call, turn = self._call, self._turn_replied_to()
        assert turn is not None
        chosen_for = turn.transcript.text
        turn.transcript.add_final(event)
        text = turn.transcript.text
        call.notify(TranscriptChanged(turn.turn_id, call.now_ns, text, final=True))
        pending = call.reply is not None and call.reply.turn is turn
        if self._means_the_same(chosen_for, text):
            if turn.told:
                call.history.amend_caller(text)
        elif not pending:
            self._answer_apart(turn, event)
        elif call.floor is Floor.THINKING:
            self._replying.reconsider(turn)
        else:
            self._replying.withdraw("superseded")

    def _answer_apart(self, answered: Turn, event: Final) -> None:
        """The reply is over, and its turn turns out to have said something else: that is a turn too."""
        answered.heard_until_ns = 0  # whatever follows is new
        turn = self._turn_for_words(event)
        if turn is not None:
            turn.transcript.add_final(event)

    def _means_the_same(self, before: str, text: str) -> bool:
        if not before:  # nothing was heard, and that was answered
            return not text
        strategy = self._speculation.strategy
        if strategy is Strategy.ALWAYS_USE or before == text:
            return True
        return strategy is Strategy.USE_IF_SIMILAR and self._judge.compare(before, text).reuse

    def _stable_at_ns(self) -> int | None:
        turn = self._call.turn
        if Trigger.STABLE not in self._speculation.triggers or turn is None:
            return None
        if turn.interim_changed_ns is None or not turn.transcript.interim:
            return None
        return turn.interim_changed_ns + self._speculation.stable_ms * NS_PER_MS
