from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection

from antiphon.server import ServerSettings
from antiphon.server.call import Call
from antiphon.server.seams import TRY_AGAIN_LATER, Refusal
from antiphon.transports.websocket_wire import Hello

from ..runtime.calls import REPLY
from ..runtime.fakes import virtually
from .peers import app, connected, served


async def get(to: Starlette, path: str) -> tuple[int, bytes]:
    """A page, its status and body, without a network."""
    status, body = 0, b""

    async def take(message: dict[str, object]) -> None:
        nonlocal status, body
        status = message.get("status", status)  # type: ignore[assignment]
        body += message.get("body", b"")  # type: ignore[operator]

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": [],
        "query_string": b"",
        "scheme": "http",
    }
    await to(scope, asyncio.Event().wait, take)  # type: ignore[arg-type]
    return status, body


# --- what is wrong with a client -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "complaint"),
    [
        ("no json", "a text message must be a JSON object"),
        (b"\x01\x00", 'the first message must be "hello", not audio'),
        (json.dumps({"type": "text"}), 'the first message must be "hello", not "text"'),
        (json.dumps({"type": "hello", "protocol": 9}), "protocol 9 is not spoken here; this server speaks 1"),
        (
            json.dumps({"type": "hello", "protocol": 1, "input_hz": 8_000}),
            '"hello": input_hz = 8000: expected one of 16000, 24000, 48000',
        ),
    ],
)
@virtually
async def test_a_wrong_first_message_is_answered_by_what_is_wrong(first: str | bytes, complaint: str) -> None:
    async with served(app()) as serving, connected(serving, None) as peer:
        peer.send(first)
        error = await peer.hears_a("error")
        await peer.hears(lambda _: False)
    assert (error["code"], error["message"]) == ("protocol", complaint)
    assert peer.close_code == 1_002


@virtually
async def test_a_client_that_says_nothing_is_not_waited_for() -> None:
    async with (
        served(app(settings=ServerSettings(hello_timeout_s=3))) as serving,
        connected(serving, None) as peer,
    ):
        error = await peer.hears_a("error")
    assert error["message"] == "no hello came"
    assert asyncio.get_running_loop().time() == pytest.approx(3, abs=0.1)


@pytest.mark.parametrize("wrong", [b"abc", "[]", '{"type": "dance"}', '{"type": "text", "text": 3}'])
@virtually
async def test_a_message_that_is_wrong_ends_the_call_with_a_word(wrong: str | bytes) -> None:
    async with served(app()) as serving, connected(serving) as peer:
        await peer.hears_a("ready")
        peer.send(wrong)
        error = await peer.hears_a("error")
        await peer.hears(lambda _: False)
        assert len(serving.state.server.calls) == 0
    assert error["code"] == "protocol"
    assert peer.close_code == 1_002


# --- who may call ----------------------------------------------------------------------------------------


class Full:
    """Lets nobody in."""

    def admit(self, connection: HTTPConnection, hello: Hello) -> Refusal | None:
        return Refusal(TRY_AGAIN_LATER, "full", f"no room for {hello.token}")


@virtually
async def test_a_gate_refuses_a_call_with_its_own_words() -> None:
    serving = app(gates=(Full(),))
    async with served(serving), connected(serving, Hello(token="me")) as peer:
        error = await peer.hears_a("error")
        await peer.hears(lambda _: False)
    assert (error["code"], error["message"]) == ("full", "no room for me")
    assert peer.close_code == TRY_AGAIN_LATER


@virtually
async def test_an_attachment_goes_along_from_before_the_session_to_after_its_end() -> None:
    log: list[str] = []

    @asynccontextmanager
    async def beside(call: Call) -> AsyncIterator[None]:
        call.session.observe(lambda notice: log.append(type(notice).__name__))
        log.append("begun")
        yield
        log.append("over")

    async with served(app(attachments=(beside,))) as serving, connected(serving) as peer:
        peer.send({"type": "text", "text": "book a table"})
        await peer.hears_a("turn_ended")
    assert log[0] == "begun"
    assert log[1] == "TurnStarted"
    assert log[-1] == "over"


# --- health ----------------------------------------------------------------------------------------------


@virtually
async def test_it_is_ready_when_it_is_warm_until_it_is_draining() -> None:
    serving = app()
    assert await get(serving, "/ready") == (503, b'{"status":"starting","calls":0}')
    async with served(serving):
        assert await get(serving, "/ready") == (200, b'{"status":"ready","calls":0}')
        serving.state.server.calls.draining = True
        assert await get(serving, "/ready") == (503, b'{"status":"draining","calls":0}')
        assert await get(serving, "/health") == (200, b'{"status":"ok"}')


@virtually
async def test_while_draining_no_new_call_is_taken_and_those_in_hand_go_on() -> None:
    async with served(app()) as serving, connected(serving) as early:
        await early.hears_a("ready")
        serving.state.server.calls.draining = True
        async with connected(serving) as late:
            error = await late.hears_a("error")
            await late.hears(lambda _: False)
        assert (error["code"], late.close_code) == ("draining", 1_001)
        early.send({"type": "text", "text": "book a table"})
        assert (await early.hears_a("turn_ended"))["record"]["reply"] == REPLY


async def test_the_page_is_at_the_root() -> None:
    status, body = await get(app(), "/")
    assert status == 200
    assert b"Antiphon" in body


async def test_the_client_s_parts_are_served_to_anyone_s_page() -> None:
    for name in ("antiphon-client.js", "antiphon-worklet.js"):
        status, body = await get(app(), f"/{name}")
        assert status == 200
        assert b"registerProcessor" in body or b"AntiphonCall" in body


@virtually
async def test_what_each_contribution_looks_like_can_be_asked() -> None:
    status, body = await get(app(), "/legend")
    assert status == 200
    assert {"endpointing", "network", "uplink"} <= {each["name"] for each in json.loads(body)}
