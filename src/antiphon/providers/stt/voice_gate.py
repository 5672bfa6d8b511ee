"""Lets through what may be speech, with a little before and after it, so that silence costs nothing.

A stretch of 20 ms counts when it is 6 dB above the quietest of the last two seconds, which is what speech
that can be recognised at all is. Wrong openings cost a little work; a word lost would cost the turn, so the
gate opens early, goes back 300 ms when it does, and closes late.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from antiphon.audio import Samples

BLOCK_MS = 20
BEFORE_MS = 300  # let through from before the gate opened
HOLD_MS = 1_000  # open without a loud block
FLOOR_MS = 2_000  # over which the quietest block is taken for the line's noise
OPENS_AT = 3  # loud blocks, of the last five: a click is shorter
OF_LAST = 5
ABOVE_FLOOR = 2.0  # 6 dB, as a ratio of amplitudes
QUIETEST_FLOOR = 10.0  # RMS of 32,767 (-70 dBFS); below it nothing is speech


@dataclass(frozen=True, slots=True)
class Stretch:
    """Audio that was let through."""

    start: int  # sample of the stream
    samples: Samples


class VoiceGate:
    """The gate of one stream."""

    def __init__(self, rate_hz: int) -> None:
        self._block = rate_hz * BLOCK_MS // 1_000
        self._before: deque[Samples] = deque(maxlen=BEFORE_MS // BLOCK_MS)
        self._levels = deque([QUIETEST_FLOOR], maxlen=FLOOR_MS // BLOCK_MS)
        self._loud: deque[bool] = deque(maxlen=OF_LAST)
        self._rest: Samples = np.empty(0, np.int16)
        self._at = 0  # samples judged
        self._quiet_blocks = 0
        self.is_open = False
        self.quietest = math.inf  # RMS of the quietest block so far

    def push(self, samples: Samples) -> list[Stretch]:
        """Take the next audio; answer what of it, and of what was held, is let through."""
        audio = np.concatenate([self._rest, samples]) if len(self._rest) else samples
        whole = len(audio) - len(audio) % self._block
        self._rest = audio[whole:]
        passed: list[Stretch] = []
        for start in range(0, whole, self._block):
            passed += self._judge(audio[start : start + self._block])
        return passed

    def flush(self) -> list[Stretch]:
        """Close the gate; answer what is left of an incomplete block, if it was open."""
        rest, self._rest = self._rest, np.empty(0, np.int16)
        start, self._at = self._at, self._at + len(rest)
        was_open, self.is_open = self.is_open, False
        self._before.clear()
        self._loud.clear()
        return [Stretch(start, rest)] if was_open and len(rest) else []

    def _judge(self, block: Samples) -> list[Stretch]:
        start, self._at = self._at, self._at + len(block)
        values = block.astype(np.float32)
        level = math.sqrt(float(values @ values) / len(block))
        loud = level > ABOVE_FLOOR * max(QUIETEST_FLOOR, min(self._levels))
        self._levels.append(level)
        self.quietest = min(self.quietest, level)
        self._loud.append(loud)
        if self.is_open:
            self._quiet_blocks = 0 if loud else self._quiet_blocks + 1
            if self._quiet_blocks * BLOCK_MS >= HOLD_MS:
                self.is_open = False
                self._loud.clear()
            return [Stretch(start, block)]
        self._before.append(block)
        if sum(self._loud) < OPENS_AT:
            return []
        held = np.concatenate(list(self._before))
        self.is_open, self._quiet_blocks = True, 0
        self._before.clear()
        return [Stretch(self._at - len(held), held)]
