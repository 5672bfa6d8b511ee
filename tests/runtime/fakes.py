"""Providers that do what a test says, in the event loop's time, and remember what was asked of them.

Audio is at 1,000 Hz: a sample is a millisecond. The caller's voice is any sample that is not 0; each sample
of the agent's is one more than the one before it, so that a listener knows what was lost or came twice.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, ParamSpec, Self

import numpy as np

from antiphon.audio import AudioFormat, AudioFrame, Samples
from antiphon.core.events import Event, RecogniserEvent
from antiphon.core.messages import Message
from antiphon.core.notices import Notice
from antiphon.errors import ProviderConnectionError
from antiphon.providers.base import LLMEvent, LLMRequest, SpeechChunk, TextDelta, VoiceWindow
from antiphon.runtime.channel import Channel
from antiphon.runtime.clock import Clock
from antiphon.simulation.loop import run

Arguments = ParamSpec("Arguments")

MS = 1_000_000
FORMAT = AudioFormat(1_000)
REQUEST = LLMRequest((Message("user", "hello"),))
QUIETEST = 2_000  # the agent's first sample
LOUDEST = 32_000

Step = float | LLMEvent | str | Exception
"""Milliseconds to wait, something to give, or an error to end with."""


def virtually(test: Callable[Arguments, Coroutine[Any, Any, None]]) -> Callable[Arguments, None]:
    """Run a test in virtual time; what goes wrong in a callback or a forgotten task fails it too."""

    @functools.wraps(test)
    def in_virtual_time(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        wrong: list[dict[str, Any]] = []

        async def watched() -> None:
            asyncio.get_running_loop().set_exception_handler(lambda _, context: wrong.append(context))
            await test(*args, **kwargs)

        run(watched)
        assert wrong == []

    return in_virtual_time


async def after(ms: float) -> None:
    """Let virtual time pass."""
    await asyncio.sleep(ms / 1_000)


def now_ms() -> float:
    """Virtual time."""
    return round(asyncio.get_running_loop().time() * 1_000, 3)


@dataclass
class Reports:
    """Events with the time they came at."""

    events: list[tuple[float, Event]] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        self.events.append((now_ms(), event))

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for _, event in self.events if isinstance(event, kind)]

    def when(self, kind: type[Any]) -> list[float]:
        return [at_ms for at_ms, event in self.events if isinstance(event, kind)]

    @property
    def kinds(self) -> list[str]:
        return [type(event).__name__ for _, event in self.events]


class Opened:
    """How many streams a provider has open, and how often one was opened."""

    def __init__(self) -> None:
        self.open = 0
        self.opened = 0

    def __enter__(self) -> None:
        self.open += 1
        self.opened += 1

    def __exit__(self, *_: object) -> None:
        self.open -= 1


async def follow(steps: Iterable[Step]) -> AsyncIterator[LLMEvent]:
    for step in steps:
        match step:
            case Exception():
                raise step
            case str():
                yield TextDelta(step)
            case int() | float():
                await after(step)
            case _:
                yield step


class FakeLLM:
    """Answers each request by the next of its plans, the last one for ever."""

    name = "fake/llm"

    def __init__(self, *plans: Sequence[Step]) -> None:
        self._plans = list(plans) or [[50, "Certainly."]]
        self.requests: list[LLMRequest] = []
        self.streams = Opened()
        self.warmed = self.closed = 0
        self.warm_error: Exception | None = None

    async def stream(self, request: LLMRequest) -> AsyncIterator[LLMEvent]:
        self.requests.append(request)
        plan = self._plans.pop(0) if len(self._plans) > 1 else self._plans[0]
        with self.streams:
            async for event in follow(plan):
                yield event

    async def warm(self) -> None:
        self.warmed += 1
        if self.warm_error is not None:
            raise self.warm_error

    async def aclose(self) -> None:
        self.closed += 1


class FakeTTS:
    """Speaks each segment in chunks, the first after a while.

    Args:
        first_ms: Until a segment's first chunk.
        ms_per_character: How long its audio is.
        chunk_ms: Length of a chunk.
        breaks_after: Chunks after which the stream fails.
        silence_ms: Silence before the first sound.
        error: What it fails with.
    """

    name = "fake/tts"
    format = FORMAT

    def __init__(
        self,
        *,
        first_ms: float = 20,
        ms_per_character: int = 20,
        chunk_ms: int = 100,
        breaks_after: int | None = None,
        silence_ms: int = 0,
        error: Exception | None = None,
    ) -> None:
        self.first_ms, self.ms_per_character, self.chunk_ms = first_ms, ms_per_character, chunk_ms
        self.breaks_after, self.silence_ms = breaks_after, silence_ms
        self.error = error or ProviderConnectionError(self.name, "closed")
        self.spoken: list[str] = []
        self.streams = Opened()
        self.warmed = self.closed = 0

    async def stream(self, segments: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
        with self.streams:
            made = chunks = 0
            index = -1
            async for segment in segments:
                index += 1
                self.spoken.append(segment)
                await after(self.first_ms)
                samples = voice(made, len(segment.strip()) * self.ms_per_character)
                if not made:
                    samples = np.concatenate([np.zeros(self.silence_ms, np.int16), samples])
                made += len(segment.strip()) * self.ms_per_character
                for start in range(0, len(samples), self.chunk_ms):
                    if chunks == self.breaks_after:
                        raise self.error
                    chunks += 1
                    yield SpeechChunk(samples[start : start + self.chunk_ms], index)

    async def warm(self) -> None:
        self.warmed += 1

    async def aclose(self) -> None:
        self.closed += 1


def voice(first: int, length: int) -> Samples:
    """The agent's samples from one place on."""
    return (QUIETEST + np.arange(first, first + length) % (LOUDEST - QUIETEST)).astype(np.int16)


