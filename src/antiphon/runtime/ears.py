"""The caller's audio as it comes in: placed in time, resampled, and listened to for voice.

Stream time counts from the first sample of the call. A frame's last sample was captured, at the latest,
when the frame arrived; that ties stream time to the clock, frame by frame, however long frames are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from antiphon.audio import AudioFormat, AudioFrame, Resampler
from antiphon.core.events import (
    Event,
    InputEnded,
    SpeechStarted,
    SpeechStopped,
    VoiceDismissed,
    VoiceSuspected,
)
from antiphon.core.times import NS_PER_S
from antiphon.core.voice_activity import Onset, SpeechEdge, SpeechTracker, VoiceActivity
from antiphon.providers.base import VAD
from antiphon.runtime.clock import Clock
from antiphon.runtime.recent import Recent

REMEMBERED_NS = 30 * NS_PER_S  # of stream time; voice is backdated by far less


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A frame that came: stream time of its end, when it came, when its last sample was captured."""

    end_ns: int
    arrived_ns: int
    captured_ns: int | None


class Ears:
    """Turns captured frames into voice events and audio for the recogniser.

    Args:
        vad: Shared voice activity detector.
        settings: When sound counts as voice.
        stt_format: The audio that the recogniser takes.
        clock: The session's.
        report: Where events go.
        hear: Where audio for the recogniser goes, with its place in stream time.
    """

    def __init__(
        self,
        vad: VAD,
        settings: VoiceActivity,
        stt_format: AudioFormat,
        clock: Clock,
        report: Callable[[Event], None],
        hear: Callable[[int, AudioFrame], None],
    ) -> None:
        self._vad_rate_hz = vad.format.rate_hz
        self._stt_rate_hz = stt_format.rate_hz
        self._vad = vad.open()
        self._tracker = SpeechTracker(settings, vad.format.rate_hz)
        self._suspects = False
        self._clock = clock
        self._report = report
        self._hear = hear
        self._arrivals: deque[_Arrival] = deque()
        self.stream_ns = 0  # how much audio was taken
        self._heard_samples = 0  # at the recogniser's rate
        self._resamplers: dict[tuple[int, int], Resampler] = {}
        self._memory: Recent | None = None

    def remember(self, length_ns: int) -> None:
        """Keep the newest audio, as the detector takes it, for ``recent``."""
        self._memory = Recent(self._vad_rate_hz * length_ns // NS_PER_S)

    def recent(self) -> AudioFrame:
        """What is remembered of the audio, the newest sample last."""
        assert self._memory is not None, "something is remembered"
        return AudioFrame(self._memory.samples(), self._vad_rate_hz)

    async def take(self, frame: AudioFrame) -> None:
        """Take the next captured frame, of any length and rate."""
        self.stream_ns += frame.duration_ns
        self._note_arrival(frame)
        for_stt = self._resampled(frame, self._stt_rate_hz)
        self._hand_on(for_stt)
        same = self._vad_rate_hz == self._stt_rate_hz
        for_vad = for_stt if same else self._resampled(frame, self._vad_rate_hz)
        if self._memory is not None:
            self._memory.add(for_vad.samples)
        for window in await self._vad.push(for_vad):
            self._tell(self._tracker.push(window))
            self._tell_suspicion()

    def end(self) -> None:
        """No more audio will come: what the resampler still holds is heard, and a voice has ended."""
        for (_, rate_hz), resampler in self._resamplers.items():
            if rate_hz == self._stt_rate_hz:
                self._hand_on(AudioFrame(resampler.flush(), rate_hz))
        self._tell(self._tracker.finish())
        self._report(InputEnded(self._clock_time(self.stream_ns), self.stream_ns))

    def close(self) -> None:
        """Let go of the detector's stream."""
        self._vad.close()

    def _hand_on(self, frame: AudioFrame) -> None:
        if len(frame.samples):
            at_ns = self._heard_samples * NS_PER_S // self._stt_rate_hz
            self._heard_samples += len(frame.samples)
            self._hear(at_ns, frame)

    def _tell(self, edges: Iterable[SpeechEdge]) -> None:
        for edge in edges:
            stream_ns = edge.sample * NS_PER_S // self._vad_rate_hz
            at_ns = self._clock_time(stream_ns)
            began = isinstance(edge, Onset)
            if began:
                self._report(SpeechStarted(at_ns))
            else:
                self._report(SpeechStopped(at_ns, stream_ns, self._travelled_ns(stream_ns, at_ns)))

    def _tell_suspicion(self) -> None:
        suspects = self._tracker.suspects
        if suspects != self._suspects:
            self._suspects = suspects
            if suspects:
                self._report(VoiceSuspected())
            elif not self._tracker.in_speech:
                self._report(VoiceDismissed())

    def _note_arrival(self, frame: AudioFrame) -> None:
        captured_ns = None if frame.captured_ns is None else frame.captured_ns + frame.duration_ns
        self._arrivals.append(_Arrival(self.stream_ns, self._clock.now_ns(), captured_ns))
        while self._arrivals[0].end_ns < self.stream_ns - REMEMBERED_NS:
            self._arrivals.popleft()

    def _clock_time(self, stream_ns: int) -> int:
        """When the sample at a stream time was captured: no later than any frame since allows."""
        if not self._arrivals:
            return self._clock.now_ns()
        bounds: list[int] = []
        for arrival in reversed(self._arrivals):
            if arrival.end_ns < stream_ns and bounds:
                break
            bounds.append(arrival.arrived_ns - (arrival.end_ns - stream_ns))
        return min(bounds)

    def _travelled_ns(self, stream_ns: int, at_ns: int) -> int:
        """How much earlier than ``at_ns`` the sample at a stream time was captured, as its frame says."""
        holding = [arrival for arrival in self._arrivals if arrival.end_ns >= stream_ns]
        if not holding or holding[0].captured_ns is None:
            return 0
        return max(0, at_ns - (holding[0].captured_ns - (holding[0].end_ns - stream_ns)))

    def _resampled(self, frame: AudioFrame, rate_hz: int) -> AudioFrame:
        if frame.rate_hz == rate_hz:
            return frame
        key = (frame.rate_hz, rate_hz)
        if key not in self._resamplers:
            self._resamplers[key] = Resampler(*key)
        return AudioFrame(self._resamplers[key].push(frame.samples), rate_hz)
