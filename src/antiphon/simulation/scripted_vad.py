"""A voice activity detector that knows which of a simulated caller's samples are voiced."""

from __future__ import annotations

from collections.abc import Sequence

from antiphon.audio import AudioFormat, AudioFrame
from antiphon.providers.base import VoiceWindow
from antiphon.simulation.signal import FORMAT, voiced_runs

# Symmetric about the line that the tracker draws between them, so that an edge is placed exactly.
VOICE_DBFS = -20.0
SILENCE_DBFS = -72.0


class ScriptedVAD:
    """Knows which samples are voiced."""

    name = "scripted/vad"
    format: AudioFormat = FORMAT

    def open(self) -> ScriptedVADStream:
        """A stream for one call."""
        return ScriptedVADStream()

    async def aclose(self) -> None:
        """Nothing is held."""


class ScriptedVADStream:
    """Answers one window for each stretch of voiced or unvoiced sound."""

    def __init__(self) -> None:
        self._end = 0

    async def push(self, frame: AudioFrame) -> Sequence[VoiceWindow]:
        """The windows of this frame."""
        windows = []
        for length, voiced in voiced_runs(frame.samples):
            self._end += length
            probability, level_dbfs = (1.0, VOICE_DBFS) if voiced else (0.0, SILENCE_DBFS)
            windows.append(VoiceWindow(self._end, length, probability, level_dbfs))
        return windows

    def close(self) -> None:
        """Nothing is held."""
