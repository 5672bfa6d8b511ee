"""A call without a line: a recording that speaks in real time, and what both sides said on two tracks."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Self

import numpy as np

from antiphon.audio import AudioFormat, AudioFrame, Samples, Tape, read_audio, write_wav
from antiphon.audio.tape import CAPTURED_JOIN_MS, PLAYED_JOIN_MS
from antiphon.core.checks import check_range
from antiphon.transports.base import Pacer


class FileCaller:
    """A recording that is spoken in real time, as a microphone would deliver it.

    A frame comes when its last sample has been spoken. Deadlines are counted from the first frame, so that
    a consumer that is late once finds the caller punctual again, and nothing drifts.
    """

    def __init__(
        self, samples: Samples, rate_hz: int, pacer: Pacer, *, frame_ms: int = 20, tail_ms: int | None = 0
    ) -> None:
        """Make a caller of a recording.

        Args:
            samples: What the caller says.
            rate_hz: Its sampling rate, and that of the frames.
            pacer: The time to live by.
            frame_ms: Length of a frame.
            tail_ms: How long the caller stays on the line in silence afterwards; ``None``: until closed.

        Raises:
            AudioError: If the rate is out of range.
            ConfigError: If a length is.
        """
        check_range("frame_ms", frame_ms, 1, 1_000)
        check_range("tail_ms", tail_ms or 0, 0, 86_400_000)
        self.format = AudioFormat(rate_hz)
        self._samples = samples
        self._pacer = pacer
        self._frame_samples = rate_hz * frame_ms // 1_000
        self._end = None if tail_ms is None else len(samples) + rate_hz * tail_ms // 1_000
        self._closed = False
        self.started_ns: int | None = None  # when the first sample was spoken

    @classmethod
    async def open(
        cls,
        path: str | os.PathLike[str],
        pacer: Pacer,
        *,
        rate_hz: int | None = None,
        frame_ms: int = 20,
        tail_ms: int | None = 0,
    ) -> Self:
        """A caller from a file, read in a thread and converted to ``rate_hz`` where that is given.

        Raises:
            AudioError: If the file can't be read.
            ConfigError: If a length is out of range.
        """
        samples, frames_hz = await asyncio.to_thread(read_audio, path, rate_hz)
        return cls(samples, frames_hz, pacer, frame_ms=frame_ms, tail_ms=tail_ms)

    async def frames(self) -> AsyncIterator[AudioFrame]:
        """All frames, each in its time; the last is filled up with silence."""
        self.started_ns = self._pacer.now_ns()
        start = 0
        while self._end is None or start < self._end:
            end = start + self._frame_samples
            await self._pacer.sleep_until(self.started_ns + self.format.samples_to_ns(end))
            if self._closed:
                return
            spoken = self._samples[start:end]
            if len(spoken) < self._frame_samples:
                spoken = np.concatenate((spoken, np.zeros(self._frame_samples - len(spoken), np.int16)))
            yield AudioFrame(spoken, self.format.rate_hz)
            start = end

    async def aclose(self) -> None:
        """Hang up: ``frames`` ends instead of giving the next frame."""
        self._closed = True


class StereoRecorder:
    """What was said and heard in a call: the caller left, the agent right, at one rate.

    The caller's frames end when they are handed over, the agent's begin then, or when those before them
    have been played; so that a recording shows the silence between the two as a listener has it.
    """

    def __init__(self, rate_hz: int, start_ns: int, *, max_s: int = 3_600) -> None:
        """Begin a recording.

        Args:
            rate_hz: Its sampling rate; frames of other rates are converted.
            start_ns: Where it begins, on the clock of ``at_ns``.
            max_s: Audio after this is not kept; an hour takes 230 MB at 16 kHz.

        Raises:
            AudioError: If the rate is out of range.
        """
        self._format = AudioFormat(rate_hz)
        self._start_ns = start_ns
        self._caller = Tape(rate_hz, max_s * rate_hz, rate_hz * CAPTURED_JOIN_MS // 1_000)
        self._agent = Tape(rate_hz, max_s * rate_hz, rate_hz * PLAYED_JOIN_MS // 1_000)

    @property
    def dropped_samples(self) -> int:
        """Samples that came after the recording's end, of both tracks."""
        return self._caller.dropped + self._agent.dropped

    def add_caller(self, frame: AudioFrame, at_ns: int) -> None:
        """A frame of the caller's was handed over at ``at_ns``: its last sample had just been spoken."""
        self._caller.add(frame, self._place(at_ns - frame.duration_ns))

    def add_agent(self, frame: AudioFrame, at_ns: int) -> None:
        """A frame was handed to the player at ``at_ns``, behind earlier ones or, with ``flush``, instead."""
        self._agent.add(frame, self._place(at_ns))

    def channels(self) -> tuple[Samples, Samples]:
        """The caller's track and the agent's, equally long."""
        self._caller.finish()
        self._agent.finish()
        length = max(self._caller.end, self._agent.end)
        return self._caller.samples(length), self._agent.samples(length)

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write a stereo WAV, whole or not at all.

        Raises:
            AudioError: If it can't be written.
        """
        write_wav(path, self.channels(), self._format.rate_hz)

    def _place(self, at_ns: int) -> int:
        return max(0, self._format.ns_to_samples(at_ns - self._start_ns))


class FileTransport:
    """A call between a recording and an agent, recorded."""

    def __init__(self, caller: FileCaller, recorder: StereoRecorder, pacer: Pacer) -> None:
        self._caller = caller
        self._recorder = recorder
        self._pacer = pacer

    @property
    def input_format(self) -> AudioFormat:
        """What the caller's frames are in."""
        return self._caller.format

    async def frames(self) -> AsyncIterator[AudioFrame]:
        """The caller's audio in real time."""
        async for frame in self._caller.frames():
            self._recorder.add_caller(frame, self._pacer.now_ns())
            yield frame

    async def play(self, frame: AudioFrame) -> None:
        """Record what the agent says, from now on or behind what it said before."""
        self._recorder.add_agent(frame, self._pacer.now_ns())

    async def aclose(self) -> None:
        """Hang up."""
        await self._caller.aclose()
