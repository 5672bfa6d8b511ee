"""Chains of recognisers, models and voices, each used like one provider.

What a failure means, and who is asked next, is said once, in ``resilience`` and ``core.failover``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from random import Random
from types import TracebackType
from typing import Protocol, Self, TypeVar

from antiphon.audio import AudioFormat, AudioFrame
from antiphon.core.events import RecogniserEvent
from antiphon.core.failover import Chain, Resilience
from antiphon.core.messages import Message
from antiphon.errors import ConfigError, ProviderError
from antiphon.providers.base import (
    LLM,
    STT,
    TTS,
    LLMEvent,
    LLMRequest,
    ReadsAhead,
    SpeechChunk,
    STTStream,
    Warmable,
)
from antiphon.runtime.clock import Clock
from antiphon.runtime.helpers import Helpers, closing
from antiphon.runtime.resilience import Relay, Report

Provider = TypeVar("Provider")


class _Sounding(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def format(self) -> AudioFormat: ...


def _check_one_rate(kind: str, providers: Sequence[_Sounding]) -> None:
    if len({provider.format.rate_hz for provider in providers}) > 1:
        told = ", ".join(f"{provider.name} {provider.format.rate_hz} Hz" for provider in providers)
        raise ConfigError(f"{kind}: providers of one chain need one sampling rate, these have {told}")


class FallbackSTT:
    """A chain of recognisers: each new connection goes to the best that is not known to be down.

    Raises:
        ConfigError: If their sampling rates differ: what was sent to one is sent again to the next.
    """

    def __init__(self, recognisers: Sequence[STT], settings: Resilience, clock: Clock) -> None:
        _check_one_rate("stt", recognisers)
        self._recognisers = recognisers
        self._chain = Chain(len(recognisers), settings)
        self._clock = clock
        self._failed_in_a_row = 0

    @property
    def name(self) -> str:
        """The preferred recogniser's."""
        return self._recognisers[0].name

    @property
    def format(self) -> AudioFormat:
        """The audio they all take."""
        return self._recognisers[0].format

    def open(self) -> STTStream:
        """A connection to the recogniser whose turn it is."""
        order = self._chain.order(self._clock.now_ns())
        index = order[self._failed_in_a_row % len(order)]
        self._chain.begin(index)
        return _WatchedSTTStream(self._recognisers[index].open(), self, index)

    def note_working(self, index: int) -> None:
        """A connection gave words."""
        self._failed_in_a_row = 0
        self._chain.succeeded(index)

    def note_failed(self, index: int) -> None:
        """A connection broke."""
        self._failed_in_a_row += 1
        self._chain.failed(index, self._clock.now_ns())

    async def warm(self) -> None:
        """Make those ready that can be; one that fails now may be back when it is needed."""
        warmable = [one for one in self._recognisers if isinstance(one, Warmable)]
        if warmable:
            await _each(warmable, lambda one: one.warm())

    async def aclose(self) -> None:
        """Let go of all of them."""
        for recogniser in self._recognisers:
            await recogniser.aclose()


class _WatchedSTTStream:
    """A connection whose fate its chain is told."""

    def __init__(self, stream: STTStream, owner: FallbackSTT, index: int) -> None:
        self._stream = stream
        self._owner = owner
        self._index = index

    async def send(self, frame: AudioFrame) -> None:
        await self._stream.send(frame)

    async def flush(self) -> None:
        await self._stream.flush()

    async def end(self) -> None:
        await self._stream.end()

    async def __aiter__(self) -> AsyncIterator[RecogniserEvent]:
        async with closing(aiter(self._stream)) as events:
            async for event in events:
                self._owner.note_working(self._index)
                yield event

    async def __aenter__(self) -> Self:
        try:
            await self._stream.__aenter__()
        except ProviderError:
            self._owner.note_failed(self._index)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and not isinstance(error, asyncio.CancelledError):
            self._owner.note_failed(self._index)
        await self._stream.__aexit__(kind, error, trace)


