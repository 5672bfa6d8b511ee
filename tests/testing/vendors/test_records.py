"""Requests are numbered by route, kept in bounds and can be waited for."""

from __future__ import annotations

import asyncio

from antiphon.testing.vendors.records import REQUESTS_KEPT, RequestLog, RequestRecord


def record(route: str = "chat", index: int = 0) -> RequestRecord:
    return RequestRecord(route, index, "/", {}, {"authorization": "Bearer k-secret"}, None, 0)


async def test_requests_are_kept_in_order_and_found_by_route() -> None:
    log = RequestLog()
    chats, speech = [record("chat", n) for n in range(2)], record("speech")
    for one in (chats[0], speech, chats[1]):
        await log.add(one)
    assert list(log) == [chats[0], speech, chats[1]]
    assert log[-1] is chats[1]
    assert len(log) == 3
    assert log.on("chat") == chats
    assert (log.next_index("chat"), log.next_index("models")) == (2, 0)


async def test_what_is_kept_is_bounded_and_numbers_go_on() -> None:
    log = RequestLog()
    for n in range(REQUESTS_KEPT + 5):
        await log.add(record("chat", n))
    assert len(log) == REQUESTS_KEPT
    assert log.next_index("chat") == REQUESTS_KEPT + 5


async def test_a_request_is_waited_for() -> None:
    log = RequestLog()
    async with asyncio.TaskGroup() as group:
        waiter = group.create_task(log.wait_for("chat", 2))
        for one in (record("chat"), record("speech"), record("chat", 1)):
            await asyncio.sleep(0)
            assert not waiter.done()
            await log.add(one)
    assert waiter.result().index == 1


async def test_something_about_a_request_is_waited_for() -> None:
    mine = record()
    async with asyncio.TaskGroup() as group:
        waiter = group.create_task(mine.wait_until(lambda one: one.sent >= 2))
        for _ in range(2):
            await asyncio.sleep(0)
            assert not waiter.done()
            mine.sent += 1
            mine.touch()


def test_no_repr_shows_a_key() -> None:
    assert "k-secret" not in repr(record())
