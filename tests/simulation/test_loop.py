"""An event loop in virtual time."""

import asyncio

import pytest

from antiphon.runtime.clock import Clock
from antiphon.simulation.loop import DeadlockError, LeftBehindError, RealWorldError, Steps, run


def test_an_hour_passes_in_no_time_and_exactly() -> None:
    async def main() -> int:
        clock = Clock()
        began_ns = clock.now_ns()
        await asyncio.sleep(3_600)
        return clock.now_ns() - began_ns

    assert run(main) == 3_600 * 10**9


def test_timers_fire_in_the_order_of_their_times() -> None:
    async def main() -> list[str]:
        told: list[str] = []
        loop = asyncio.get_running_loop()
        loop.call_later(2, told.append, "second")
        loop.call_later(1, told.append, "first")
        await asyncio.sleep(3)
        return told

    assert run(main) == ["first", "second"]


def test_a_deadlock_is_raised_and_names_who_waits() -> None:
    async def main() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(DeadlockError, match="main"):
        run(main)


def test_a_task_that_outlives_the_run_is_an_error() -> None:
    async def main() -> None:
        main.task = asyncio.ensure_future(asyncio.sleep(10))  # type: ignore[attr-defined]

    with pytest.raises(RuntimeError, match="outlived"):
        run(main)


def test_between_two_steps_time_stands_still_and_what_runs_beside_waits() -> None:
    ticks: list[float] = []

    async def tick() -> None:
        for _ in range(4):
            await asyncio.sleep(1)
            ticks.append(asyncio.get_running_loop().time())

    with Steps() as steps:
        steps.start(tick(), "ticks")
        steps.run(asyncio.sleep(2.5))
        assert ticks == [1, 2]
        steps.run(asyncio.sleep(2.5))
        assert ticks == [1, 2, 3, 4]


def test_what_runs_beside_the_steps_is_to_be_over_when_they_are() -> None:
    def leave_behind() -> None:
        with Steps() as steps:
            steps.start(asyncio.sleep(10), "beside")
            steps.run(asyncio.sleep(1))

    with pytest.raises(LeftBehindError, match="beside"):
        leave_behind()


def test_what_asks_for_the_real_world_is_refused() -> None:
    async def thread() -> None:
        await asyncio.to_thread(int)

    async def process() -> None:
        await asyncio.create_subprocess_exec("true")

    async def network() -> None:
        await asyncio.open_connection("127.0.0.1", 1)

    for main in (thread, process, network):
        with pytest.raises(RealWorldError, match="virtual time"):
            run(main)


def test_what_main_raises_comes_out() -> None:
    async def main() -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        run(main)
