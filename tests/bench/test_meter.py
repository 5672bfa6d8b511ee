"""The meters measure: passes of the loop as they are, processor time as it is used, memory as it is held."""

from __future__ import annotations

import asyncio
import os

from antiphon.bench.meter import LoopAccount, LoopMeter, cpu_s, memory_bytes, metered_loop, own_cpu_s
from antiphon.runtime.clock import Clock, thread_work_ns

MS = 1_000_000


def work(length_ns: int) -> None:
    until_ns = thread_work_ns() + length_ns
    while thread_work_ns() < until_ns:
        pass


def measured(blocked_ms: int) -> LoopAccount:
    meter = LoopMeter()

    async def main() -> LoopAccount:
        await asyncio.sleep(0)
        work(5 * MS)
        meter.start(Clock())
        await asyncio.sleep(0)
        work(blocked_ms * MS)
        await asyncio.sleep(0)
        account = meter.stop()
        await asyncio.sleep(0)
        assert meter.stop() == LoopAccount([], [])
        return account

    with asyncio.Runner(loop_factory=lambda: metered_loop(meter)) as runner:
        return runner.run(main())


def test_a_pass_that_blocks_the_loop_is_found() -> None:
    longest = max(measured(20).passes, key=lambda each: each.worked_ns)
    assert 20 * MS <= longest.worked_ns <= longest.took_ns


def test_what_was_before_the_start_is_not_measured() -> None:
    assert sum(each.worked_ns for each in measured(0).passes) < 5 * MS


def test_no_pass_works_longer_than_it_takes() -> None:
    assert all(0 <= each.worked_ns <= each.took_ns for each in measured(3).passes)


def test_a_timer_that_wakes_the_loop_says_how_late_it_was() -> None:
    meter = LoopMeter()

    async def main() -> LoopAccount:
        clock = Clock()
        meter.start(clock)
        for _ in range(5):
            await clock.sleep_until(clock.now_ns() + 2 * MS)
        return meter.stop()

    with asyncio.Runner(loop_factory=lambda: metered_loop(meter)) as runner:
        late_ns = runner.run(main()).late_ns
    assert len(late_ns) >= 5
    assert all(0 <= late < 1_000 * MS for late in late_ns)


def test_work_of_the_loops_own_does_not_count_as_woken_late() -> None:
    assert measured(20).late_ns == []


def test_processor_time_is_what_was_used() -> None:
    own_before, seen_before = own_cpu_s(), cpu_s([os.getpid()])
    work(100 * MS)
    own_after, seen_after = own_cpu_s(), cpu_s([os.getpid()])
    assert 0.05 < own_after - own_before < 5
    assert seen_before is None or (seen_after is not None and 0.05 < seen_after - seen_before < 5)


def test_memory_that_is_held_is_seen() -> None:
    before = memory_bytes([os.getpid()])
    held = bytearray(os.urandom(1)) * 30_000_000
    after = memory_bytes([os.getpid()])
    assert before is None or (after is not None and after - before > 20_000_000)
    assert len(held) == 30_000_000


def test_of_a_process_that_is_gone_nothing_is_known() -> None:
    assert cpu_s([2**22 + 1]) is None
    assert memory_bytes([2**22 + 1]) is None


def test_no_processes_use_nothing() -> None:
    assert cpu_s([]) == 0
    assert memory_bytes([]) == 0
