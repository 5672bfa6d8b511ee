import asyncio

import pytest

from antiphon.errors import WorkerDiedError
from antiphon.providers.worker_stream import WorkerStream
from antiphon.providers.worker_wire import Kind, Message, Unpacker, pack


class FakeCarrier:
    def __init__(self) -> None:
        self.takes = True
        self.sent: list[Message] = []
        self.forgotten: list[int] = []

    def write(self, data: bytes) -> None:
        self.sent += Unpacker().feed(data)

    def forget(self, number: int) -> None:
        self.forgotten.append(number)


@pytest.fixture
def carrier() -> FakeCarrier:
    return FakeCarrier()


@pytest.fixture
async def stream(carrier: FakeCarrier) -> WorkerStream:
    return WorkerStream(7, carrier, send_window_bytes=100, receive_window_bytes=100)


def coming(kind: Kind, payload: bytes = b"", **facts: object) -> Message:
    (message,) = Unpacker().feed(pack(kind, 7, payload or facts))
    return message


async def sending(stream: WorkerStream, group: asyncio.TaskGroup, data: bytes) -> asyncio.Task[None]:
    task = group.create_task(stream.send(data))
    await asyncio.sleep(0)
    return task


async def test_data_is_sent_while_there_is_credit(carrier: FakeCarrier, stream: WorkerStream) -> None:
    async with asyncio.TaskGroup() as group:
        assert (await sending(stream, group, bytes(99))).done()
        assert (await sending(stream, group, bytes(50))).done()  # the last may go over
        waiting = await sending(stream, group, b"more")
        stream.take(coming(Kind.CREDIT, bytes=49))
        await asyncio.sleep(0)
        assert not waiting.done()
        stream.take(coming(Kind.CREDIT, bytes=1))
    assert [len(message.payload) for message in carrier.sent] == [99, 50, 4]


async def test_data_waits_for_a_pipe_that_is_full(carrier: FakeCarrier, stream: WorkerStream) -> None:
    async with asyncio.TaskGroup() as group:
        carrier.takes = False
        waiting = await sending(stream, group, b"data")
        assert not waiting.done()
        carrier.takes = True
        stream.may_send()
    assert carrier.sent == [coming(Kind.DATA, b"data")]


async def test_data_that_is_taken_is_paid_for_by_the_quarter(
    carrier: FakeCarrier, stream: WorkerStream
) -> None:
    for _ in range(3):
        stream.take(coming(Kind.DATA, bytes(10)))
        await stream.receive()
    assert [message.facts for message in carrier.sent] == [{"bytes": 30}]


async def test_an_update_replaces_only_an_update_just_before_it(stream: WorkerStream) -> None:
    for message in (
        coming(Kind.UPDATE, number=1),
        coming(Kind.UPDATE, number=2),
        coming(Kind.TELL, number=3),
        coming(Kind.UPDATE, number=4),
    ):
        stream.take(message)
    received = [await stream.receive() for _ in range(3)]
    assert [message.facts["number"] for message in received if message] == [2, 3, 4]
    assert stream.updates_replaced == 1


async def test_a_death_is_told_once_after_what_came_before(stream: WorkerStream) -> None:
    stream.take(coming(Kind.TELL, number=1))
    stream.fail(WorkerDiedError("echo", "gone"))
    assert stream.is_over
    assert (await stream.receive()) is not None
    with pytest.raises(WorkerDiedError, match="echo: gone"):
        await stream.receive()
    assert await stream.receive() is None


async def test_whoever_waits_is_let_go_when_it_is_over(carrier: FakeCarrier, stream: WorkerStream) -> None:
    async with asyncio.TaskGroup() as group:
        receiving = group.create_task(stream.receive())
        await sending(stream, group, bytes(100))
        await sending(stream, group, b"never sent")
        stream.take(coming(Kind.ENDED))
    assert receiving.result() is None
    assert carrier.forgotten == [7]
    assert len(carrier.sent) == 1


async def test_closing_tells_the_worker_once_and_drops_the_rest(
    carrier: FakeCarrier, stream: WorkerStream
) -> None:
    stream.take(coming(Kind.TELL, number=1))
    stream.close()
    stream.close()
    stream.tell(flush=True)
    await stream.send(b"data")
    assert carrier.sent == [Message(Kind.CLOSE, 7)]
    assert carrier.forgotten == [7]
    assert await stream.receive() is None
