"""Conversations over WebSockets: accepted or refused, heard in order, ended by either side."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus

from antiphon.runtime.clock import Clock
from antiphon.testing.vendors.conversation import Conversation
from antiphon.testing.vendors.exchange import Exchange
from antiphon.testing.vendors.faults import Fault
from antiphon.testing.vendors.records import RequestRecord
from antiphon.testing.vendors.server import LoopbackServer

Handler = Callable[[Conversation], Awaitable[None]]


@asynccontextmanager
async def serving(
    handler: Handler, fault: Fault | None = None, connect_ms: float = 0, status: int = 101
) -> AsyncIterator[tuple[str, RequestRecord]]:
    """Gives an address and the record of the one conversation that is held there."""
    server = LoopbackServer("127.0.0.1", 0)
    record = RequestRecord("listen", 0, "/", {}, {}, None, 0, fault=fault)

    async def route(websocket: WebSocket) -> None:
        assert websocket.client is not None
        client = (websocket.client.host, websocket.client.port)
        exchange = Exchange(server, Clock(), record, client)
        conversation = Conversation(
            exchange, websocket, lambda status, code: {"code": code}, {"x-request-id": "r-1"}
        )
        await conversation.hold(handler, connect_ms, status)

    await server.start(Starlette(routes=[WebSocketRoute("/", route)]))
    try:
        yield f"ws://127.0.0.1:{server.port}/", record
    finally:
        await server.stop()


async def echo(conversation: Conversation) -> None:
    async for message in conversation.incoming():
        await conversation.say([{"length": len(message)}])


async def test_messages_are_answered_and_recorded() -> None:
    async with serving(echo) as (url, record), connect(url) as client:
        await client.send('{"type": "hello"}')
        await client.send(b"1234")
        await client.send('{"type": "append", "audio": "AAAA"}')
        await client.send("no JSON")
        answers = [json.loads(await client.recv())["length"] for _ in range(4)]
    assert answers == [17, 4, 35, 7]
    assert list(record.messages) == [{"type": "hello"}, {"unparsed": "no JSON"}]
    assert record.audio_bytes == 4 + 3
    await record.done.wait()
    assert record.closed_early
    assert record.sent == 4


async def test_silence_ends_the_hearing() -> None:
    async def impatient(conversation: Conversation) -> None:
        async for _ in conversation.incoming(20):
            pass
        await conversation.close(1011, "too quiet")

    async with serving(impatient) as (url, record), connect(url) as client:
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1011, "too quiet")
    await record.done.wait()
    assert not record.closed_early


@pytest.mark.parametrize(("status", "code"), [(401, "invalid_auth"), (400, "bad_request")])
async def test_a_client_is_refused(status: int, code: str) -> None:
    async with serving(echo, status=status) as (url, _):
        with pytest.raises(InvalidStatus) as refused:
            await connect(url)
    assert refused.value.response.status_code == status
    assert refused.value.response.headers["x-request-id"] == "r-1"
    assert json.loads(refused.value.response.body or b"") == {"code": code}


async def test_a_planned_status_refuses_too() -> None:
    async with serving(echo, Fault("status", status=503)) as (url, _):
        with pytest.raises(InvalidStatus, match="503"):
            await connect(url)


async def test_a_handshake_may_be_refused_by_silence() -> None:
    async with serving(echo, Fault("refuse")) as (url, record):
        with pytest.raises((InvalidMessage, OSError, EOFError)):
            await connect(url)
        await record.done.wait()


async def test_a_client_that_gives_up_the_handshake_is_noticed() -> None:
    async with serving(echo, connect_ms=60_000) as (url, record):
        with pytest.raises(TimeoutError):
            await connect(url, open_timeout=0.05)
        async with asyncio.timeout(1):
            await record.done.wait()
    assert record.closed_early


async def test_a_stall_ends_when_the_client_leaves() -> None:
    async with serving(echo, Fault("stall", at=0)) as (url, record):
        async with connect(url, close_timeout=0.05) as client:
            await client.send("x")
            await record.wait_until(lambda one: bool(one.messages))
        async with asyncio.timeout(1):
            await record.done.wait()
    assert record.sent == 0


async def test_a_drop_breaks_it_off() -> None:
    async with serving(echo, Fault("close", at=1)) as (url, record), connect(url) as client:
        await client.send("x")
        await client.recv()
        await client.send("x")
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
    assert closed.value.rcvd is None
    assert record.sent == 1
