"""Messages go out in order, each fault at its boundary, and the record tells what happened."""

from __future__ import annotations

import asyncio

import pytest

from antiphon.runtime.clock import Clock
from antiphon.testing.vendors.exchange import Dropped, Exchange, Payload, garbled
from antiphon.testing.vendors.faults import Fault
from antiphon.testing.vendors.records import RequestRecord
from antiphon.testing.vendors.server import LoopbackServer

CLIENT = ("127.0.0.1", 1)


class Connection(LoopbackServer):
    """Notes what is done to it."""

    def __init__(self) -> None:
        super().__init__("127.0.0.1", 0)
        self.was_cut = False
        self.raw = b""

    def cut(self, client: tuple[str, int]) -> None:
        assert client == CLIENT
        self.was_cut = True

    def write_raw(self, client: tuple[str, int], data: bytes) -> None:
        assert client == CLIENT
        self.raw += data


def exchange(fault: Fault | None = None) -> tuple[Exchange, Connection]:
    record = RequestRecord("chat", 0, "/", {}, {}, None, 0, fault=fault)
    connection = Connection()
    return Exchange(connection, Clock(), record, CLIENT), connection


async def said(one: Exchange, *messages: Payload) -> list[Payload]:
    out: list[Payload] = []

    async def transmit(message: Payload) -> None:
        out.append(message)

    for message in messages:
        await one.send(message, transmit)
    await one.finish(transmit)
    return out


async def stays() -> None:
    await asyncio.Event().wait()


async def test_messages_go_out_in_order_and_are_counted() -> None:
    one, _ = exchange()
    assert await said(one, "a", b"b", "c") == ["a", b"b", "c"]
    assert one.record.sent == 3
    assert one.record.first_sent_ns is not None


@pytest.mark.parametrize("at", [0, 1, 2])
async def test_a_message_comes_after_the_next_or_last(at: int) -> None:
    one, _ = exchange(Fault("wrong-order", at=at))
    expected = [["b", "a", "c"], ["a", "c", "b"], ["a", "b", "c"]][at]
    assert await said(one, "a", "b", "c") == expected


async def test_a_message_comes_as_garbage() -> None:
    one, connection = exchange(Fault("malformed", at=1))
    assert await said(one, "abc\n\n", "abcdef\n\n") == ["abc\n\n", "abcd\n\n"]
    assert connection.raw == b""


async def test_audio_is_garbled_in_its_framing() -> None:
    one, connection = exchange(Fault("malformed", at=0))
    assert await said(one, b"abc") == [b"abc"]
    assert connection.raw


def test_garbage_keeps_its_line_ends() -> None:
    assert garbled("x\n\n") == "x\n\n"
    assert garbled('data: {"a": 1}\n\n').endswith("\n\n")


async def test_a_connection_is_dropped_before_a_message() -> None:
    one, connection = exchange(Fault("close", at=1))
    with pytest.raises(Dropped):
        await said(one, "a", "b")
    assert connection.was_cut
    assert one.record.sent == 1


async def test_a_connection_is_dropped_before_a_word() -> None:
    one, connection = exchange(Fault("refuse"))
    with pytest.raises(Dropped):
        await one.begin()
    assert connection.was_cut


async def test_other_faults_do_not_come_first() -> None:
    for fault in (None, Fault("close"), Fault("stall")):
        one, connection = exchange(fault)
        await one.begin()
        assert not connection.was_cut


@pytest.mark.parametrize("kind", ["slow-handshake", "stall"])
async def test_a_delay_passes(kind: str) -> None:
    one, _ = exchange(Fault(kind, delay_ms=5))  # type: ignore[arg-type]
    began_ns = one.clock.now_ns()
    await one.begin()
    assert await said(one, "a") == ["a"]
    assert one.clock.now_ns() - began_ns >= 4_000_000


async def test_work_that_is_done_leaves_a_complete_record() -> None:
    one, _ = exchange()

    async def work() -> None:
        await said(one, "a")

    await one.run(work, stays)
    assert one.record.done.is_set()
    assert one.record.ended_ns is not None
    assert not one.record.closed_early


async def test_a_client_that_leaves_ends_the_work() -> None:
    one, _ = exchange(Fault("stall", at=0))

    async def work() -> None:
        await said(one, "a")

    async def leaves() -> None:
        await asyncio.sleep(0)

    await one.run(work, leaves)
    assert one.record.closed_early
    assert one.record.sent == 0


async def test_a_client_that_leaves_after_all_was_said_is_not_early() -> None:
    one, _ = exchange()
    said_all = asyncio.Event()

    async def work() -> None:
        await said(one, "a")
        said_all.set()
        await stays()

    async def leaves() -> None:
        await said_all.wait()

    await one.run(work, leaves)
    assert not one.record.closed_early


async def test_what_is_dropped_on_purpose_is_not_left_early() -> None:
    one, _ = exchange(Fault("close", at=0))

    async def work() -> None:
        await said(one, "a")

    await one.run(work, stays)
    assert not one.record.closed_early


async def test_it_can_be_hung_up() -> None:
    one, connection = exchange()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(one.run(stays, stays))
        await asyncio.sleep(0)
        assert connection._exchanges == {one}
        await asyncio.sleep(0)
        one.hang_up()
    assert task.done()
    assert not connection._exchanges


async def test_no_pause_takes_no_time() -> None:
    one, _ = exchange()
    await one.pause(0)
    await one.pause(1)
