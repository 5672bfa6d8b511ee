"""An agent whose engines are a few lines each, for calls that take a second."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pytest

from antiphon.audio import AudioFormat, AudioFrame, write_wav
from antiphon.config import Agent
from antiphon.core.endpointing import Endpointing
from antiphon.core.events import Final, RecogniserEvent
from antiphon.providers.base import LLMEvent, LLMRequest, SpeechChunk, TextDelta, VoiceWindow
from antiphon.runtime.channel import Channel

FORMAT = AudioFormat(8_000)
WINDOW = 160


def tone(length_ms: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """Something that a detector takes for a voice."""
    times = np.arange(length_ms * FORMAT.rate_hz // 1000) / FORMAT.rate_hz
    return (9_000 * np.sin(2 * np.pi * 220 * times)).astype(np.int16)


class EasyVAD:
    """What is loud is a voice."""

    name = "easy"
    format = FORMAT

    def __init__(self) -> None:
        self._end = 0
        self._rest = np.empty(0, np.int16)

    def open(self) -> EasyVAD:
        return EasyVAD()

    async def push(self, frame: AudioFrame) -> Sequence[VoiceWindow]:
        self._rest = np.concatenate([self._rest, frame.samples])
        windows = []
        while len(self._rest) >= WINDOW:
            sound, self._rest = self._rest[:WINDOW], self._rest[WINDOW:]
            self._end += WINDOW
            loud = bool(np.abs(sound).max() > 1_000)
            windows.append(VoiceWindow(self._end, WINDOW, float(loud), -10.0 if loud else -120.0))
        return windows

    def close(self) -> None: ...

    async def aclose(self) -> None: ...


class EasySTT:
    """Hears the same words in whatever was said until a flush."""

    name = "easy"
    format = FORMAT

    def open(self) -> EasySTTStream:
        return EasySTTStream()

    async def aclose(self) -> None: ...


class EasySTTStream:
    def __init__(self) -> None:
        self._events: Channel[RecogniserEvent] = Channel("events")
        self._from_ns = self._to_ns = 0
        self._voiced = False

    async def send(self, frame: AudioFrame) -> None:
        self._to_ns += frame.duration_ns
        self._voiced = self._voiced or bool(np.abs(frame.samples).max(initial=0) > 1_000)

    async def flush(self) -> None:
        text = "hello there" if self._voiced else ""
        await self._events.put(Final(text, self._from_ns, self._to_ns))
        self._from_ns, self._voiced = self._to_ns, False

    async def end(self) -> None:
        await self.flush()
        self._events.close()

    def __aiter__(self) -> AsyncIterator[RecogniserEvent]:
        return aiter(self._events)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class EasyLLM:
    name = "easy"

    async def stream(self, request: LLMRequest) -> AsyncIterator[LLMEvent]:
        yield TextDelta("Good morning.")

    async def warm(self) -> None: ...

    async def aclose(self) -> None: ...


class EasyTTS:
    name = "easy"
    format = FORMAT

    async def stream(self, segments: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
        index = 0
        async for _ in segments:
            yield SpeechChunk(tone(300), index)
            index += 1

    async def warm(self) -> None: ...

    async def aclose(self) -> None: ...


@pytest.fixture
def easy_agent() -> Agent:
    return Agent(
        stt=EasySTT(),
        llm=EasyLLM(),
        tts=EasyTTS(),
        vad=EasyVAD(),
        endpointing=Endpointing(silence_ms=150, final_timeout_ms=100),
    )


@pytest.fixture
def caller_wav(tmp_path: Path) -> Path:
    """A caller who says one thing of 300 ms, after 100 ms."""
    path = tmp_path / "in.wav"
    silence = np.zeros(FORMAT.rate_hz // 10, np.int16)
    write_wav(path, (np.concatenate([silence, tone(300), silence]),), FORMAT.rate_hz)
    return path
