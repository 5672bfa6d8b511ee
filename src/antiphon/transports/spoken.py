"""A caller who speaks ready-made utterances and waits for each answer, as a person would."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import numpy as np

from antiphon.audio import AudioFormat, AudioFrame, Samples, first_audible
from antiphon.core.checks import check_range
from antiphon.transports.base import Pacer

NS_PER_MS = 1_000_000


class SpokenCaller:
    """Utterance after utterance, each when the agent has answered the one before and is silent.

    Give ``frames()`` to a session and tell ``hears()`` of every frame the session gives back.
    """

    def __init__(
        self,
        utterances: Sequence[Samples],
        rate_hz: int,
        pacer: Pacer,
        *,
        first_after_ms: int = 500,
        after_ms: int = 700,
        give_up_ms: int = 15_000,
        frame_ms: int = 20,
    ) -> None:
        """Make a caller.

        Args:
            utterances: What is said, in order; mono.
            rate_hz: Their sampling rate, and that of the frames.
            pacer: The time to live by.
            first_after_ms: Silence before the first utterance; a greeting is heard to its end as well.
            after_ms: Silence between an answer and the next utterance.
            give_up_ms: How long an answer is waited for.
            frame_ms: Length of a frame.

        Raises:
            ConfigError: If a length is out of range.
        """
        for name, value in (("first_after_ms", first_after_ms), ("after_ms", after_ms)):
            check_range(name, value, 0, 60_000)
        check_range("give_up_ms", give_up_ms, 100, 600_000)
        check_range("frame_ms", frame_ms, 1, 1_000)
        self.format = AudioFormat(rate_hz)
        self._utterances = utterances
        self._pacer = pacer
        self._first_after_ns = first_after_ms * NS_PER_MS
        self._after_ns = after_ms * NS_PER_MS
        self._give_up_ns = give_up_ms * NS_PER_MS
        self._frame_samples = rate_hz * frame_ms // 1_000
        self._next_ns = 0  # when the next frame is due
        self._sounds_until_ns = 0
        self._answered = False

    def hears(self, frame: AudioFrame, at_ns: int) -> None:
        """A frame of the agent's was handed over at ``at_ns``."""
        begins_ns = at_ns if frame.flush else max(at_ns, self._sounds_until_ns)
        self._sounds_until_ns = begins_ns + frame.duration_ns
        if first_audible(frame.samples, frame.rate_hz) is not None:
            self._answered = True

    async def frames(self) -> AsyncIterator[AudioFrame]:
        """The call's audio, each frame when its last sample has been spoken."""
        self._next_ns = self._pacer.now_ns()
        quiet_ns = self._first_after_ns
        self._answered = True  # nothing was asked yet
        for utterance in self._utterances:
            async for frame in self._wait(quiet_ns):
                yield frame
            self._answered = False
            for start in range(0, len(utterance), self._frame_samples):
                yield await self._frame(utterance[start : start + self._frame_samples])
            quiet_ns = self._after_ns
        async for frame in self._wait(quiet_ns):
            yield frame

    async def _wait(self, quiet_ns: int) -> AsyncIterator[AudioFrame]:
        """Silence until the agent has answered and has been quiet for a while."""
        began_ns = self._next_ns
        give_up_ns = began_ns + self._give_up_ns
        silence = np.zeros(self._frame_samples, np.int16)
        while self._next_ns < give_up_ns:
            quiet_from_ns = max(began_ns, self._sounds_until_ns)
            if self._answered and self._next_ns >= quiet_from_ns + quiet_ns:
                return
            yield await self._frame(silence)
            if self._sounds_until_ns > self._next_ns:
                give_up_ns = self._sounds_until_ns + self._give_up_ns

    async def _frame(self, samples: Samples) -> AudioFrame:
        if len(samples) < self._frame_samples:
            samples = np.concatenate((samples, np.zeros(self._frame_samples - len(samples), np.int16)))
        self._next_ns += self.format.samples_to_ns(self._frame_samples)
        await self._pacer.sleep_until(self._next_ns)
        return AudioFrame(samples, self.format.rate_hz)
