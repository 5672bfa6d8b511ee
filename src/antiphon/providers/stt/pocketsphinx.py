"""A recogniser that needs no network and no key: PocketSphinx, in a process of its own.

With the agent's handbook it learns which words callers may use and in which order; without one it takes
general English, and is right about fewer words. English only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import numpy as np

from antiphon.audio import AudioFormat, AudioFrame
from antiphon.core.events import Final, Interim, RecogniserEvent, Word
from antiphon.errors import AudioError, ConfigError, SessionClosedError
from antiphon.providers.base import STT, ProviderContext, STTStream
from antiphon.providers.options import OptionReader
from antiphon.providers.worker import WorkerPool, WorkerSpec
from antiphon.providers.worker_stream import WorkerStream
from antiphon.providers.worker_wire import Kind

FORMAT = AudioFormat(16_000)
BYTES_PER_SAMPLE = 2
TURN_SAMPLES = FORMAT.rate_hz // 10  # decoded in one go, some 5 ms of work
AUDIO_AHEAD_BYTES = 5 * TURN_SAMPLES * BYTES_PER_SAMPLE  # not decoded yet
FLUSHES_AHEAD = 64  # whose finals nobody has taken yet
OPTIONS = {"interim_every_ms", "pool"}


class PocketSphinxSTT:
    """PocketSphinx.

    Args:
        handbook: What callers ask about, Markdown; ``None`` for general English.
        interim_every_ms: Of audio, between two looks at what has been heard.
        pool: Worker processes; one keeps up with about ten calls that speak at once.
    """

    name = "pocketsphinx"
    format = FORMAT

    def __init__(self, *, handbook: str | None = None, interim_every_ms: int = 100, pool: int = 1) -> None:
        spec = WorkerSpec(
            provider=self.name,
            module="antiphon.providers.stt.pocketsphinx_worker",
            configuration={"handbook": handbook, "interim_every_ms": interim_every_ms},
            send_window_bytes=AUDIO_AHEAD_BYTES,
        )
        self._pool = WorkerPool(spec, pool)

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The worker processes that run."""
        return self._pool.process_ids

    def open(self) -> STTStream:
        """A stream for one call; enter it to connect."""
        return PocketSphinxStream(self._pool)

    async def warm(self) -> None:
        """Start the worker processes."""
        await self._pool.warm()

    async def aclose(self) -> None:
        """End the worker processes."""
        await self._pool.aclose()


class PocketSphinxStream:
    """One call's audio on its way through the recogniser."""

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool
        self._stream: WorkerStream | None = None
        self._flushes = asyncio.Semaphore(FLUSHES_AHEAD)

    async def __aenter__(self) -> Self:
        self._stream = await self._pool.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._worker.close()

    async def send(self, frame: AudioFrame) -> None:
        """Give the next audio; waits while half a second has not been decoded yet.

        Raises:
            AudioError: If the frame is not at 16 kHz.
        """
        if frame.rate_hz != FORMAT.rate_hz:
            raise AudioError(f"audio at {frame.rate_hz} Hz: pocketsphinx takes {FORMAT.rate_hz}; resample it")
        for start in range(0, len(frame.samples), TURN_SAMPLES):
            samples = frame.samples[start : start + TURN_SAMPLES]
            await self._worker.send(np.asarray(samples, dtype=np.int16).tobytes())

    async def flush(self) -> None:
        """Ask for a final of all audio sent so far; one follows, empty if nothing was said."""
        await self._flushes.acquire()
        self._worker.tell(flush=True)

    async def end(self) -> None:
        """Say that no more audio comes; what is pending becomes final and the iteration ends."""
        self._worker.tell(end=True)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> RecogniserEvent:
        message = await self._worker.receive()
        if message is None:
            raise StopAsyncIteration
        facts = message.facts
        start_ns, end_ns = FORMAT.samples_to_ns(facts["start"]), FORMAT.samples_to_ns(facts["end"])
        if message.kind is Kind.UPDATE:
            return Interim(facts["text"], start_ns, end_ns, facts["stability"])
        self._flushes.release()
        words = tuple(
            Word(text, FORMAT.samples_to_ns(start), FORMAT.samples_to_ns(end))
            for text, start, end in facts["words"]
        )
        return Final(facts["text"], start_ns, end_ns, words)

    @property
    def _worker(self) -> WorkerStream:
        if self._stream is None:
            raise SessionClosedError("pocketsphinx: enter the stream with `async with` before it is used")
        return self._stream


def create(model: str, options: Mapping[str, object], context: ProviderContext) -> STT:
    """The recogniser that a configuration names, with the agent's handbook.

    Raises:
        ConfigError: If an option is unknown or out of range, or the agent's language is not English.
    """
    if model:
        raise ConfigError(f'pocketsphinx/{model}: there is but one model: write "pocketsphinx"')
    read = OptionReader("pocketsphinx", options, OPTIONS)
    if context.language.lower().partition("-")[0] != "en":
        raise ConfigError(
            f"pocketsphinx: language = {context.language!r}: it knows English only; choose another recogniser"
        )
    return PocketSphinxSTT(
        handbook=context.handbook,
        interim_every_ms=read.integer("interim_every_ms", 100, 20, 2_000),
        pool=read.integer("pool", 1, 1, 16),
    )
