"""A vendor's WebSocket: JSON in and out, every failure one of our errors."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from antiphon.errors import (
    MissingExtraError,
    ProviderAuthError,
    ProviderConnectionError,
    ProviderError,
    ProviderProtocolError,
    ProviderRateLimitError,
    ProviderRequestError,
    ProviderTimeoutError,
)
from antiphon.providers.access import Access, Vendor
from antiphon.providers.websocket import Socket, SocketAddress, connect, require_websockets, socket_address

Handler = Callable[[ServerConnection], Awaitable[None]]


def address(port: int, key: str = "k-secret", connect_timeout_s: float = 1.0) -> SocketAddress:
    url = f"http://127.0.0.1:{port}"
    access = Access(Vendor("Acme", url, "ACME_API_KEY"), url, key, "ACME_API_KEY")
    return socket_address("acme/one", access, ("/x", "a=b"), "Token", connect_timeout_s)


@asynccontextmanager
async def connected(handler: Handler) -> AsyncIterator[Socket]:
    async with serve(handler, "127.0.0.1", 0) as server:
        socket = await connect(address(server.sockets[0].getsockname()[1]))
        try:
            yield socket
        finally:
            socket.abort()


async def refused(response: Callable[[ServerConnection, Request], Response]) -> ProviderError:
    async def never(connection: ServerConnection) -> None:
        raise AssertionError

    async with serve(never, "127.0.0.1", 0, process_request=response) as server:
        with pytest.raises(ProviderError) as caught:
            await connect(address(server.sockets[0].getsockname()[1]))
    return caught.value


def test_an_address_holds_the_key_and_whom_to_trust() -> None:
    url = "https://api.acme.example"
    vendor = Vendor("Acme", url, "ACME_API_KEY")
    public = socket_address("acme/one", Access(vendor, url, "k", "x"), ("/x", "a=b"), "Bearer", 1)
    assert (public.url, public.headers) == ("wss://api.acme.example/x?a=b", {"Authorization": "Bearer k"})
    assert public.tls is not None
    keyless = socket_address("acme/one", Access(vendor, "http://home", None, "x"), ("/x", ""), "Bearer", 1)
    assert (keyless.headers, keyless.tls) == ({}, None)


async def test_the_key_is_in_no_repr_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    async def talk(connection: ServerConnection) -> None:
        await connection.close()

    caplog.set_level(1)
    logging.getLogger("websockets.server").setLevel(logging.INFO)  # the peer's own
    async with connected(talk) as socket:
        assert [message async for message in socket.messages()] == []
    assert "k-secret" not in caplog.text
    assert "k-secret" not in repr(address(1))


async def test_messages_are_json_objects() -> None:
    async def talk(connection: ServerConnection) -> None:
        await connection.send(json.dumps({"said": await connection.recv()}))
        await connection.send(json.dumps({"length": len(await connection.recv())}))

    async with connected(talk) as socket:
        await socket.send("hello")
        await socket.send(b"1234")
        assert [message async for message in socket.messages()] == [{"said": "hello"}, {"length": 4}]
        assert socket.close_reason == "code 1000"


@pytest.mark.parametrize("nonsense", ["{", "[]", "3", '"text"', b"\x00\xff"])
async def test_anything_else_is_refused(nonsense: str | bytes) -> None:
    async def talk(connection: ServerConnection) -> None:
        await connection.send(nonsense)
        await connection.wait_closed()

    async with connected(talk) as socket:
        with pytest.raises(ProviderProtocolError, match=r"acme/one: sent .* which is no JSON object"):
            await anext(socket.messages())


async def test_nonsense_is_shown_without_the_key() -> None:
    async def talk(connection: ServerConnection) -> None:
        await connection.send("no k-secret")
        await connection.wait_closed()

    async with connected(talk) as socket:
        with pytest.raises(ProviderProtocolError, match=r"no \*\*\*"):
            await anext(socket.messages())


async def test_a_close_with_a_reason_is_told() -> None:
    async def talk(connection: ServerConnection) -> None:
        await connection.close(1011, "gone away with k-secret")

    async with connected(talk) as socket:
        with pytest.raises(ProviderConnectionError, match=r"code 1011, gone away with \*\*\*") as caught:
            await anext(socket.messages())
    assert caught.value.status == 1011


async def test_a_connection_that_breaks_is_told() -> None:
    async def talk(connection: ServerConnection) -> None:
        connection.transport.abort()

    async with connected(talk) as socket:
        with pytest.raises(ProviderConnectionError, match="acme/one: the connection was lost"):
            await anext(socket.messages())
        with pytest.raises(ProviderConnectionError, match="acme/one: the connection was lost"):
            await socket.send("x")


async def test_it_is_closed_at_once_even_if_the_peer_does_not_answer() -> None:
    left = asyncio.Event()

    async def talk(connection: ServerConnection) -> None:
        connection.transport.pause_reading()
        await left.wait()
        connection.transport.abort()

    async with connected(talk) as socket:
        async with asyncio.timeout(1):
            await socket.close()
        left.set()


@pytest.mark.parametrize(
    ("status", "body", "kind", "message"),
    [
        (401, '{"err_code": "INVALID_AUTH", "err_msg": "no"}', ProviderAuthError, "key from ACME_API_KEY"),
        (403, '{"error": {"message": "not yours", "code": "denied"}}', ProviderAuthError, "not yours"),
        (400, '{"err_msg": "bad k-secret"}', ProviderRequestError, r"bad \*\*\*"),
        (402, '{"reason": "pay"}', ProviderRequestError, "out of credit: pay"),
        (429, "slow\ndown", ProviderRateLimitError, "slow down"),
        (500, "[]", ProviderConnectionError, "Internal Server Error"),
    ],
)
async def test_a_refused_handshake_says_why(
    status: int, body: str, kind: type[ProviderError], message: str
) -> None:
    def respond(connection: ServerConnection, request: Request) -> Response:
        response = connection.respond(status, body)
        response.headers["x-request-id"] = "r-1"
        return response

    error = await refused(respond)
    assert type(error) is kind
    assert (error.status, error.request_id) == (status, "r-1")
    with pytest.raises(kind, match=message):
        raise error


@asynccontextmanager
async def raw_server(greeting: bytes) -> AsyncIterator[int]:
    """A TCP server that says something and then nothing; gives its port."""
    done = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await reader.read()
        writer.close()
        done.set()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        await done.wait()
        await asyncio.sleep(0)


async def test_a_server_that_is_no_websocket_is_told() -> None:
    async with raw_server(b"220 mail.example ESMTP\r\n") as port:
        with pytest.raises(ProviderConnectionError, match="no WebSocket at http://127"):
            await connect(address(port))


async def test_a_server_that_does_not_answer_is_given_up() -> None:
    async with raw_server(b"") as port:
        with pytest.raises(ProviderTimeoutError, match=r"acme/one: no connection within 0\.05 s"):
            await connect(address(port, connect_timeout_s=0.05))


async def test_nobody_there_is_told() -> None:
    with pytest.raises(ProviderConnectionError, match=r"can't reach http://127\.0\.0\.1:9: "):
        await connect(address(9))


def test_a_missing_library_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    require_websockets("deepgram")
    monkeypatch.setitem(__import__("sys").modules, "websockets", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'antiphon\[deepgram\]'"):
        require_websockets("deepgram")
