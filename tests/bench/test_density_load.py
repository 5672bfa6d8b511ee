"""The load generator talks to a server as a caller does."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

import numpy as np
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from antiphon.bench import density_load
from antiphon.bench.density_load import FRAME_SAMPLES, drop_calls, hold_calls
from antiphon.transports.websocket_wire import unpack

SAID = [np.full(FRAME_SAMPLES * 3, 5, np.int16)]
RECORD = {"glass_to_glass_ms": 1.0, "contributions_ms": {}}


class Answering:
    """Answers three frames of voice by a turn, or refuses."""

    def __init__(self, refuses: bool = False) -> None:
        self.refuses = refuses
        self.hellos = self.voiced = self.silent = self.gone = 0

    async def __call__(self, socket: ServerConnection) -> None:
        first = json.loads(await socket.recv())
        self.hellos += first["type"] == "hello"
        if self.refuses:
            await socket.send(json.dumps({"type": "error", "code": "overloaded"}))
            return
        await socket.send(json.dumps({"type": "ready"}))
        await socket.send(b"audio")
        with suppress(ConnectionClosed):
            await self._talk(socket)

    async def _talk(self, socket: ServerConnection) -> None:
        async for message in socket:
            if isinstance(message, str):
                self.gone += json.loads(message)["type"] == "bye"
                await socket.send(json.dumps({"type": "transcript_changed"}))
                continue
            voiced = bool(unpack(message, 16_000).samples.any())
            self.voiced += voiced
            self.silent += not voiced
            if voiced and self.voiced % 3 == 0:
                await socket.send(json.dumps({"type": "turn_ended", "record": RECORD}))


async def test_callers_speak_hear_the_answer_out_and_hang_up() -> None:
    answering = Answering()
    async with serve(answering, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        told = await hold_calls(port, SAID, 2, 0.1)
    assert answering.hellos == answering.gone == 2
    assert told.records == [RECORD] * 2
    assert answering.voiced == 6
    assert answering.silent >= 2 * density_load.AFTER_ANSWER_MS // density_load.FRAME_MS
    assert told.errors == []
    assert len(told.late_ms) == answering.voiced + answering.silent


async def test_a_refusal_is_counted_and_ends_nothing_else() -> None:
    async with serve(Answering(refuses=True), "127.0.0.1", 0) as server:
        told = await hold_calls(server.sockets[0].getsockname()[1], SAID, 1, 0.05)
    assert told.errors == ["overloaded"]


async def test_calls_are_dropped_as_often_as_is_asked_for() -> None:
    answering = Answering()
    async with serve(answering, "127.0.0.1", 0) as server:
        async with asyncio.timeout(60):
            await drop_calls(server.sockets[0].getsockname()[1], SAID, 12, at_a_time=3)
    assert answering.hellos == 12
    assert answering.gone == 0
