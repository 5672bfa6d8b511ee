"""Chains of providers, each used like one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from random import Random
from types import TracebackType
from typing import Self

import numpy as np
import pytest

from antiphon.audio import AudioFormat, AudioFrame
from antiphon.config import Mode
from antiphon.core.events import Event, Final, RecogniserEvent
from antiphon.core.failover import Resilience
from antiphon.core.messages import Message
from antiphon.errors import ConfigError, ProviderConnectionError, ProviderError
from antiphon.providers.base import LLMEvent, LLMRequest, SpeechChunk, STTStream, TextDelta
from antiphon.runtime.chains import FallbackSTT, ResilientLLM, ResilientTTS
from antiphon.runtime.clock import Clock
from antiphon.runtime.recogniser import RecogniserLine
from antiphon.simulation.loop import run

REQUEST = LLMRequest((Message("user", "hello"),))
FORMAT = AudioFormat(16_000)


class Model:
    def __init__(self, name: str, *, fails: bool = False) -> None:
        self.name, self.fails, self.warmed, self.closed = name, fails, 0, 0

    async def stream(self, request: LLMRequest) -> AsyncIterator[LLMEvent]:
        if self.fails:
            raise ProviderConnectionError(self.name, "refused")
        yield TextDelta(self.name)

    async def warm(self) -> None:
        self.warmed += 1
        if self.fails:
            raise ProviderConnectionError(self.name, "refused")

    async def aclose(self) -> None:
        self.closed += 1


class Voice:
    def __init__(self, name: str, *, fails_after: int | None = None, rate_hz: int = 16_000) -> None:
        self.name, self.format, self.fails_after = name, AudioFormat(rate_hz), fails_after
        self.spoken: list[str] = []

    async def stream(self, segments: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
        async for segment in segments:
            self.spoken.append(segment)
            if len(self.spoken) == self.fails_after:
                raise ProviderConnectionError(self.name, "closed")
            if self.fails_after is None:
                yield SpeechChunk(np.ones(160, np.int16), len(self.spoken) - 1)

    async def warm(self) -> None: ...

    async def aclose(self) -> None: ...


def ignore(error: ProviderError) -> None: ...


async def slowly(*texts: str) -> AsyncIterator[str]:
    for text in texts:
        await asyncio.sleep(0.05)
        yield text


def test_the_first_model_that_answers_is_used() -> None:
    async def main() -> list[LLMEvent]:
        models = [Model("down", fails=True), Model("up")]
        chain = ResilientLLM(models, Resilience(retries=0), Clock(), Random(1), ignore)
        return [event async for event in chain.stream(REQUEST)]

    assert run(main) == [TextDelta("up")]


def test_warming_raises_for_the_preferred_one_alone() -> None:
    async def main() -> None:
        clock = Clock()
        backup_down = [Model("up"), Model("down", fails=True)]
        await ResilientLLM(backup_down, Resilience(), clock, Random(1), ignore).warm()
        assert [model.warmed for model in backup_down] == [1, 1]
        with pytest.raises(ProviderConnectionError):
            await ResilientLLM(backup_down[::-1], Resilience(), clock, Random(1), ignore).warm()

    run(main)


def test_closing_closes_them_all() -> None:
    async def main() -> list[int]:
        models = [Model("a"), Model("b")]
        await ResilientLLM(models, Resilience(), Clock(), Random(1), ignore).aclose()
        return [model.closed for model in models]

    assert run(main) == [1, 1]


def test_the_next_voice_speaks_the_text_from_its_beginning() -> None:
    async def main() -> tuple[list[int], Voice]:
        first, second = Voice("first", fails_after=2), Voice("second")
        chain = ResilientTTS([first, second], Resilience(retries=0), Clock(), Random(1), ignore)
        chunks = [chunk.segment async for chunk in chain.stream(slowly("One,", " two", " three."))]
        return chunks, second

    chunks, second = run(main)
    assert chunks == [0, 1, 2]
    assert second.spoken == ["One,", " two", " three."]


def test_no_text_is_no_speech() -> None:
    async def main() -> list[SpeechChunk]:
        chain = ResilientTTS([Voice("only")], Resilience(), Clock(), Random(1), ignore)
        return [chunk async for chunk in chain.stream(slowly())]

    assert run(main) == []


def test_voices_of_different_rates_are_refused() -> None:
    async def main() -> None:
        ResilientTTS([Voice("a"), Voice("b", rate_hz=24_000)], Resilience(), Clock(), Random(1), ignore)

    with pytest.raises(ConfigError, match="a 16000 Hz, b 24000 Hz"):
        run(main)


class Recogniser:
    """Fails to connect, or answers each flush with its name."""

    def __init__(self, name: str, *, down: bool = False) -> None:
        self.name, self.format, self.down, self.opened = name, FORMAT, down, 0

    def open(self) -> "Connection":
        return Connection(self)

    async def aclose(self) -> None: ...


class Connection:
    def __init__(self, owner: Recogniser) -> None:
        self.owner = owner
        self.sent_ns = 0
        self.out: asyncio.Queue[RecogniserEvent | None] = asyncio.Queue()

    async def send(self, frame: AudioFrame) -> None:
        self.sent_ns += frame.duration_ns

    async def flush(self) -> None:
        self.out.put_nowait(Final(self.owner.name, 0, self.sent_ns))

    async def end(self) -> None:
        self.out.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[RecogniserEvent]:
        while (event := await self.out.get()) is not None:
            yield event

    async def __aenter__(self) -> Self:
        self.owner.opened += 1
        if self.owner.down:
            raise ProviderConnectionError(self.owner.name, "refused")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


async def first_event(stream: STTStream) -> RecogniserEvent:
    async with aclosing(aiter(stream)) as events:
        return await anext(events)


def test_a_recogniser_that_is_down_is_replaced_by_the_next_without_losing_audio() -> None:
    async def main() -> list[Event]:
        clock = Clock()
        told: list[Event] = []
        down, up = Recogniser("down", down=True), Recogniser("up")
        line = RecogniserLine(
            FallbackSTT([down, up], Resilience(), clock), Mode.STREAMING, clock, told.append
        )
        line.hear(0, AudioFrame(np.zeros(1600, np.int16), 16_000))
        line.flush()
        line.end()
        await line.run()
        assert (down.opened, up.opened) == (1, 1)
        return told

    assert run(main) == [Final("up", 0, 100_000_000)]


def test_the_preferred_recogniser_is_asked_again_when_it_may_be_back() -> None:
    async def main() -> list[str]:
        settings = Resilience(breaker_failures=1, breaker_open_ms=1_000)
        first, second = Recogniser("first", down=True), Recogniser("second")
        chain = FallbackSTT([first, second], settings, Clock())
        with pytest.raises(ProviderConnectionError):
            async with chain.open():
                pass
        async with chain.open() as stream:
            await stream.flush()
            assert await first_event(stream) == Final("second", 0, 0)
        await asyncio.sleep(1)
        first.down = False
        async with chain.open() as stream:
            await stream.flush()
            await first_event(stream)
        return [first.name] * first.opened + [second.name] * second.opened

    assert run(main) == ["first", "first", "second"]
