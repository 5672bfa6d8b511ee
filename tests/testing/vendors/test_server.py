"""The loopback server listens where it is told, cuts connections and leaves nothing behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from antiphon.errors import ConfigError
from antiphon.testing.vendors.server import LoopbackServer

REQUEST = b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n"


@asynccontextmanager
async def running(server: LoopbackServer) -> AsyncIterator[LoopbackServer]:
    async def greet(request: Request) -> Response:
        return PlainTextResponse("hello")

    async def cut(request: Request) -> Response:
        assert request.client is not None
        server.cut((request.client.host, request.client.port))
        return PlainTextResponse("never seen")

    async def nonsense(request: Request) -> Response:
        assert request.client is not None
        server.write_raw((request.client.host, request.client.port), b"nonsense ")
        return PlainTextResponse("hello")

    routes = [Route("/greet", greet), Route("/cut", cut), Route("/nonsense", nonsense)]
    await server.start(Starlette(routes=routes))
    try:
        yield server
    finally:
        await server.stop()


async def ask(server: LoopbackServer, path: bytes) -> bytes:
    """All that comes back, until the answer is complete or the connection closed."""
    reader, writer = await asyncio.open_connection(server.host, server.port)
    try:
        writer.write(REQUEST % path)
        return await reader.readuntil(b"hello")
    except asyncio.IncompleteReadError as cut_short:
        return cut_short.partial
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


async def test_it_listens_on_a_free_port() -> None:
    async with running(LoopbackServer("127.0.0.1", 0)) as server:
        assert server.port > 0
        assert (await ask(server, b"greet")).startswith(b"HTTP/1.1 200 OK")


async def test_a_connection_can_be_cut() -> None:
    async with running(LoopbackServer("127.0.0.1", 0)) as server:
        assert await ask(server, b"cut") == b""
        assert (await ask(server, b"greet")).endswith(b"hello"), "the others go on"


async def test_the_protocol_can_be_broken() -> None:
    async with running(LoopbackServer("127.0.0.1", 0)) as server:
        assert (await ask(server, b"nonsense")).startswith(b"nonsense HTTP/1.1")


async def test_who_is_gone_can_not_be_cut() -> None:
    async with running(LoopbackServer("127.0.0.1", 0)) as server:
        server.cut(("127.0.0.1", 1))
        server.write_raw(("127.0.0.1", 1), b"x")


async def test_a_port_that_is_taken_is_named() -> None:
    async with running(LoopbackServer("127.0.0.1", 0)) as server:
        with pytest.raises(ConfigError, match=f"can't listen on 127.0.0.1:{server.port}: "):
            await LoopbackServer("127.0.0.1", server.port).start(Starlette())


async def test_after_the_stop_nobody_listens_and_nothing_runs() -> None:
    async with running(LoopbackServer("127.0.0.1", 0)) as server:
        await ask(server, b"greet")
    with pytest.raises(ConnectionRefusedError):
        await ask(server, b"greet")
    await server.stop()
    assert asyncio.all_tasks() == {asyncio.current_task()}
