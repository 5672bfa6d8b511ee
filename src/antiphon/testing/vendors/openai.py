"""A double of OpenAI's API: chat, speech, embeddings, models and realtime transcription."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from antiphon.core.events import Word
from antiphon.errors import ConfigError
from antiphon.testing.vendors.conversation import Conversation
from antiphon.testing.vendors.double import Double
from antiphon.testing.vendors.http_answer import HttpAnswer
from antiphon.testing.vendors.openai_chat import ChatService
from antiphon.testing.vendors.openai_embeddings import embeddings
from antiphon.testing.vendors.openai_speech import answer_speech
from antiphon.testing.vendors.profiles import Profile
from antiphon.testing.vendors.realtime_engine import RealtimeEngine
from antiphon.testing.vendors.realtime_talk import talk_realtime
from antiphon.testing.vendors.replies import Body, ReplyMaker, as_reply_maker
from antiphon.testing.vendors.speech_source import ScriptedSpeech, SpeechSource, VoicedSpeech

CHAT, SPEECH, EMBEDDINGS = "chat", "speech", "embeddings"  # its routes, as faults and records name them
MODELS, TRANSCRIBE = "models", "transcribe"
MODEL_NAMES = ("gpt-4.1-mini", "gpt-4o-mini-tts", "gpt-live-transcribe", "text-embedding-3-small")


class OpenAIDouble(Double):
    """Speaks OpenAI's protocols on a loopback port.

    Routes, for ``requests`` and ``faults``: ``"chat"``, ``"speech"``, ``"embeddings"``, ``"models"`` and
    ``"transcribe"`` (the WebSocket).

    Args:
        reply: How chat requests are answered: ``"echo"``, ``"acknowledging"``, a sentence, or a function
            from the request's body to a text or a ``Reply``.
        script: Words in stream time that transcription hears; see ``script()`` and ``spoken()``.
        utterances: What transcription hears, one for each stretch of voiced audio.
        repeat: Whether the utterances are said again when all have been.
        profile: Delays: a name of ``PROFILES``, or a ``Profile``.
        piece_bytes: Length of the pieces that speech comes in.
        keys: The keys that are accepted; ``None``: any, or none.
        host: Address to listen on.
        port: Port to listen on; 0: one that is free.
        seed: Makes jitter and random faults repeatable.
    """

    def __init__(
        self,
        reply: str | ReplyMaker = "acknowledging",
        *,
        script: Sequence[Word] = (),
        utterances: Sequence[str] = (),
        repeat: bool = False,
        profile: str | Profile = "instant",
        piece_bytes: int = 4_096,
        keys: Collection[str] | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        seed: int = 0,
    ) -> None:
        super().__init__(profile, keys, host, port, seed)
        if script and utterances:
            raise ConfigError("an OpenAI double takes a script or utterances, not both")
        self._script = tuple(script)
        self._utterances = tuple(utterances)
        self._repeat = repeat
        self._chat = ChatService(as_reply_maker(reply), self.profile)
        self._piece_bytes = piece_bytes

    @property
    def url(self) -> str:
        """What ``OPENAI_BASE_URL`` is to be."""
        return f"http://{self.address}/v1"

    def environ(self) -> dict[str, str]:
        """Environment variables that have the providers use it."""
        return {"OPENAI_BASE_URL": self.url}

    def _routes(self) -> Sequence[BaseRoute]:
        posts: Mapping[str, tuple[str, Callable[[HttpAnswer, Body], Awaitable[None]]]] = {
            "/v1/chat/completions": (CHAT, self._answer_chat),
            "/v1/audio/speech": (SPEECH, self._answer_speech),
            "/v1/embeddings": (EMBEDDINGS, self._answer_embeddings),
        }
        return [
            *(
                Route(path, partial(self._post, route, handler), methods=["POST"])
                for path, (route, handler) in posts.items()
            ),
            Route("/v1/models", self._models),
            WebSocketRoute("/v1/realtime", self._transcribe),
        ]

    async def _post(
        self, route: str, handler: Callable[[HttpAnswer, Body], Awaitable[None]], request: Request
    ) -> HttpAnswer | Response:
        try:
            body = json.loads(await request.body())
        except ValueError:
            body = None
        except ClientDisconnect:  # it thought better of it
            return Response()
        exchange = await self._open(route, request, body)

        async def answer(answer: HttpAnswer) -> None:
            if not self._accepts(request):
                await answer.refuse(401, "invalid_api_key")
            elif not isinstance(body, dict):
                await answer.refuse(400, "invalid_json")
            else:
                await handler(answer, body)

        return HttpAnswer(exchange, answer, error_body)

    async def _answer_chat(self, answer: HttpAnswer, body: Body) -> None:
        if not isinstance(body.get("messages"), list) or not body.get("messages"):
            await answer.refuse(400, "invalid_messages")
        else:
            await self._chat.answer(answer, body, self._pace(answer.exchange.record))

    async def _answer_speech(self, answer: HttpAnswer, body: Body) -> None:
        pace = self._pace(answer.exchange.record)
        await answer_speech(answer, body, self.profile, pace, self._piece_bytes)

    async def _answer_embeddings(self, answer: HttpAnswer, body: Body) -> None:
        reply = embeddings(body)
        await answer.exchange.pause(self._pace(answer.exchange.record).vary(self.profile.embedding_ms))
        if reply is None:
            await answer.refuse(400, "invalid_input")
        else:
            await answer.reply(reply)

    async def _models(self, request: Request) -> HttpAnswer:
        exchange = await self._open(MODELS, request)

        async def answer(answer: HttpAnswer) -> None:
            if not self._accepts(request):
                await answer.refuse(401, "invalid_api_key")
                return
            models = [
                {"id": name, "object": "model", "created": 0, "owned_by": "double"} for name in MODEL_NAMES
            ]
            await answer.reply({"object": "list", "data": models})

        return HttpAnswer(exchange, answer, error_body)

    async def _transcribe(self, websocket: WebSocket) -> None:
        exchange = await self._open(TRANSCRIBE, websocket)
        pace = self._pace(exchange.record)
        engine = RealtimeEngine(self._source, self.profile.behind_voice_ms)
        status = 101 if websocket.query_params.get("intent") == "transcription" else 400
        if not self._accepts(websocket):
            status = 401
        headers = {"x-request-id": f"req_{TRANSCRIBE}_{exchange.record.index}"}
        conversation = Conversation(exchange, websocket, error_body, headers)
        talk = partial(talk_realtime, engine=engine, finalize_ms=pace.vary(self.profile.finalize_ms))
        await conversation.hold(talk, pace.vary(self.profile.connect_ms), status)

    def _source(self, rate_hz: int) -> SpeechSource:
        if self._utterances:
            return VoicedSpeech(self._utterances, rate_hz, repeat=self._repeat)
        return ScriptedSpeech(self._script)


def error_body(status: int, code: str) -> Mapping[str, object]:
    """The body of an error."""
    kind = "server_error" if status >= 500 else "requests" if status == 429 else "invalid_request_error"
    message = f"The double refuses with status {status}."
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}
