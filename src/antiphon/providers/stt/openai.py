"""OpenAI's recognisers over realtime transcription sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from antiphon.audio import AudioFormat
from antiphon.providers.access import ACCESS_OPTIONS, find_access
from antiphon.providers.base import STT, ProviderContext, STTStream
from antiphon.providers.openai_client import OPENAI
from antiphon.providers.options import OptionReader
from antiphon.providers.stt.openai_realtime import FORMAT, RealtimeDialect
from antiphon.providers.stt.socket_stream import SocketStream, StreamTiming
from antiphon.providers.websocket import SocketAddress, connect, require_websockets, socket_address

DEFAULT_MODEL = "gpt-live-transcribe"  # begins with its deltas before the commit: drafts need that
OPTIONS = ACCESS_OPTIONS | {
    "connect_timeout_s",
    "delay",
    "flush_timeout_ms",
    "keywords",
    "language",
    "prompt",
}


@dataclass(frozen=True, slots=True)
class _Settings:
    name: str
    address: SocketAddress
    timing: StreamTiming
    transcription: Mapping[str, object]


class OpenAISTT:
    """A transcription model."""

    def __init__(self, settings: _Settings) -> None:
        self.name = settings.name
        self.format: AudioFormat = FORMAT
        self._settings = settings

    def open(self) -> STTStream:
        """A stream for one call; entering it connects."""
        settings = self._settings
        return SocketStream(
            self.name,
            self.format,
            partial(connect, settings.address),
            RealtimeDialect(self.name, settings.transcription),
            settings.timing,
        )

    async def aclose(self) -> None:
        """Nothing is shared between streams."""


def create(model: str, options: Mapping[str, object], context: ProviderContext) -> STT:
    """An OpenAI recogniser, such as ``gpt-live-transcribe``.

    Options are listed in ``docs/reference/providers.md``.

    Raises:
        ConfigError: If an option is wrong, or there is no key.
        MissingExtraError: If the WebSocket library is not installed.
    """
    require_websockets("openai")
    model = model or DEFAULT_MODEL
    reader = OptionReader(f"openai/{model}", options, OPTIONS)
    access = find_access(reader, context.environ, OPENAI)
    transcription: dict[str, object] = {
        "model": model,
        "language": (reader.text("language") or context.language).partition("-")[0],  # ISO 639-1
    }
    keywords = reader.texts("keywords")
    if keywords:
        transcription["keywords"] = list(keywords)
    for name in ("prompt", "delay"):
        value = reader.text(name)
        if value is not None:
            transcription[name] = value
    address = socket_address(
        reader.provider,
        access,
        ("/realtime", "intent=transcription"),
        "Bearer",
        reader.number("connect_timeout_s", 5.0, 0.05, 60),
    )
    timing = StreamTiming(flush_timeout_s=reader.number("flush_timeout_ms", 900, 20, 30_000) / 1_000)
    return OpenAISTT(_Settings(reader.provider, address, timing, transcription))
