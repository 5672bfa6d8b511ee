"""Deepgram's streaming recognisers: the Nova models over v1/listen, the Flux models over v2/listen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from antiphon.audio import AudioFormat
from antiphon.errors import ConfigError
from antiphon.providers.access import ACCESS_OPTIONS, Vendor, find_access
from antiphon.providers.base import STT, ProviderContext, STTStream
from antiphon.providers.options import OptionReader
from antiphon.providers.stt.deepgram_flux import FluxDialect
from antiphon.providers.stt.deepgram_nova import NovaDialect
from antiphon.providers.stt.socket_stream import Dialect, SocketStream, StreamTiming
from antiphon.providers.websocket import SocketAddress, connect, require_websockets, socket_address

VENDOR = Vendor("Deepgram", "https://api.deepgram.com", "DEEPGRAM_API_KEY", "DEEPGRAM_BASE_URL")
DEFAULT_MODEL = "nova-3"

_COMMON_OPTIONS = ACCESS_OPTIONS | {
    "connect_timeout_s",
    "extra_query",
    "flush_timeout_ms",
    "keyterms",
    "language",
    "sample_rate_hz",
}
NOVA_OPTIONS = _COMMON_OPTIONS | {"endpointing_ms", "punctuate", "smart_format"}
FLUX_OPTIONS = _COMMON_OPTIONS | {"chunk_ms", "eager_eot_threshold", "eot_threshold", "eot_timeout_ms"}


@dataclass(frozen=True, slots=True)
class _Settings:
    """What the options of any Deepgram model come to."""

    name: str
    audio_format: AudioFormat
    address: SocketAddress
    timing: StreamTiming


class DeepgramSTT:
    """A Deepgram model."""

    def __init__(self, settings: _Settings, new_dialect: Callable[[], Dialect]) -> None:
        self.name = settings.name
        self.format = settings.audio_format
        self._settings = settings
        self._new_dialect = new_dialect

    def open(self) -> STTStream:
        """A stream for one call; entering it connects."""
        settings = self._settings
        return SocketStream(
            self.name, self.format, partial(connect, settings.address), self._new_dialect(), settings.timing
        )

    async def aclose(self) -> None:
        """Nothing is shared between streams."""


def create(model: str, options: Mapping[str, object], context: ProviderContext) -> STT:
    """A Deepgram recogniser: ``nova-3`` and its like, or ``flux-general-en`` and its like.

    Options are listed in ``docs/reference/providers.md``.

    Raises:
        ConfigError: If an option is wrong, or there is no key.
        MissingExtraError: If the WebSocket library is not installed.
    """
    require_websockets("deepgram")
    model = model or DEFAULT_MODEL
    name = f"deepgram/{model}"
    if model.startswith("flux"):
        return _create_flux(model, OptionReader(name, options, FLUX_OPTIONS), context)
    return _create_nova(model, OptionReader(name, options, NOVA_OPTIONS), context)


def _create_nova(model: str, reader: OptionReader, context: ProviderContext) -> STT:
    smart_format = reader.flag("smart_format", default=False)
    query = {
        "channels": "1",
        "interim_results": "true",
        "language": reader.text("language") or context.language,
        "endpointing": str(reader.integer("endpointing_ms", 10, 0, 10_000) or "false"),
        "punctuate": _in_query(reader.flag("punctuate", default=True)),
        "smart_format": _in_query(smart_format),
    }
    if smart_format:
        query["no_delay"] = "true"  # do not hold a final back for what may follow a number
    settings = _read_settings(model, reader, context, "/v1/listen", query)
    return DeepgramSTT(settings, partial(NovaDialect, settings.name, settings.audio_format))


def _create_flux(model: str, reader: OptionReader, context: ProviderContext) -> STT:
    query: dict[str, str] = {}
    for name, low, high in (("eot_threshold", 0.5, 1.0), ("eot_timeout_ms", 500, 60_000)):
        value = reader.optional_number(name, low, high)
        if value is not None:
            query[name] = f"{value:g}"
    eager = reader.number("eager_eot_threshold", 0.5, 0.0, 0.9)
    if eager:
        if not 0.3 <= eager <= float(query.get("eot_threshold", 0.7)):
            raise ConfigError(
                f"{reader.provider}: eager_eot_threshold = {eager:g}: expected 0 (off), or a number from 0.3 "
                "to eot_threshold"
            )
        query["eager_eot_threshold"] = f"{eager:g}"
    language = reader.text("language")
    if language is not None:
        query["language_hint"] = language
    settings = _read_settings(model, reader, context, "/v2/listen", query)
    chunk_ms = reader.integer("chunk_ms", 80, 0, 1_000)
    chunk_samples = settings.audio_format.ns_to_samples(chunk_ms * 1_000_000)
    return DeepgramSTT(settings, partial(FluxDialect, settings.name, settings.audio_format, chunk_samples))


def _read_settings(
    model: str, reader: OptionReader, context: ProviderContext, path: str, query: Mapping[str, str]
) -> _Settings:
    rate_hz = reader.integer("sample_rate_hz", 16_000, 8_000, 48_000)
    access = find_access(reader, context.environ, VENDOR)
    pairs: Sequence[tuple[str, str]] = (
        ("model", model),
        ("encoding", "linear16"),
        ("sample_rate", str(rate_hz)),
        *query.items(),
        *(("keyterm", keyterm) for keyterm in reader.texts("keyterms")),
        *((name, _in_query(value)) for name, value in reader.table("extra_query").items()),
    )
    address = socket_address(
        reader.provider,
        access,
        (path, urlencode(pairs)),
        "Token",
        reader.number("connect_timeout_s", 5.0, 0.05, 60),
    )
    timing = StreamTiming(flush_timeout_s=reader.number("flush_timeout_ms", 700, 20, 10_000) / 1_000)
    return _Settings(reader.provider, AudioFormat(rate_hz), address, timing)


def _in_query(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
