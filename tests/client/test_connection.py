"""The Python client against a server that does as a test says."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
from websockets.asyncio.server import ServerConnection, serve

from antiphon.client import Heard, connect
from antiphon.errors import PeerError
from antiphon.transports.websocket_wire import Hello, WireFrame, unpack, write_message

READY = write_message("ready", protocol=1, call="c7")
Handler = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def served(handle: Handler) -> AsyncIterator[str]:
    async with serve(handle, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/ws"


async def test_a_call_is_greeted_with_what_was_asked_for() -> None:
    said: list[str | bytes] = []

    async def handle(line: ServerConnection) -> None:
        said.append(await line.recv())
        await line.send(READY)
        await line.close()

    async with served(handle) as url, connect(url, token="t", call="c6", input_hz=48_000) as call:
        assert call.ready["call"] == "c7"
        assert [told async for told in call] == []
    assert json.loads(said[0]) == json.loads(Hello(48_000, 24_000, "c6", "t").write())


async def test_audio_and_words_go_out_and_audio_and_messages_come_in() -> None:
    said: list[str | bytes] = []

    async def handle(line: ServerConnection) -> None:
        await line.recv()
        await line.send(READY)
        said.extend([await line.recv(), await line.recv(), await line.recv()])
        await line.send(write_message("ping", at_us=5))
        said.append(await line.recv())
        await line.send(WireFrame(np.array([1, 2], np.int16), 0, 3, begins=True, audible=1).pack())
        await line.send(write_message("summary", turns=1))
        said.append(await line.recv())
        await line.close()

    told: list[Heard | Mapping[str, Any]] = []
    async with served(handle) as url, connect(url) as call:
        await call.send_audio(np.array([4, 5], np.int16), captured_us=77)
        await call.send_audio(np.zeros(160, np.int16))
        await call.send_text("hello")
        async for each in call:
            told.append(each)
            if isinstance(each, Heard):
                await call.report_heard(each, begun_us=1, rendered_us=2, audible_us=3)
    first, second = (unpack(bytes(message), 16_000) for message in said[:2])  # type: ignore[arg-type]
    assert (first.samples.tolist(), first.sequence, first.at_us) == ([4, 5], 0, 77)
    assert second.sequence == 1
    texts = [json.loads(message) for message in said[2:]]
    assert texts[0] == {"type": "text", "text": "hello"}
    assert (texts[1]["type"], texts[1]["at_us"]) == ("pong", 5)
    heard, summary = told
    assert isinstance(heard, Heard)
    assert (heard.frame.samples.tolist(), heard.frame.audible) == ([1, 2], 1)
    assert texts[2] == {
        "type": "heard",
        "frame": 0,
        "received_us": heard.received_us,
        "begun_us": 1,
        "rendered_us": 2,
        "audible_us": 3,
    }
    assert summary == {"type": "summary", "turns": 1}


async def refuses(line: ServerConnection) -> None:
    await line.recv()
    await line.send(write_message("error", code="full", message="no room; call again"))
    await line.close(1_013)


async def breaks_off(line: ServerConnection) -> None:
    await line.recv()
    line.transport.abort()


async def says_nothing(line: ServerConnection) -> None:
    await line.recv()
    await line.close()


@pytest.mark.parametrize(
    ("handle", "complaint"),
    [
        (refuses, r"ended the call \(full\): no room; call again"),
        (breaks_off, "cut off"),
        (says_nothing, "ended the call before it began"),
    ],
)
async def test_a_call_that_does_not_come_about_says_why(handle: Handler, complaint: str) -> None:
    async with served(handle) as url:
        with pytest.raises(PeerError, match=complaint):
            async with connect(url):
                pass


async def test_without_a_server_it_says_so() -> None:
    with pytest.raises(PeerError, match=r"no call to ws://127\.0\.0\.1:1/"):
        async with connect("ws://127.0.0.1:1/"):
            pass


async def test_keys_and_the_end_of_a_turn_go_out_too() -> None:
    said: list[str | bytes] = []

    async def handle(line: ServerConnection) -> None:
        await line.recv()
        await line.send(READY)
        said.extend([await line.recv(), await line.recv(), await line.recv()])
        await line.close()

    async with served(handle) as url, connect(url) as call:
        await call.press_keys("42#")
        await call.commit_turn()
        await call.interrupt()
        assert [told async for told in call] == []
    assert [json.loads(message) for message in said] == [
        {"type": "keys", "keys": "42#"},
        {"type": "commit_turn"},
        {"type": "interrupt"},
    ]


async def test_words_for_a_server_that_is_gone_are_an_error() -> None:
    async def handle(line: ServerConnection) -> None:
        await line.recv()
        await line.send(READY)
        await line.close()

    async with served(handle) as url, connect(url) as call:
        assert [told async for told in call] == []
        with pytest.raises(PeerError, match="the call is over"):
            await call.send_text("hello?")
