"""Background work is cancelled when its owner is left, however that is left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from antiphon.providers.background import Background


class Work:
    """Something that never ends by itself."""

    def __init__(self) -> None:
        self.started = asyncio.Event()
        self.ended = False

    async def __call__(self) -> None:
        try:
            self.started.set()
            await asyncio.Event().wait()
        finally:
            self.ended = True


async def test_work_ends_with_its_owner() -> None:
    work = Work()
    async with Background() as background:
        background.start(work())
        await work.started.wait()
    assert work.ended


async def test_an_exception_passes_as_it_is() -> None:
    work = Work()

    async def owner() -> None:
        async with Background() as background:
            background.start(work())
            await work.started.wait()
            raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        await owner()
    assert work.ended


async def test_a_generator_may_yield_inside_and_be_closed() -> None:
    work = Work()

    async def numbers() -> AsyncIterator[int]:
        async with Background() as background:
            background.start(work())
            await work.started.wait()
            yield 1
            yield 2

    generator = numbers()
    assert await anext(generator) == 1
    await generator.aclose()  # type: ignore[attr-defined]
    assert work.ended


async def test_a_cancelled_owner_takes_its_work_along() -> None:
    work = Work()

    async def owner() -> None:
        async with Background() as background:
            background.start(work())
            await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(owner())
        await work.started.wait()
        task.cancel()
    assert work.ended
    assert task.cancelled()


async def test_work_that_fails_is_not_lost() -> None:
    async def fail() -> None:
        raise ValueError("its own")

    async def owner() -> None:
        async with Background() as background:
            background.start(fail())
            await asyncio.Event().wait()

    with pytest.raises(ExceptionGroup) as caught:
        await owner()
    assert caught.group_contains(ValueError, match="its own")


async def test_work_that_is_done_is_forgotten() -> None:
    done = asyncio.Event()

    async def finish() -> None:
        done.set()

    async with Background() as background:
        background.start(finish())
        await done.wait()
        await asyncio.sleep(0)
