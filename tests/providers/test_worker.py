import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from antiphon.errors import MissingExtraError, ProviderRequestError, WorkerDiedError
from antiphon.providers.worker import WorkerPool, WorkerSpec
from antiphon.providers.worker_stream import WorkerStream
from antiphon.providers.worker_wire import Facts, Kind

WORKERS = Path(__file__).parent / "workers"
WINDOW = 1_000


# One loop and one pool for all: a test that kills the worker leaves it to the pool to replace it.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(autouse=True, scope="module")
def _workers_can_be_found() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(WORKERS))
        yield


def echo(size: int = 1, **facts: object) -> WorkerPool:
    return WorkerPool(WorkerSpec("echo", "echo_worker", facts, WINDOW, WINDOW), size)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def pool() -> AsyncIterator[WorkerPool]:
    pool = echo()
    yield pool
    await pool.aclose()


async def told(stream: WorkerStream) -> Facts:
    message = await stream.receive()
    assert message is not None
    return message.facts


async def opened(pool: WorkerPool, **facts: object) -> WorkerStream:
    stream = await pool.open(facts)
    assert await told(stream) == {"opened": facts}
    return stream


def is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


async def test_what_is_sent_comes_back_in_order(pool: WorkerPool) -> None:
    stream = await opened(pool, name="one")
    for number in range(100):
        await stream.send(bytes([number]) * 100)
        message = await stream.receive()
        assert message is not None
        assert message.kind is Kind.DATA
        assert message.payload == bytes([number]) * 100


async def test_streams_share_a_worker_and_do_not_mix(pool: WorkerPool) -> None:
    streams = [await opened(pool, number=number) for number in range(5)]
    assert len(pool.process_ids) == 1
    for number, stream in enumerate(streams):
        await stream.send(bytes([number]))
    for number, stream in reversed(list(enumerate(streams))):
        message = await stream.receive()
        assert message is not None
        assert message.payload == bytes([number])


async def test_a_pool_spreads_streams_over_its_workers() -> None:
    pool = echo(size=2)
    await pool.warm()
    assert len(pool.process_ids) == 2
    streams = [await opened(pool) for _ in range(4)]
    os.kill(pool.process_ids[0], signal.SIGKILL)
    died = 0
    for stream in streams:
        stream.tell(updates=0)
        try:
            await stream.receive()
        except WorkerDiedError:
            died += 1
    assert died == 2
    await pool.aclose()


async def test_openings_at_once_start_one_worker_and_none_before() -> None:
    pool = echo()
    assert pool.process_ids == ()
    async with asyncio.TaskGroup() as group:
        cancelled = group.create_task(pool.open())
        others = [group.create_task(pool.open()) for _ in range(3)]
        await asyncio.sleep(0)
        cancelled.cancel()
    assert cancelled.cancelled()
    before = pool.process_ids
    assert len(before) == 1
    await pool.warm()
    assert pool.process_ids == before
    for other in others:
        assert await told(other.result()) == {"opened": {}}
    await pool.aclose()


