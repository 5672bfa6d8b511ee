"""Tasks that help a block."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from antiphon.runtime.helpers import Helpers
from antiphon.simulation.loop import run


def test_what_still_runs_is_cancelled_and_awaited_on_leaving() -> None:
    ended: list[str] = []

    async def forever() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append("cancelled")

    async def main() -> None:
        async with Helpers() as helpers:
            helpers.start(forever(), "forever")
            await asyncio.sleep(0)
        assert ended == ["cancelled"]

    run(main)


def test_an_error_of_the_block_leaves_it_unchanged() -> None:
    async def main() -> None:
        async with Helpers() as helpers:
            helpers.start(asyncio.sleep(3600), "forever")
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        run(main)


def test_an_error_of_a_task_ends_the_block() -> None:
    async def fails() -> None:
        raise ValueError("its own")

    async def main() -> None:
        async with Helpers() as helpers:
            helpers.start(fails(), "fails")
            await asyncio.sleep(3600)

    with pytest.raises(ExceptionGroup) as raised:
        run(main)
    assert raised.group_contains(ValueError, match="its own")


def test_an_async_generator_may_yield_inside_and_be_closed() -> None:
    async def numbers() -> AsyncIterator[int]:
        async with Helpers() as helpers:
            helpers.start(asyncio.sleep(3600), "forever")
            yield 1
            yield 2

    async def main() -> None:
        async with aclosing(numbers()) as items:
            assert await anext(items) == 1

    run(main)
