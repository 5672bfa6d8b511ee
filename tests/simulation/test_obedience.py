"""How long a scripted provider takes to stop."""

import asyncio

import pytest

from antiphon.runtime.clock import Clock
from antiphon.simulation.faults import Fault, Kind, Stage, Where
from antiphon.simulation.loop import run
from antiphon.simulation.obedience import Obedience

from .calls import MS


def fault(stage: Stage) -> Fault:
    return Fault(Where.LLM, Kind.IGNORE_CANCEL, stage=stage, ms=300)


async def sleep_in_steps(obedience: Obedience) -> None:
    for step in range(20):
        await obedience.sleep_until(step * 100 * MS)


async def cancelled_at(given: Fault | None) -> int:
    """When a task that was cancelled after 150 ms ended."""
    clock = Clock()
    obedience = Obedience(clock, given)

    async def work() -> None:
        try:
            await sleep_in_steps(obedience)
        finally:
            await obedience.close()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(work())
        await clock.sleep_until(150 * MS)
        task.cancel()
    assert task.cancelled()
    return clock.now_ns() // MS


@pytest.mark.parametrize(
    ("given", "ended_ms"), [(None, 150), (fault(Stage.MIDDLE), 500), (fault(Stage.END), 450)]
)
def test_it_stops_at_once_or_goes_on_for_a_while_or_lets_go_slowly(
    given: Fault | None, ended_ms: int
) -> None:
    assert run(lambda: cancelled_at(given)) == ended_ms


def test_the_second_cancellation_is_obeyed() -> None:
    async def main() -> int:
        clock = Clock()
        obedience = Obedience(clock, fault(Stage.START))
        async with asyncio.TaskGroup() as group:
            task = group.create_task(sleep_in_steps(obedience))
            for at_ms in (150, 170):
                await clock.sleep_until(at_ms * MS)
                task.cancel()
        return clock.now_ns() // MS

    assert run(main) == 170
