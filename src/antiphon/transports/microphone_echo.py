"""Keeps the agent from hearing itself where loudspeaker and microphone share a room.

It is no echo canceller: while the agent is heard, only what is clearly louder than its echo passes. How much
of the loudspeaker comes back is learned from what comes back.
"""

from __future__ import annotations

import numpy as np

from antiphon.audio import SILENCE_DBFS, AudioFrame, level_dbfs

MARGIN_DB = 8.0  # a voice over its own echo is louder by more than this
FIRST_COUPLING_DB = -15.0  # what a laptop's microphone hears of its loudspeaker, before anything is known
LEARNS_DB_PER_S = 6.0  # an echo is the usual case, a voice over it the rare one
HOLDS_MS = 250  # a room rings, and a sound card is late


class EchoGuard:
    """Passes the caller's frames on, silenced where they hold nothing but the agent's echo."""

    def __init__(self) -> None:
        self.coupling_db = FIRST_COUPLING_DB
        self._played_dbfs = SILENCE_DBFS
        self._left_ms = 0.0

    def played(self, frame: AudioFrame) -> None:
        """The loudspeaker was given this."""
        loud_dbfs = level_dbfs(frame.samples)
        if loud_dbfs > SILENCE_DBFS + 20:
            self._played_dbfs = max(loud_dbfs, self._played_dbfs if self._left_ms > 0 else SILENCE_DBFS)
            self._left_ms = HOLDS_MS + frame.duration_ns / 1e6

    def heard(self, frame: AudioFrame) -> AudioFrame:
        """What is to be taken for the caller's of a captured frame."""
        frame_ms = frame.duration_ns / 1e6
        if self._left_ms <= 0:
            return frame
        self._left_ms -= frame_ms
        came_back_db = level_dbfs(frame.samples) - self._played_dbfs
        if came_back_db > self.coupling_db + MARGIN_DB:
            return frame
        step = LEARNS_DB_PER_S * frame_ms / 1_000
        self.coupling_db += min(step, max(-step, came_back_db - self.coupling_db))
        return AudioFrame(np.zeros_like(frame.samples), frame.rate_hz)
