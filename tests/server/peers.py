"""Clients of the ASGI application without a network, in virtual time: what a server would hand it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
from starlette.applications import Starlette

from antiphon.config import Agent
from antiphon.runtime.channel import Channel, ChannelClosedError
from antiphon.runtime.clock import Clock
from antiphon.runtime.providers import Providers
from antiphon.server import ServerSettings, create_app
from antiphon.server.seams import Attachment, Gate
from antiphon.transports.websocket_wire import Hello, WireFrame, unpack

from ..runtime.calls import REPLY, recognises
from ..runtime.fakes import FakeLLM, FakeTTS, FakeVAD

HELLO = Hello()


def providers(llm: FakeLLM | None = None) -> Providers:
    return Providers(recognises("book a table", "for two"), llm or FakeLLM([50, REPLY]), FakeTTS(), FakeVAD())


def app(
    llm: FakeLLM | None = None,
    *,
    gates: tuple[Gate, ...] = (),
    attachments: tuple[Attachment, ...] = (),
    settings: ServerSettings | None = None,
    **more: Any,
) -> Starlette:
    parts = providers(llm)
    agent = Agent(stt=parts.stt, llm=parts.llm, tts=parts.tts, vad=parts.vad, apology="Sorry.")
    return create_app(agent, settings, gates=gates, attachments=attachments, providers=parts, **more)


class Peer:
    """A client that is connected."""

    def __init__(self, app: Starlette, client: str = "127.0.0.1", **headers: str) -> None:
        self._app = app
        self._client = client
        self._headers = {"host": "localhost"} | headers
        self._to_app: Channel[dict[str, Any]] = Channel("to app", 10_000)
        self._from_app: Channel[dict[str, Any]] = Channel("from app", 10_000)
        self._to_app.put_nowait({"type": "websocket.connect"})
        self._sent = 0
        self.close_code: int | None = None
        self.messages: list[dict[str, Any]] = []
        self.frames: list[WireFrame] = []

    async def run(self) -> None:
        """The application's side of the connection, to its end."""
        scope = {
            "type": "websocket",
            "path": "/ws",
            "headers": [(name.encode(), value.encode()) for name, value in self._headers.items()],
            "query_string": b"",
            "client": (self._client, 5),
            "scheme": "ws",
            "subprotocols": [],
        }
        try:
            await self._app(scope, self._to_app.take, self._take)
        finally:
            self._from_app.close()

    async def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.close":
            self.close_code = message["code"]
        elif message["type"] == "websocket.send":
            if self._from_app.closed:
                raise OSError("gone")
            self._from_app.put_nowait(message)

    def send(self, message: str | bytes | dict[str, Any]) -> None:
        """Send a text, audio, or an object as JSON."""
        if isinstance(message, dict):
            message = json.dumps(message)
        kind = "text" if isinstance(message, str) else "bytes"
        self._to_app.put_nowait({"type": "websocket.receive", kind: message})

    def speak(self, value: int, frames: int, *, at_us: int = 0) -> None:
        """Send frames of 20 ms at 16 kHz, all samples alike."""
        for _ in range(frames):
            samples = np.full(320, value, np.int16)
            self.send(WireFrame(samples, self._sent, at_us).pack())
            self._sent += 1

    def go(self) -> None:
        """Go away without a word."""
        self._from_app.close()
        self._to_app.put_nowait({"type": "websocket.disconnect", "code": 1006})

    async def hears(self, until: Callable[[dict[str, Any]], bool]) -> dict[str, Any] | None:
        """Take what comes until a message is the one; ``None`` when the connection ends first."""
        while True:
            try:
                message = await self._from_app.take()
            except ChannelClosedError:
                return None
            if (data := message.get("bytes")) is not None:
                self.frames.append(unpack(data, 48_000))
                continue
            told = json.loads(message["text"])
            self.messages.append(told)
            if until(told):
                return told

    async def hears_sound(self) -> None:
        """Take what comes until it is audio."""
        before = len(self.frames)
        while len(self.frames) == before:
            message = await self._from_app.take()
            if (data := message.get("bytes")) is not None:
                self.frames.append(unpack(data, 48_000))

    def now_us(self) -> int:
        """The time, on a clock that is the server's own."""
        return Clock().now_ns() // 1_000

    async def hears_a(self, kind: str) -> dict[str, Any]:
        """Take what comes until a message of a type does."""
        told = await self.hears(lambda message: message["type"] == kind)
        assert told is not None, f"no {kind}; the last was {self.messages[-1:]}"
        return told

    @property
    def kinds(self) -> list[str]:
        return [message["type"] for message in self.messages]


@asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[Starlette]:
    """The application between its start and its end."""
    async with app.router.lifespan_context(app):
        yield app


@asynccontextmanager
async def connected(app: Starlette, hello: Hello | None = HELLO, **who: str) -> AsyncIterator[Peer]:
    """A client from its connection to its end, with its ``hello`` said."""
    peer = Peer(app, **who)
    async with asyncio.TaskGroup() as group:
        group.create_task(peer.run())
        if hello is not None:
            peer.send(hello.write())
        try:
            yield peer
        finally:
            peer.go()
