"""What the measurements of the engines share: errors, paced audio, and how long the loop was blocked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np

from antiphon.audio import AudioFrame, Samples, resample
from antiphon.core.events import Final
from antiphon.core.times import NS_PER_MS
from antiphon.providers.stt.pocketsphinx import FORMAT, PocketSphinxSTT
from antiphon.providers.tts.espeak import EspeakTTS
from antiphon.runtime.clock import Clock

FRAME = FORMAT.rate_hz // 50


@dataclass
class Errors:
    """Word errors: substitutions, insertions and deletions against the words that were said."""

    errors: int = 0
    words: int = 0

    def add(self, said: str, heard: str) -> int:
        """Count one utterance; answer its errors."""
        errors = word_errors(said.split(), heard.split())
        self.errors += errors
        self.words += len(said.split())
        return errors

    @property
    def percent(self) -> float:
        """Of the words that were said."""
        return 100 * self.errors / self.words


def word_errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """Levenshtein's distance between two sequences of words."""
    row = list(range(len(heard) + 1))
    for index, word in enumerate(said, 1):
        diagonal, row[0] = row[0], index
        for column, other in enumerate(heard, 1):
            diagonal, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, diagonal + (word != other)),
            )
    return row[-1]


@dataclass
class Lag:
    """How long the event loop was blocked, by how late a task is that asks for its turn every millisecond."""

    late_ms: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        late_ms = sorted(self.late_ms)
        return f"loop late by {late_ms[len(late_ms) * 99 // 100]:.1f} ms at p99, {late_ms[-1]:.1f} at most"

    async def watch(self) -> None:
        """Look until cancelled."""
        clock = Clock()
        while True:
            asked_ns = clock.now_ns()
            await asyncio.sleep(0.001)
            self.late_ms.append((clock.now_ns() - asked_ns) / NS_PER_MS - 1)


@asynccontextmanager
async def watched_loop() -> AsyncIterator[Lag]:
    """Watches the loop while the block runs."""
    lag = Lag()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(lag.watch())
        yield lag
        task.cancel()


@dataclass(frozen=True)
class Recognition:
    """One utterance through the recogniser."""

    text: str
    took_ms: float  # from the first frame to the final
    final_ms: float  # from the flush to the final


async def recognise(stt: PocketSphinxSTT, samples: Samples, *, real_time: bool) -> Recognition:
    """One call of one utterance, sent as fast as it is taken or as fast as it is spoken."""
    clock = Clock()
    began_ns = clock.now_ns()
    async with stt.open() as stream, asyncio.TaskGroup() as group:

        async def send() -> int:
            for index, start in enumerate(range(0, len(samples), FRAME)):
                await stream.send(AudioFrame(samples[start : start + FRAME], FORMAT.rate_hz))
                if real_time:
                    await clock.sleep_until(began_ns + (index + 1) * 20 * NS_PER_MS)
            await stream.flush()
            return clock.now_ns()

        sender = group.create_task(send())
        async for event in stream:
            if isinstance(event, Final):
                now_ns = clock.now_ns()
                flushed_ns = await sender
                return Recognition(
                    event.text, (now_ns - began_ns) / NS_PER_MS, (now_ns - flushed_ns) / NS_PER_MS
                )
    raise AssertionError("the stream ended without a final")


async def spoken(tts: EspeakTTS, text: str) -> Samples:
    """A text in the embedded voice, at the recogniser's rate, with silence around it."""

    async def segments() -> AsyncIterator[str]:
        yield text

    samples = np.concatenate([chunk.samples async for chunk in tts.stream(segments())])
    silence = np.zeros(FORMAT.rate_hz * 3 // 10, np.int16)
    return np.concatenate([silence, resample(samples, tts.format.rate_hz, FORMAT.rate_hz), silence])