async def test_sending_waits_for_a_worker_that_takes_nothing(pool: WorkerPool) -> None:
    stream, other = await opened(pool), await opened(pool)
    other.tell(hold=True)
    sent = 0

    async def send() -> None:
        nonlocal sent
        for _ in range(10):
            await stream.send(bytes(WINDOW // 2))
            sent += 1

    async with asyncio.TaskGroup() as group:
        task = group.create_task(send())
        other.tell(updates=1)  # by its answer, all that was sent has arrived
        while (await told(other)) != {"done": True}:
            pass
        assert sent == 2
        other.tell(hold=False)
        for _ in range(10):
            assert await stream.receive() is not None
        await task


async def test_a_worker_waits_for_a_stream_that_nobody_reads(pool: WorkerPool) -> None:
    stream, other = await opened(pool), await opened(pool)

    async def send() -> None:
        for _ in range(20):
            await stream.send(bytes(WINDOW // 2))

    async with asyncio.TaskGroup() as group:
        task = group.create_task(send())
        for _ in range(3):
            other.tell(updates=1)
            while (await told(other)) != {"done": True}:
                pass
        assert not task.done()
        for _ in range(20):
            assert await stream.receive() is not None


async def test_an_update_replaces_one_that_was_not_read(pool: WorkerPool) -> None:
    stream = await opened(pool)
    stream.tell(updates=50)
    other = await opened(pool)  # by its answer, the updates have arrived
    assert await told(stream) == {"number": 49}
    assert await told(stream) == {"done": True}
    assert stream.updates_replaced == 49
    other.close()


async def test_each_stream_of_a_worker_that_was_killed_is_told_once(pool: WorkerPool) -> None:
    streams = [await opened(pool) for _ in range(3)]
    (killed,) = pool.process_ids
    os.kill(killed, signal.SIGKILL)
    for stream in streams:
        with pytest.raises(WorkerDiedError, match=r"echo: its worker process ended \(signal 9\)"):
            await stream.receive()
        assert await stream.receive() is None
        await stream.send(b"nobody there")
        stream.tell(hold=True)
        stream.close()
    stream = await opened(pool)
    assert pool.process_ids != (killed,)
    await stream.send(b"again")
    message = await stream.receive()
    assert message is not None
    assert message.payload == b"again"


async def test_what_came_before_a_death_is_still_read(pool: WorkerPool) -> None:
    stream = await opened(pool)
    stream.tell(updates=1)
    stream.tell(crash="boom")
    assert await told(stream) == {"number": 0}
    assert await told(stream) == {"done": True}
    with pytest.raises(WorkerDiedError, match=r"\(exit code 1\): RuntimeError: boom"):
        await stream.receive()


async def test_a_sender_that_waits_is_let_go_when_the_worker_dies(pool: WorkerPool) -> None:
    stream = await opened(pool)
    stream.tell(hold=True)
    await stream.send(bytes(WINDOW))
    async with asyncio.TaskGroup() as group:
        group.create_task(stream.send(b"one more"))
        await asyncio.sleep(0)
        os.kill(pool.process_ids[0], signal.SIGKILL)


async def test_a_worker_that_speaks_another_language_is_ended(pool: WorkerPool) -> None:
    stream = await opened(pool)
    stream.tell(garbage=True)
    with pytest.raises(WorkerDiedError, match="a message of 4294967295 bytes"):
        await stream.receive()


async def test_what_a_library_prints_is_no_message(pool: WorkerPool) -> None:
    stream = await opened(pool)
    stream.tell(print="INFO: something\n" * 100)
    assert await told(stream) == {"printed": True}


async def test_a_closed_stream_gets_nothing_more(pool: WorkerPool) -> None:
    stream, other = await opened(pool), await opened(pool)
    await stream.send(b"x")
    stream.close()
    stream.close()
    assert await stream.receive() is None
    other.tell(updates=0)
    assert await told(other) == {"done": True}


async def test_a_worker_notices_in_the_midst_of_work_that_a_stream_was_closed(pool: WorkerPool) -> None:
    stream, other = await opened(pool), await opened(pool)
    stream.tell(spin=True)
    stream.close()
    assert await told(other) == {"noticed": True}


async def test_the_loop_goes_on_while_a_worker_is_busy(pool: WorkerPool) -> None:
    stream, other = await opened(pool), await opened(pool)
    stream.tell(spin=True)
    for _ in range(1_000):
        await asyncio.sleep(0)
    stream.close()
    assert await told(other) == {"noticed": True}


async def test_a_stream_ends_when_the_worker_says_so(pool: WorkerPool) -> None:
    stream = await opened(pool)
    stream.tell(end=True)
    assert await stream.receive() is None
    assert await stream.receive() is None


async def test_ctrl_c_is_not_for_the_worker(pool: WorkerPool) -> None:
    stream = await opened(pool)
    os.kill(pool.process_ids[0], signal.SIGINT)
    assert os.getsid(pool.process_ids[0]) != os.getsid(0)
    stream.tell(updates=0)
    assert await told(stream) == {"done": True}


async def test_a_missing_package_names_the_extra_that_brings_it() -> None:
    pool = echo(missing="echolib")
    with pytest.raises(MissingExtraError, match=r"echolib is not installed.*antiphon\[echo\]"):
        await pool.warm()
    await pool.aclose()


async def test_what_an_engine_refuses_is_no_fault_of_the_worker() -> None:
    pool = echo(reason="no such voice")
    for _ in range(2):
        with pytest.raises(ProviderRequestError, match="echo: no such voice"):
            await pool.open()
    await pool.aclose()


async def test_a_worker_that_dies_at_its_start_is_an_error() -> None:
    for pool in (echo(dies=3), WorkerPool(WorkerSpec("echo", "no_such_module"))):
        with pytest.raises(WorkerDiedError, match=r"exit code 3|No module named no_such_module"):
            await pool.open()
        await pool.aclose()


async def test_a_closed_pool_leaves_no_process_and_opens_nothing() -> None:
    pool = echo(size=2)
    await pool.warm()
    stream = await opened(pool)
    processes = pool.process_ids
    await pool.aclose()
    assert not any(is_alive(process) for process in processes)
    with pytest.raises(WorkerDiedError, match="closed"):
        await stream.receive()
    with pytest.raises(WorkerDiedError, match="closed"):
        await pool.open()
    await pool.aclose()


async def test_a_worker_that_does_not_end_by_itself_is_made_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.providers.worker.CLOSING_S", 0.01)
    pool = echo()
    await pool.warm()
    (process,) = pool.process_ids
    os.kill(process, signal.SIGSTOP)
    await pool.aclose()
    assert not is_alive(process)


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux: waits for a process that is no child")
async def test_a_worker_ends_when_its_parent_is_killed() -> None:
    program = (
        "import asyncio, os\n"
        "from antiphon.providers.worker import WorkerPool, WorkerSpec\n"
        "async def main():\n"
        "    pool = WorkerPool(WorkerSpec('echo', 'echo_worker'))\n"
        "    await pool.warm()\n"
        "    print(*pool.process_ids, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        worker = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
    assert select.select([worker], [], [], 10)[0], "the worker outlived its parent"
    os.close(worker)
