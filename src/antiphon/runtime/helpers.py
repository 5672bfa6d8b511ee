"""What helps a block of code and ends with it: tasks, and the iterators it reads.

A plain ``TaskGroup`` wraps whatever leaves its block, ``GeneratorExit`` too, so an async generator can't
yield inside one. Here what leaves the block leaves it unchanged: the tasks are cancelled and awaited first.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext
from types import TracebackType
from typing import Any, Self, TypeVar

Result = TypeVar("Result")
Item = TypeVar("Item")


def closing(items: AsyncIterator[Item]) -> AbstractAsyncContextManager[AsyncIterator[Item]]:
    """Close an iterator on leaving, if it is one that can be: a generator then lets go of what it holds."""
    return aclosing(items) if isinstance(items, AsyncGenerator) else nullcontext(items)


class Helpers:
    """Starts tasks; on leaving, cancels those that still run, and waits for them.

    A task that fails cancels the block, and its error (in a group) is raised on leaving.
    """

    def __init__(self) -> None:
        self._group = asyncio.TaskGroup()
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, coroutine: Coroutine[Any, Any, Result], name: str) -> asyncio.Task[Result]:
        """Run a coroutine beside the block."""
        task = self._group.create_task(coroutine, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await self._group.__aexit__(None, None, None)