class ResilientLLM:
    """A chain of models that is used like one."""

    def __init__(
        self, models: Sequence[LLM], settings: Resilience, clock: Clock, random: Random, report: Report
    ) -> None:
        self._models = models
        chain = Chain(len(models), settings)
        names = [model.name for model in models]
        self._relay: Relay[LLMEvent] = Relay(names, chain, settings, clock, random, report)

    @property
    def name(self) -> str:
        """The preferred model's."""
        return self._models[0].name

    def stream(self, request: LLMRequest) -> AsyncIterator[LLMEvent]:
        """The first model's reply to begin."""
        return self._relay.stream(lambda index: self._models[index].stream(request))

    @property
    def reads_ahead(self) -> bool:
        """Whether the preferred model does."""
        first = self._models[0]
        return isinstance(first, ReadsAhead) and first.reads_ahead

    async def warm_prefix(self, messages: Sequence[Message]) -> None:
        """Have the preferred model read ahead."""
        first = self._models[0]
        if isinstance(first, ReadsAhead):
            await first.warm_prefix(messages)

    async def warm(self) -> None:
        """Make all of them ready; one that fails now may be back when it is needed."""
        await _each(self._models, lambda model: model.warm())

    async def aclose(self) -> None:
        """Let go of all of them."""
        for model in self._models:
            await model.aclose()


class ResilientTTS:
    """A chain of voices that is used like one.

    Raises:
        ConfigError: If their sampling rates differ: a call's audio has one.
    """

    def __init__(
        self, voices: Sequence[TTS], settings: Resilience, clock: Clock, random: Random, report: Report
    ) -> None:
        _check_one_rate("tts", voices)
        self._voices = voices
        chain = Chain(len(voices), settings)
        names = [voice.name for voice in voices]
        self._relay: Relay[SpeechChunk] = Relay(names, chain, settings, clock, random, report)

    @property
    def name(self) -> str:
        """The preferred voice's."""
        return self._voices[0].name

    @property
    def format(self) -> AudioFormat:
        """The audio they all give."""
        return self._voices[0].format

    async def stream(self, segments: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
        """The first voice's speech to begin; each is given the text from its beginning."""
        first = await anext(segments, None)
        if first is None:
            return
        async with Helpers() as group:
            text = _Shared(first, segments)
            group.start(text.read(), "text for the voices")
            speech = self._relay.stream(
                lambda index: self._voices[index].stream(text.again()), between_timeout=False
            )
            async with closing(speech) as chunks:
                async for chunk in chunks:
                    yield chunk

    async def warm(self) -> None:
        """Make all of them ready; one that fails now may be back when it is needed."""
        await _each(self._voices, lambda voice: voice.warm())

    async def aclose(self) -> None:
        """Let go of all of them."""
        for voice in self._voices:
            await voice.aclose()


class _Shared:
    """Text that arrives once and is read from its beginning by each voice that is asked."""

    def __init__(self, first: str, source: AsyncIterator[str]) -> None:
        self._source = source
        self._segments = [first]
        self._complete = False
        self._more = asyncio.Event()

    async def read(self) -> None:
        """Take in what comes."""
        async for segment in self._source:
            self._segments.append(segment)
            self._more.set()
        self._complete = True
        self._more.set()

    async def again(self) -> AsyncIterator[str]:
        """All of it, from the beginning, as far as it has come, then as it comes."""
        index = 0
        while True:
            while index < len(self._segments):
                yield self._segments[index]
                index += 1
            if self._complete:
                return
            self._more.clear()
            await self._more.wait()


async def _each(providers: Sequence[Provider], warm: Callable[[Provider], Awaitable[None]]) -> None:
    """Warm all at once. Raises the preferred one's error, if it has one; the others may fail for now."""
    results = await asyncio.gather(*(warm(provider) for provider in providers), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, ProviderError):
            raise result
    if isinstance(results[0], ProviderError):
        raise results[0]
