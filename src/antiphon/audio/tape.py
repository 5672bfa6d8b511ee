"""One side of a call on a tape: stretches of sound in their places, silence between them."""

from __future__ import annotations

from typing import Final

import numpy as np

from antiphon.audio.frames import AudioFrame, Samples
from antiphon.audio.resampling import Resampler

# A frame this much later than the end of the one before still follows it without a gap: what is handed over
# frame by frame is never quite punctual. Captured audio has no gaps of its own, only late deliveries.
PLAYED_JOIN_MS: Final = 20
CAPTURED_JOIN_MS: Final = 200


class Tape:
    """Stretches of sound on a silent tape, the newest of which may be cut off.

    Attributes:
        dropped: Samples that came after the tape's end.
    """

    def __init__(self, rate_hz: int, limit: int, join: int) -> None:
        """Begin a tape.

        Args:
            rate_hz: Its sampling rate; frames of other rates are converted.
            limit: Samples it holds at most, what was taken from it included.
            join: A frame up to this many samples late follows the one before without a gap.
        """
        self._rate_hz = rate_hz
        self._limit = limit
        self._join = join
        self._chunks: list[tuple[int, Samples]] = []  # in order, none over another
        self._stored = 0  # where the next output of the resampler belongs
        self._stretch = 0  # where the sound since the last gap, cut or change of rate began
        self._received = 0  # ... and how many samples of it came in
        self._from_hz = rate_hz
        self._resampler = Resampler(rate_hz, rate_hz)
        self._taken = 0
        self.dropped = 0

    @property
    def end(self) -> int:
        """Where the sound ends so far, what the resampler still holds included."""
        return self._stretch - (-self._received * self._rate_hz // self._from_hz)

    def add(self, frame: AudioFrame, place: int) -> None:
        """Put a frame at ``place``, or behind what is there already; with ``flush``, instead of what is."""
        place = max(place, self._taken)
        if frame.flush and place < self.end:
            self._cut(place)
        if not len(frame.samples):
            return
        begun = self._received or self._chunks
        if place > self.end + (self._join if begun else 0):
            self._begin(place, frame.rate_hz)
        elif frame.rate_hz != self._from_hz:
            self._begin(self.end, frame.rate_hz)
        self._received += len(frame.samples)
        self._store(self._resampler.push(frame.samples))

    def finish(self) -> None:
        """Bring out what the resampler holds."""
        self._begin(self.end, self._from_hz)

    def take(self, until: int) -> Samples:
        """What lies between the end of what was taken before and a place; the tape holds it no longer.

        Nothing may be put before ``until`` from now on: what is, comes at it.
        """
        until = min(max(until, self._taken), self._limit)
        if until > self._stored:
            self.finish()
        taken = np.zeros(until - self._taken, np.int16)
        while self._chunks and self._chunks[0][0] < until:
            start, chunk = self._chunks.pop(0)
            before = chunk[: until - start]
            taken[start - self._taken : start - self._taken + len(before)] = before
            if len(before) < len(chunk):
                self._chunks.insert(0, (until, chunk[len(before) :].copy()))
        self._taken = until
        if self.end < until:
            self._begin(until, self._from_hz)
        return taken

    def samples(self, length: int) -> Samples:
        """The first ``length`` samples of a tape that nothing was taken from."""
        tape = np.zeros(min(length, self._limit), np.int16)
        for start, chunk in self._chunks:
            tape[start : start + len(chunk)] = chunk
        return tape

    def _begin(self, place: int, from_hz: int) -> None:
        self._store(self._resampler.flush())
        if from_hz != self._from_hz:
            self._resampler, self._from_hz = Resampler(from_hz, self._rate_hz), from_hz
        self._stretch = self._stored = place
        self._received = 0

    def _cut(self, place: int) -> None:
        self._begin(self.end, self._from_hz)
        while self._chunks and self._chunks[-1][0] >= place:
            self._chunks.pop()
        if self._chunks:
            start, chunk = self._chunks[-1]
            # A copy: a view would keep what was cut off.
            self._chunks[-1] = (start, chunk[: place - start].copy())
        self._stretch = self._stored = place

    def _store(self, samples: Samples) -> None:
        kept = samples[: max(0, self._limit - self._stored)]
        self.dropped += len(samples) - len(kept)
        if len(kept):
            self._chunks.append((self._stored, kept))
        self._stored += len(samples)