class FakeEmbedder:
    """Says how alike two texts are, after a while."""

    name = "fake/embedder"

    def __init__(self, similarity: float | Exception, takes_ms: float = 10) -> None:
        self.similarity_or_error, self.takes_ms = similarity, takes_ms
        self.asked: list[tuple[str, str]] = []
        self.warmed = self.closed = 0

    async def similarity(self, left: str, right: str) -> float:
        self.asked.append((left, right))
        await after(self.takes_ms)
        if isinstance(self.similarity_or_error, Exception):
            raise self.similarity_or_error
        return self.similarity_or_error

    async def warm(self) -> None:
        self.warmed += 1

    async def aclose(self) -> None:
        self.closed += 1


class FakeSTTStream:
    """A connection: what was sent through it, and whatever a test has it say.

    Attributes:
        log: ``("audio", first sample, length)``, ``("flush",)`` and ``("end",)`` in order.
        says: Events go in here, and come out of the iteration.
    """

    def __init__(self, stt: FakeSTT) -> None:
        self._stt = stt
        self.log: list[tuple[Any, ...]] = []
        self.says: Channel[RecogniserEvent] = Channel("says", 1_000)
        self.error: Exception | None = None

    async def send(self, frame: AudioFrame) -> None:
        if self._stt.send_ms:
            await after(self._stt.send_ms)
        self.log.append(("audio", int(frame.samples[0]), len(frame.samples)))

    async def flush(self) -> None:
        self.log.append(("flush",))
        self._stt.on_flush(self)

    async def end(self) -> None:
        self.log.append(("end",))
        self._stt.on_end(self)

    def fail(self, error: Exception) -> None:
        """Break the connection."""
        self.error = error
        self.says.close()

    @property
    def sent_ns(self) -> int:
        """How much audio it was sent."""
        return sum(entry[2] for entry in self.log if entry[0] == "audio") * MS

    async def __aiter__(self) -> AsyncIterator[RecogniserEvent]:
        async for event in self.says:
            yield event
        if self.error is not None:
            raise self.error

    async def __aenter__(self) -> Self:
        if self._stt.refuses:
            raise self._stt.refuses.pop(0)
        self._stt.streams.__enter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stt.streams.__exit__()
        self.says.close()


