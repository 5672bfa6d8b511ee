"""The ear at the other end: what is audible, when, and which synthesis made it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from antiphon.audio import AudioFrame, gain_of_db
from antiphon.core.times import NS_PER_S
from antiphon.simulation.signal import mark_of, marked

UNKNOWN = -1  # a fade of nothing that was playing
LOW_GAIN = gain_of_db(-12)


class Level(StrEnum):
    """How loud a sound is against how it was made."""

    FULL = "full"
    BETWEEN = "between"
    LOW = "low"  # by 12 dB or more


@dataclass(frozen=True, slots=True)
class Heard:
    """A stretch of sound from one synthesis.

    Attributes:
        synthesis_id: Whose sound it is. A gain scales the samples that tell: it is taken for what was
            playing, or is ``UNKNOWN``.
        start_ns: When it began.
        stop_ns: When it ended.
        level: How loud it was.
    """

    synthesis_id: int
    start_ns: int
    stop_ns: int
    level: Level = Level.FULL


class Listener:
    """Plays frames as they come, one after the other, and keeps what was heard.

    Args:
        on_sound: Called with the time until which sound will go on, whenever that changes.
    """

    def __init__(self, on_sound: Callable[[int], None] | None = None) -> None:
        self.heard: list[Heard] = []
        self._on_sound = on_sound
        self._free_ns = 0

    def play(self, frame: AudioFrame, now_ns: int) -> None:
        """Take a frame as a transport would."""
        if frame.flush:
            self._drop_after(now_ns)
            self._free_ns = now_ns
        start_ns = max(now_ns, self._free_ns)
        self._free_ns = start_ns + frame.duration_ns
        for value, length in _runs(frame.samples):
            stop_ns = start_ns + length * NS_PER_S // frame.rate_hz
            if value:
                self._hear(value, length, start_ns, stop_ns, flush=frame.flush)
            start_ns = stop_ns
        if self._on_sound is not None:
            self._on_sound(self._free_ns)

    def _hear(self, value: int, length: int, start_ns: int, stop_ns: int, *, flush: bool) -> None:
        last, own = self.heard[-1] if self.heard else None, marked(value)
        goes_on = last is not None and last.stop_ns == start_ns
        if own is not None and (length > 1 or not (goes_on or flush)):
            self._add(Heard(own, start_ns, stop_ns))
        elif last is None or (flush and not goes_on):
            self._add(Heard(UNKNOWN, start_ns, stop_ns))
        else:
            gain = value / mark_of(last.synthesis_id)
            level = Level.FULL if gain == 1 else Level.LOW if gain <= LOW_GAIN else Level.BETWEEN
            self._add(Heard(last.synthesis_id, start_ns, stop_ns, level))

    def _add(self, heard: Heard) -> None:
        last = self.heard[-1] if self.heard else None
        if (
            last is not None
            and last.stop_ns == heard.start_ns
            and replace(last, start_ns=heard.start_ns, stop_ns=heard.stop_ns) == heard
        ):
            self.heard[-1] = replace(last, stop_ns=heard.stop_ns)
        else:
            self.heard.append(heard)

    def _drop_after(self, now_ns: int) -> None:
        while self.heard and self.heard[-1].start_ns >= now_ns:
            self.heard.pop()
        if self.heard and self.heard[-1].stop_ns > now_ns:
            self.heard[-1] = replace(self.heard[-1], stop_ns=now_ns)


def _runs(samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> list[tuple[int, int]]:
    """Stretches of equal samples: value and length."""
    if not len(samples):
        return []
    edges = np.flatnonzero(samples[1:] != samples[:-1]) + 1
    bounds = [0, *edges.tolist(), len(samples)]
    return [(int(samples[begin]), end - begin) for begin, end in itertools.pairwise(bounds)]
