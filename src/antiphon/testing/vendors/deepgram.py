"""A double of Deepgram's streaming recognisers: v1/listen (Nova) and v2/listen (Flux)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence

from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket

from antiphon.core.events import Word
from antiphon.errors import ConfigError
from antiphon.testing.vendors.conversation import Conversation
from antiphon.testing.vendors.deepgram_talk import (
    error_body,
    flux_settings,
    listen_settings,
    talk_flux,
    talk_nova,
)
from antiphon.testing.vendors.double import Double
from antiphon.testing.vendors.exchange import Exchange
from antiphon.testing.vendors.flux_engine import FluxEngine
from antiphon.testing.vendors.nova_engine import Ears, NovaEngine
from antiphon.testing.vendors.profiles import Pace, Profile
from antiphon.testing.vendors.records import RequestRecord
from antiphon.testing.vendors.speech_source import ScriptedSpeech, SpeechSource, VoicedSpeech

LISTEN, FLUX = "listen", "flux"  # its routes, as faults and records name them


class DeepgramDouble(Double):
    """Speaks Deepgram's protocols on a loopback port.

    What it says depends on how much audio it was sent, not on how long that took: either ``script`` gives
    the words with their times in the stream, or ``utterances`` are read out, one for each stretch of voiced
    audio. Every connection hears them from the beginning.

    Args:
        script: Words in stream time; see ``script()`` and ``spoken()``.
        utterances: What is said, one for each voiced stretch.
        repeat: Whether the utterances are said again when all have been.
        profile: Delays: a name of ``PROFILES``, or a ``Profile``.
        misheard: Share of words that are wrong in the first interim they appear in.
        ms_per_word: How fast utterances are read out.
        gap_ms: The silence that ends a voiced stretch.
        idle_timeout_ms: Without audio or ``KeepAlive`` for so long, a v1 connection is closed.
        keys: The keys that are accepted; ``None``: any, or none.
        host: Address to listen on.
        port: Port to listen on; 0: one that is free.
        seed: Makes jitter, mishearings and random faults repeatable.

    Routes, for ``requests`` and ``faults``: ``"listen"`` and ``"flux"``.
    """

    def __init__(
        self,
        script: Sequence[Word] = (),
        *,
        utterances: Sequence[str] = (),
        repeat: bool = False,
        profile: str | Profile = "instant",
        misheard: float = 0,
        ms_per_word: float = 300,
        gap_ms: float = 900,
        idle_timeout_ms: float = 10_000,
        keys: Collection[str] | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        seed: int = 0,
    ) -> None:
        super().__init__(profile, keys, host, port, seed)
        if script and utterances:
            raise ConfigError("a Deepgram double takes a script or utterances, not both")
        self._script = tuple(script)
        self._utterances = tuple(utterances)
        self._repeat = repeat
        self._misheard = misheard
        self._ms_per_word = ms_per_word
        self._gap_ms = gap_ms
        self._idle_timeout_ms = idle_timeout_ms

    @property
    def url(self) -> str:
        """What ``DEEPGRAM_BASE_URL`` is to be."""
        return f"http://{self.address}"

    def environ(self) -> dict[str, str]:
        """Environment variables that have the providers use it."""
        return {"DEEPGRAM_BASE_URL": self.url}

    def _routes(self) -> Sequence[BaseRoute]:
        return [WebSocketRoute("/v1/listen", self._listen), WebSocketRoute("/v2/listen", self._flux)]

    def _source(self, rate_hz: int) -> SpeechSource:
        if self._utterances:
            return VoicedSpeech(self._utterances, rate_hz, ms_per_word=self._ms_per_word, gap_ms=self._gap_ms)
        return ScriptedSpeech(self._script)

    async def _listen(self, websocket: WebSocket) -> None:
        settings = listen_settings(websocket.query_params)
        exchange = await self._open(LISTEN, websocket)
        pace = self._pace(exchange.record)
        profile = self.profile
        ears = Ears(profile.behind_voice_ms, profile.interim_every_ms, self._misheard, self.seed)

        async def talk(conversation: Conversation) -> None:
            assert settings is not None
            engine = NovaEngine(self._source(settings.rate_hz), settings, ears, _request_id(exchange.record))
            await talk_nova(conversation, engine, pace.vary(profile.finalize_ms), self._idle_timeout_ms)

        await self._hold(exchange, websocket, talk, pace, well_formed=settings is not None)

    async def _flux(self, websocket: WebSocket) -> None:
        settings = flux_settings(websocket.query_params)
        exchange = await self._open(FLUX, websocket)
        pace = self._pace(exchange.record)
        profile = self.profile

        async def talk(conversation: Conversation) -> None:
            assert settings is not None
            engine = FluxEngine(
                self._source(settings.rate_hz),
                settings,
                profile.behind_voice_ms,
                _request_id(exchange.record),
            )
            await talk_flux(conversation, engine, pace.vary(profile.finalize_ms), self._idle_timeout_ms)

        await self._hold(exchange, websocket, talk, pace, well_formed=settings is not None)

    async def _hold(
        self,
        exchange: Exchange,
        websocket: WebSocket,
        talk: Callable[[Conversation], Awaitable[None]],
        pace: Pace,
        *,
        well_formed: bool,
    ) -> None:
        request_id = _request_id(exchange.record)
        conversation = Conversation(
            exchange,
            websocket,
            lambda status, _: error_body(request_id, status),
            {"dg-request-id": request_id, "dg-error": "refused by the double"},
        )
        status = 101 if well_formed else 400
        if not self._accepts(websocket):
            status = 401
        await conversation.hold(talk, pace.vary(self.profile.connect_ms), status)


def _request_id(record: RequestRecord) -> str:
    return f"00000000-0000-4000-8000-{record.index:012d}"