class FakeSTT:
    """Opens connections that a test can get at.

    Attributes:
        refuses: Errors with which the next connections are refused.
        send_ms: How long each frame takes to send.
        on_flush: What to do about a flush.
        on_end: What to do about the end; at once it is, unless said otherwise.
    """

    name = "fake/stt"
    format = FORMAT

    def __init__(self, on_flush: Callable[[FakeSTTStream], None] = lambda _: None) -> None:
        self.connections: list[FakeSTTStream] = []
        self.refuses: list[Exception] = []
        self.send_ms = 0.0
        self.on_flush = on_flush
        self.on_end: Callable[[FakeSTTStream], None] = lambda stream: stream.says.close()
        self.streams = Opened()
        self.closed = 0

    def open(self) -> FakeSTTStream:
        self.connections.append(FakeSTTStream(self))
        return self.connections[-1]

    async def aclose(self) -> None:
        self.closed += 1


class FakeVAD:
    """A window for each frame: voiced where any sample is not 0."""

    name = "fake/vad"

    def __init__(self, rate_hz: int = 1_000, window: int = 10) -> None:
        self.format = AudioFormat(rate_hz)
        self.window = window
        self.streams = Opened()
        self.closed = 0

    def open(self) -> FakeVADStream:
        self.streams.__enter__()
        return FakeVADStream(self)

    async def aclose(self) -> None:
        self.closed += 1


class FakeVADStream:
    """A call's audio, cut into windows."""

    def __init__(self, vad: FakeVAD) -> None:
        self._vad = vad
        self._pending = np.empty(0, np.int16)
        self._end = 0

    async def push(self, frame: AudioFrame) -> Sequence[VoiceWindow]:
        assert frame.rate_hz == self._vad.format.rate_hz
        self._pending = np.concatenate([self._pending, frame.samples])
        windows = []
        length = self._vad.window
        while len(self._pending) >= length:
            window, self._pending = self._pending[:length], self._pending[length:]
            self._end += length
            voiced = bool(window.any())
            windows.append(VoiceWindow(self._end, length, 1.0 if voiced else 0.0, -20.0 if voiced else -60.0))
        return windows

    def close(self) -> None:
        self._vad.streams.__exit__()


def silence(ms: int) -> AudioFrame:
    return AudioFrame(np.zeros(ms, np.int16), FORMAT.rate_hz)


def sound(ms: int, value: int = 9_000) -> AudioFrame:
    return AudioFrame(np.full(ms, value, np.int16), FORMAT.rate_hz)


@dataclass
class Ear:
    """What a listener hears: the frames in the order of time, flushes heeded.

    Attributes:
        samples: Heard so far, silence left out.
    """

    frames: list[tuple[float, AudioFrame]] = field(default_factory=list)

    def play(self, frame: AudioFrame) -> None:
        self.frames.append((now_ms(), frame))

    @property
    def heard(self) -> list[int]:
        """Sample values that sounded, in order."""
        line: list[tuple[float, int]] = []
        free_ms = 0.0
        for at_ms, frame in self.frames:
            if frame.flush:
                line = [(when, value) for when, value in line if when < at_ms - 1e-6]
                free_ms = at_ms
            start_ms = max(free_ms, at_ms)
            line += [(start_ms + index, int(value)) for index, value in enumerate(frame.samples)]
            free_ms = start_ms + len(frame.samples)
        return [value for _, value in line if value]


def clock() -> Clock:
    return Clock()


def kinds(notices: Iterable[Notice]) -> list[str]:
    return [type(notice).__name__ for notice in notices]
