from __future__ import annotations

from typing import Any

import pytest
from starlette.websockets import WebSocket

from antiphon.errors import PeerError
from antiphon.server.sockets import ServerSocket


class Line:
    """The server's end of an accepted connection, as a list of messages each way."""

    def __init__(self, *received: dict[str, Any], breaks: bool = False) -> None:
        self.received = [{"type": "websocket.connect"}, *received]
        self.sent: list[dict[str, Any]] = []
        self.breaks = breaks

    async def receive(self) -> dict[str, Any]:
        return self.received.pop(0)

    async def send(self, message: dict[str, Any]) -> None:
        if self.breaks and message["type"] != "websocket.accept":
            raise OSError("gone")
        self.sent.append(message)

    async def open(self) -> ServerSocket:
        websocket = WebSocket({"type": "websocket"}, self.receive, self.send)
        await websocket.accept()
        return ServerSocket(websocket)


GONE = {"type": "websocket.disconnect", "code": 1_006}


async def test_texts_and_bytes_come_in_until_the_client_is_gone() -> None:
    line = Line(
        {"type": "websocket.receive", "text": ""}, {"type": "websocket.receive", "bytes": b"ab"}, GONE
    )
    socket = await line.open()
    assert [await socket.receive() for _ in range(4)] == ["", b"ab", None, None]


async def test_sending_to_a_client_that_is_gone_is_an_error_of_the_peer() -> None:
    socket = await Line(breaks=True).open()
    for _ in range(2):
        with pytest.raises(PeerError, match="the client is gone"):
            await socket.send("a")


async def test_it_closes_once_with_a_reason_that_fits() -> None:
    line = Line()
    socket = await line.open()
    await socket.refuse(1_008, "not-allowed", "é" * 100)
    await socket.close(1_000)
    await socket.refuse(1_008, "again", "again")
    error, close = line.sent[1:]
    assert error["text"] == '{"type":"error","code":"not-allowed","message":"' + "\\u00e9" * 100 + '"}'
    assert (close["code"], close["reason"]) == (1_008, "é" * 61)


async def test_closing_when_the_client_is_gone_does_no_harm() -> None:
    socket = await Line(GONE).open()
    await socket.receive()
    await socket.close(1_000)
    broken = await Line(breaks=True).open()
    await broken.close(1_000)
