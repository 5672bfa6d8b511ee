"""Scripted vendors for a server under load: they hear real audio, take their time, cost next to nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

import numpy as np

from antiphon.audio import AudioFormat, AudioFrame
from antiphon.core.events import Final, Interim, RecogniserEvent
from antiphon.core.times import NS_PER_MS
from antiphon.providers.base import LLMEvent, LLMRequest, SpeechChunk, TextDelta
from antiphon.runtime.channel import Channel, WhenFull
from antiphon.runtime.clock import Clock

HEARD = "a table for two at eight please"
ANSWER = "Of course, a table for two at eight. Shall I book it for you?"
LOUD = 1_000  # a sample's size that counts as voice

INTERIM_EVERY_MS = 150
FINAL_AFTER_MS = 60
FIRST_TOKEN_MS = 350
TOKEN_MS = 16
FIRST_AUDIO_MS = 120
AUDIO_PER_CHARACTER_MS = 60
CHUNK_MS = 100


async def after(clock: Clock, ms: float) -> None:
    """Let time pass."""
    await clock.sleep_until(clock.now_ns() + round(ms * NS_PER_MS))


class ScriptedRecogniser:
    """Hears the same words in whatever is loud."""

    name = "scripted/stt"
    format = AudioFormat(16_000)

    def open(self) -> ScriptedHearing:
        """A call's stream."""
        return ScriptedHearing(self.format)

    async def aclose(self) -> None:
        """Nothing is to be let go of."""


class ScriptedHearing:
    """One call's audio."""

    def __init__(self, audio: AudioFormat) -> None:
        self._format = audio
        self._events: Channel[RecogniserEvent] = Channel("scripted", 10, when_full=WhenFull.DROP_OLDEST)
        self._from_ns = self._to_ns = self._told_ns = 0
        self._voiced_ns = 0

    async def send(self, frame: AudioFrame) -> None:
        """Take audio in; while it is loud, one word more is heard every now and then."""
        self._to_ns += frame.duration_ns
        if len(frame.samples) and int(np.abs(frame.samples).max()) > LOUD:
            self._voiced_ns += frame.duration_ns
            if self._to_ns - self._told_ns >= INTERIM_EVERY_MS * NS_PER_MS:
                self._told_ns = self._to_ns
                self._put(Interim(self._words(), self._from_ns, self._to_ns))

    async def flush(self) -> None:
        """All words that were heard are final, a vendor's time later."""
        await after(Clock(), FINAL_AFTER_MS)
        text = HEARD if self._voiced_ns else ""
        self._put(Final(text, self._from_ns, self._to_ns))
        self._from_ns, self._voiced_ns = self._to_ns, 0

    async def end(self) -> None:
        """No more audio comes."""
        await self.flush()
        self._events.close()

    def __aiter__(self) -> AsyncIterator[RecogniserEvent]:
        return aiter(self._events)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._events.close()

    def _words(self) -> str:
        words = HEARD.split()
        return " ".join(words[: 1 + self._voiced_ns // (250 * NS_PER_MS)])

    def _put(self, event: RecogniserEvent) -> None:
        if not self._events.closed:
            self._events.put_nowait(event)


class ScriptedModel:
    """Answers always the same, token by token."""

    name = "scripted/llm"

    async def stream(self, request: LLMRequest) -> AsyncIterator[LLMEvent]:
        """The answer."""
        clock = Clock()
        await after(clock, FIRST_TOKEN_MS)
        for word in ANSWER.split():
            yield TextDelta(f"{word} ")
            await after(clock, TOKEN_MS)

    async def warm(self) -> None:
        """Nothing is to be made ready."""

    async def aclose(self) -> None:
        """Nothing is to be let go of."""


class ScriptedVoice:
    """Speaks as long as a voice would, in a hum."""

    name = "scripted/tts"
    format = AudioFormat(24_000)

    def __init__(self) -> None:
        length = self.format.rate_hz * CHUNK_MS // 1_000
        times = np.arange(length) / self.format.rate_hz
        self._hum = (6_000 * np.sin(2 * np.pi * 200 * times)).astype(np.int16)

    async def stream(self, segments: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
        """The speech, several times faster than it is heard."""
        clock, index = Clock(), 0
        async for segment in segments:
            await after(clock, FIRST_AUDIO_MS)
            for _ in range(max(1, len(segment) * AUDIO_PER_CHARACTER_MS // CHUNK_MS)):
                yield SpeechChunk(self._hum, index)
                await after(clock, CHUNK_MS / 5)
            index += 1

    async def warm(self) -> None:
        """Nothing is to be made ready."""

    async def aclose(self) -> None:
        """Nothing is to be let go of."""
