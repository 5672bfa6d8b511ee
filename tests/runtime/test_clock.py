from __future__ import annotations

import asyncio
import time

import pytest

from antiphon.runtime.clock import Clock, VirtualTimeLoop, epoch_ns

from .fakes import MS, after, virtually


@virtually
async def test_in_virtual_time_the_loop_is_the_clock() -> None:
    clock = Clock()
    assert isinstance(asyncio.get_running_loop(), VirtualTimeLoop)
    began_ns = clock.now_ns()
    await after(1_234.5)
    assert clock.now_ns() - began_ns == 1_234_500_000


async def test_in_real_time_it_is_the_machine_s() -> None:
    clock = Clock()
    before = time.monotonic_ns()
    assert before <= clock.now_ns() <= time.monotonic_ns()


def test_without_a_loop_there_is_no_clock() -> None:
    with pytest.raises(RuntimeError, match="no running event loop"):
        Clock()


@virtually
async def test_sleep_ends_at_the_moment_asked_for() -> None:
    clock = Clock()
    for at_ms in (1, 333, 100_000):
        await clock.sleep_until(at_ms * MS)
        assert clock.now_ns() == at_ms * MS


@virtually
async def test_sleep_until_a_moment_that_has_passed_returns_at_once() -> None:
    clock = Clock()
    await after(10)
    await clock.sleep_until(5 * MS)
    assert clock.now_ns() == 10 * MS


@virtually
async def test_a_moment_is_the_same_on_the_loop_s_scale() -> None:
    clock = Clock()
    await after(10)
    async with asyncio.timeout_at(clock.loop_time(25 * MS)) as limit:
        assert limit.when() == pytest.approx(0.025)


@virtually
async def test_a_call_is_made_at_its_moment_or_as_soon_as_can_be() -> None:
    clock = Clock()
    called: list[tuple[str, int]] = []
    await after(10)
    clock.call_at(30 * MS, lambda: called.append(("later", clock.now_ns())))
    clock.call_at(2 * MS, lambda: called.append(("missed", clock.now_ns())))
    clock.call_at(20 * MS, lambda: called.append(("never", clock.now_ns()))).cancel()
    await after(100)
    assert called == [("missed", 10 * MS), ("later", 30 * MS)]


async def test_the_clock_can_be_told_in_time_since_1970() -> None:
    clock = Clock()
    assert abs(clock.now_ns() + clock.epoch_offset_ns() - time.time_ns()) < 1_000 * MS


def test_the_calendar_says_when_it_is() -> None:
    assert epoch_ns() > 1_700_000_000_000_000_000
