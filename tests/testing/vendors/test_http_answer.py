"""Answers to HTTP requests are streamed, refused, and broken off where that was planned."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, MutableMapping
from typing import Any

import pytest

from antiphon.runtime.clock import Clock
from antiphon.testing.vendors.exchange import Exchange
from antiphon.testing.vendors.faults import Fault
from antiphon.testing.vendors.http_answer import HttpAnswer
from antiphon.testing.vendors.records import RequestRecord
from antiphon.testing.vendors.server import LoopbackServer


def error_body(status: int, code: str) -> Mapping[str, object]:
    return {"error": code, "status": status}


async def answered(
    handler: Any, fault: Fault | None = None
) -> tuple[list[MutableMapping[str, Any]], RequestRecord]:
    """What an application is told to send."""
    record = RequestRecord("chat", 3, "/", {}, {}, None, 0, fault=fault)
    exchange = Exchange(LoopbackServer("127.0.0.1", 0), Clock(), record, ("127.0.0.1", 1))
    sent: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    async def receive() -> MutableMapping[str, Any]:
        await asyncio.Event().wait()
        return {}

    await HttpAnswer(exchange, handler, error_body)({}, receive, send)
    return sent, record


def headers(message: Mapping[str, Any]) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in message["headers"]}


async def test_a_body_is_streamed() -> None:
    async def handler(answer: HttpAnswer) -> None:
        await answer.begin("text/plain")
        await answer.send("one")
        await answer.send(b"two")
        await answer.end()

    sent, record = await answered(handler)
    assert sent[0]["status"] == 200
    assert headers(sent[0]) == {"content-type": "text/plain", "x-request-id": "req_chat_3"}
    assert [(message["body"], message["more_body"]) for message in sent[1:]] == [
        (b"one", True),
        (b"two", True),
        (b"", False),
    ]
    assert (record.sent, record.closed_early) == (2, False)


async def test_a_whole_answer_is_json() -> None:
    async def handler(answer: HttpAnswer) -> None:
        await answer.reply({"a": 1})

    sent, _ = await answered(handler)
    assert json.loads(sent[1]["body"]) == {"a": 1}


async def test_a_refusal_is_an_error_body() -> None:
    async def handler(answer: HttpAnswer) -> None:
        await answer.refuse(404, "nothing")

    sent, _ = await answered(handler)
    assert sent[0]["status"] == 404
    assert json.loads(sent[1]["body"]) == {"error": "nothing", "status": 404}


async def test_a_planned_status_comes_in_place_of_the_answer() -> None:
    async def handler(answer: HttpAnswer) -> None:
        pytest.fail("asked all the same")

    sent, record = await answered(handler, Fault("status", status=429))
    assert sent[0]["status"] == 429
    assert record.sent == 0


@pytest.mark.parametrize(("fault", "kept"), [(Fault("refuse"), 0), (Fault("close", at=1), 2)])
async def test_a_planned_drop_ends_it(fault: Fault, kept: int) -> None:
    async def handler(answer: HttpAnswer) -> None:
        await answer.begin("text/plain")
        await answer.send("one")
        await answer.send("two")
        pytest.fail("not dropped")

    sent, record = await answered(handler, fault)
    assert len(sent) == kept
    assert record.done.is_set()
