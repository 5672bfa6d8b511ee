"""One spoken turn through detector and conversation machine: when is the first sound of the reply?

The recogniser's words come as late as a cloud vendor's, without its mistakes; the reply is ready as soon as
it is begun. So nothing but hearing the voice and deciding the end of the turn is measured.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from antiphon.audio import AudioFrame, Samples
from antiphon.bench.speech import FORMAT, moved
from antiphon.bench.turns_spoken import LEAD_MS, SpokenTurn
from antiphon.core import actions as do
from antiphon.core import events as on
from antiphon.core.conversation import Conversation, ConversationSettings
from antiphon.core.endpointing import Endpointing
from antiphon.core.messages import Message
from antiphon.core.times import NS_PER_MS
from antiphon.core.voice_activity import Onset, SpeechTracker, VoiceActivity
from antiphon.providers.base import VAD
from antiphon.simulation.profile import Recogniser

FRAME_MS = 20
CUT_IN_NS = 80 * NS_PER_MS
MISSED_NS = 3_000 * NS_PER_MS  # without a reply for so long, the end of a turn was missed
QUESTION = Message("assistant", "What would you like?")
NO_MARKS = on.DraftMarks()

Timed = tuple[int, on.Event]


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a turn.

    Attributes:
        wait_ns: From its last voiced sample to the reply's first sound; ``None`` where its end was missed.
        cut_in: Whether a reply sounded 80 ms or more before that sample.
    """

    wait_ns: int | None
    cut_in: bool


async def hear(vad: VAD, samples: Samples) -> list[Timed]:
    """The voice events of a call's audio, each when the frame that told it was there."""
    tracker, stream = SpeechTracker(VoiceActivity(), FORMAT.rate_hz), vad.open()
    frame, told = FORMAT.ns_to_samples(FRAME_MS * NS_PER_MS), list[Timed]()
    suspects = False
    for window in await stream.push(AudioFrame(samples, FORMAT.rate_hz)):
        known_ns = FORMAT.samples_to_ns(-(-window.end_sample // frame) * frame)
        for edge in tracker.push(window):
            at_ns = FORMAT.samples_to_ns(edge.sample)
            began = isinstance(edge, Onset)
            told.append((known_ns, on.SpeechStarted(at_ns) if began else on.SpeechStopped(at_ns, at_ns)))
        if tracker.suspects != suspects:
            suspects = tracker.suspects
            if suspects or not tracker.in_speech:
                told.append((known_ns, on.VoiceSuspected() if suspects else on.VoiceDismissed()))
    stream.close()
    return told


def answer(spoken: SpokenTurn, voice: list[Timed], endpointing: Endpointing) -> Answered:
    """Let the conversation machine answer a turn.

    Args:
        spoken: What is said.
        voice: What the detector told of it.
        endpointing: How its end is decided.
    """
    call = _Call(spoken, endpointing)
    sounds_ns = list(call.hold(voice))
    end_ns = call.words[-1].end_ns
    after = [at_ns for at_ns in sounds_ns if at_ns > end_ns - CUT_IN_NS]
    answered = bool(after) and after[0] - end_ns < MISSED_NS
    cut_in = any(at_ns <= end_ns - CUT_IN_NS for at_ns in sounds_ns)
    return Answered(after[0] - end_ns if answered else None, cut_in)


@dataclass(slots=True)
class _Call:
    """The machine, told what happens in the order of time."""

    spoken: SpokenTurn
    endpointing: Endpointing
    words: list[on.Word] = field(init=False)
    _machine: Conversation = field(init=False)
    _queue: list[tuple[int, int, on.Event]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _settings: Recogniser = field(default_factory=Recogniser)
    _final_words: int = 0
    _final_ns: int = 0

    def __post_init__(self) -> None:
        self.words = [moved(word, LEAD_MS * NS_PER_MS) for word in self.spoken.speech.words]
        earlier = (QUESTION,) if self.spoken.turn.answers else ()
        self._machine = Conversation(ConversationSettings(endpointing=self.endpointing), earlier=earlier)

    def hold(self, voice: list[Timed]) -> Iterator[int]:
        """From the first sound to the reply; the times at which replies sounded."""
        for at_ns, event in voice:
            self._put(at_ns, event)
        self._expect_interims()
        end_ns = self.words[-1].end_ns
        while True:
            deadline_ns = self._machine.next_deadline()
            next_ns = self._queue[0][0] if self._queue else None
            if deadline_ns is not None and (next_ns is None or deadline_ns < next_ns):
                now_ns, event = deadline_ns, on.Tick()
            elif self._queue:
                now_ns, _, event = heapq.heappop(self._queue)
            else:
                return
            if now_ns > end_ns + MISSED_NS:
                return
            for action in self._machine.handle(self._as_heard(event), now_ns):
                if self._carry_out(action, now_ns):
                    yield now_ns
                    if now_ns > end_ns - CUT_IN_NS:
                        return

    def _put(self, at_ns: int, event: on.Event) -> None:
        heapq.heappush(self._queue, (at_ns, next(self._order), event))

    # --- the recogniser -------------------------------------------------------------------------------

    def _expect_interims(self) -> None:
        behind_ns = self._settings.behind_voice_ms * NS_PER_MS
        silence_ns = self._settings.final_after_silence_ms * NS_PER_MS
        for index, word in enumerate(self.words):
            self._put(word.end_ns + behind_ns, on.Interim("", 0, word.end_ns))
            last = index + 1 == len(self.words)
            if last or self.words[index + 1].start_ns - word.end_ns > silence_ns:
                self._put(word.end_ns + silence_ns, on.Final("", 0, word.end_ns + silence_ns))

    def _flush(self, now_ns: int) -> None:
        spoken = [word.end_ns for word in self.words if word.end_ns <= now_ns]
        known_ns = spoken[-1] + self._settings.behind_voice_ms * NS_PER_MS if spoken else 0
        final_ns = max(now_ns + self._settings.final_after_flush_ms * NS_PER_MS, known_ns)
        self._put(final_ns, on.Final("", 0, now_ns))

    def _as_heard(self, event: on.Event) -> on.Event:
        """A transcript with the words that it is of."""
        if not isinstance(event, on.Interim | on.Final):
            return event
        until = sum(word.end_ns <= event.end_ns for word in self.words)
        text = " ".join(word.text for word in self.words[self._final_words : until])
        if isinstance(event, on.Interim):
            return on.Interim(text, self._final_ns, event.end_ns)
        final = on.Final(text, self._final_ns, event.end_ns)
        self._final_words, self._final_ns = max(until, self._final_words), max(event.end_ns, self._final_ns)
        return final

    # --- the reply ------------------------------------------------------------------------------------

    def _carry_out(self, action: do.Action, now_ns: int) -> bool:
        """Do what the machine asks for; whether a reply sounds from now on."""
        match action:
            case do.FlushRecogniser():
                self._flush(now_ns)
            case do.StartDraft():
                self._put(now_ns, on.DraftReady(action.draft_id))
            case do.CancelDraft(draft_id):
                self._put(now_ns, on.DraftCancelled(draft_id, on.DraftUsage()))
            case do.CommitDraft(draft_id, reply_id):
                self._put(now_ns, on.ReplyStarted(reply_id, now_ns, now_ns, NO_MARKS))
                return True
            case do.StopReply(reply_id):
                self._put(now_ns, on.ReplyEnded(reply_id, "", 0.0, complete=False))
            case _:
                """Nobody here listens to the rest."""
        return False
