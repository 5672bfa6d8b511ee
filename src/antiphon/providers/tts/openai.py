"""OpenAI's voices: one request for each segment, the next one begun while the current one is heard.

The endpoint takes a whole text and streams its audio; it has no voice context to keep open. So that no
request's latency falls between two segments, the next segment's request is sent as soon as its text is
there, and its audio waits in the connection until the current segment's has all been taken. One ahead, no
more: a reply that is cancelled has then paid for one segment too many at most.

It gives no word times. ``SpeechChunk.words`` stays empty, and what was heard of a segment is estimated from
its share of the audio.
"""

from __future__ import annotations

import asyncio
import textwrap
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from antiphon.audio import AudioFormat, Samples
from antiphon.errors import ProviderError
from antiphon.providers.access import ACCESS_OPTIONS, find_access
from antiphon.providers.background import Background
from antiphon.providers.base import TTS, ProviderContext, SpeechChunk
from antiphon.providers.openai_client import OPENAI, Endpoint, make_endpoint
from antiphon.providers.options import OptionReader

if TYPE_CHECKING:
    from openai import AsyncAPIResponse

DEFAULT_MODEL = "gpt-4o-mini-tts"
FORMAT = AudioFormat(24_000)  # of response_format "pcm": mono, 16 bit, little-endian
LONGEST_TEXT = 4_096  # characters the endpoint takes in one request
OPTIONS = ACCESS_OPTIONS | {
    "connect_timeout_s",
    "first_byte_timeout_s",
    "instructions",
    "speed",
    "stall_timeout_s",
    "voice",
}


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """How a text is spoken."""

    model: str
    voice: str
    speed: float | None
    instructions: str | None
    first_byte_timeout_s: float
    stall_timeout_s: float


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A text whose audio has begun to come."""

    segment: int
    response: AsyncAPIResponse[bytes]


class _Requests:
    """The requests of one reply: the one that is heard, and one ahead."""

    def __init__(self, speak: Callable[[str], Awaitable[AsyncAPIResponse[bytes]]]) -> None:
        self._speak = speak
        self._slots = asyncio.Semaphore(2)
        self._begun: asyncio.Queue[_Spoken | ProviderError | None] = asyncio.Queue(2)
        self._open: set[AsyncAPIResponse[bytes]] = set()

    async def make(self, segments: AsyncIterator[str]) -> None:
        """Ask for the segments' audio, as far ahead as there are slots."""
        segment = -1
        try:
            async for text in segments:
                segment += 1
                for part in textwrap.wrap(text, LONGEST_TEXT):
                    await self._slots.acquire()
                    response = await self._speak(part)
                    self._open.add(response)
                    await self._begun.put(_Spoken(segment, response))
            await self._begun.put(None)
        except ProviderError as error:
            await self._begun.put(error)

    async def next(self) -> _Spoken | None:
        """The next answer, ``None`` when there are no more."""
        begun = await self._begun.get()
        if isinstance(begun, ProviderError):
            raise begun
        return begun

    async def done(self, spoken: _Spoken) -> None:
        """All audio of an answer was taken."""
        self._open.discard(spoken.response)
        await spoken.response.close()
        self._slots.release()

    async def close(self) -> None:
        """Close what is still open."""
        while self._open:
            await self._open.pop().close()


class OpenAITTS:
    """A voice."""

    def __init__(self, endpoint: Endpoint, settings: VoiceSettings) -> None:
        self.name = endpoint.provider
        self.format = FORMAT
        self._endpoint = endpoint
        self._settings = settings

    async def stream(self, segments: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
        """The audio of text segments as it comes.

        Closing the generator, or cancelling its task, closes the connections.

        Raises:
            ProviderError: Its kinds, also in mid-reply.
        """
        requests = _Requests(self._speak)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(requests.close)
            background = await stack.enter_async_context(Background())
            background.start(requests.make(segments))
            while (spoken := await requests.next()) is not None:
                async for samples in self._audio(spoken.response):
                    yield SpeechChunk(samples, spoken.segment)
                await requests.done(spoken)

    async def warm(self) -> None:
        """Open a connection, with a request for the list of models; whether that is answered matters not.

        Raises:
            ProviderError: If the endpoint can't be reached or refuses the key.
        """
        await self._endpoint.warm(self._settings.first_byte_timeout_s)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._endpoint.client.close()

    async def _speak(self, text: str) -> AsyncAPIResponse[bytes]:
        """Ask for a text's audio; the answer's body is not read yet."""
        from openai import omit  # noqa: PLC0415 - optional

        settings = self._settings
        request = self._endpoint.client.audio.speech.with_streaming_response.create(
            model=settings.model,
            input=text,
            voice=settings.voice,
            response_format="pcm",
            speed=omit if settings.speed is None else settings.speed,
            instructions=omit if settings.instructions is None else settings.instructions,
        )
        with self._endpoint.errors_mapped():
            return await self._endpoint.within(settings.first_byte_timeout_s, request.__aenter__, "no audio")

    async def _audio(self, response: AsyncAPIResponse[bytes]) -> AsyncIterator[Samples]:
        """Samples as their bytes come: a piece may end in the middle of one."""
        half_sample = b""
        with self._endpoint.errors_mapped():
            pieces = response.iter_bytes()
            next_piece = partial(anext, pieces, None)
            while (
                piece := await self._endpoint.within(
                    self._settings.stall_timeout_s, next_piece, "no more audio"
                )
            ) is not None:
                data = half_sample + piece
                whole = len(data) - len(data) % 2
                half_sample = data[whole:]
                if whole:
                    yield np.frombuffer(data[:whole], "<i2").astype(np.int16)


def create(model: str, options: Mapping[str, object], context: ProviderContext) -> TTS:
    """An OpenAI voice, such as ``gpt-4o-mini-tts``.

    Options are listed in ``docs/reference/providers.md``.

    Raises:
        ConfigError: If an option is wrong, or there is no key.
        MissingExtraError: If the client library is not installed.
    """
    model = model or DEFAULT_MODEL
    reader = OptionReader(f"openai/{model}", options, OPTIONS)
    settings = VoiceSettings(
        model=model,
        voice=reader.text("voice") or "alloy",
        speed=reader.optional_number("speed", 0.25, 4.0),
        instructions=reader.text("instructions"),
        first_byte_timeout_s=reader.number("first_byte_timeout_s", 10.0, 0.01, 600),
        stall_timeout_s=reader.number("stall_timeout_s", 5.0, 0.01, 600),
    )
    access = find_access(reader, context.environ, OPENAI)
    connect_timeout_s = reader.number("connect_timeout_s", 5.0, 0.01, 60)
    return OpenAITTS(make_endpoint(reader.provider, access, connect_timeout_s), settings)
