"""How the contracts run: each scenario on a loop of its own, in bounded time, no task left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from antiphon.core.times import NS_PER_MS
from antiphon.errors import ProviderError
from antiphon.runtime.clock import Clock

SCENARIO_S = 30.0  # longer than any scenario should take on a slow machine
CANCEL_MS = 50.0
ATTEMPTS = 10  # for what is timed: a busy machine may be late, a provider that waits always is

Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True)
class Failure(Generic[Subject]):
    """A way for the vendor to fail.

    Attributes:
        subject: Gives a subject whose vendor fails in that way.
        error: What the provider must raise.
    """

    subject: Callable[[], AbstractAsyncContextManager[Subject]]
    error: type[ProviderError]


def run(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a scenario and see that no task outlives it."""

    async def watched() -> None:
        async with asyncio.timeout(SCENARIO_S):
            await scenario()
        for _ in range(10):  # a task that was told to stop may need a few turns of the loop
            left = asyncio.all_tasks() - {asyncio.current_task()}
            if not left:
                return
            await asyncio.sleep(0)
        raise AssertionError(f"tasks left behind: {sorted(str(task.get_coro()) for task in left)}")

    asyncio.run(watched())


async def check_cancellation(
    work: Callable[[asyncio.Event], Coroutine[Any, Any, None]], let_go: Callable[[], Awaitable[object]]
) -> None:
    """See that cancelled work ends, and its vendor knows of it, within ``CANCEL_MS``.

    Args:
        work: What is cancelled, once it has set its event.
        let_go: Waits until the vendor has seen the connection closed.
    """
    clock = Clock()
    took_ms = []
    for _ in range(ATTEMPTS):
        under_way = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            task = group.create_task(work(under_way))
            await under_way.wait()
            asked_ns = clock.now_ns()
            task.cancel()
            await asyncio.wait([task])
            await let_go()
            took_ms.append((clock.now_ns() - asked_ns) / NS_PER_MS)
        if took_ms[-1] <= CANCEL_MS:
            return
    raise AssertionError(f"cancelling took {min(took_ms):.0f} ms at best: expected at most {CANCEL_MS:g}")


async def check_failure(attempt: Awaitable[object], expected: type[ProviderError]) -> None:
    """See that an attempt fails with an error of ours, of the expected kind, and says so in one line."""
    error: ProviderError | None = None
    try:
        await attempt
    except ProviderError as raised:
        error = raised
    assert error is not None, f"nothing was raised: expected {expected.__name__}"
    assert isinstance(error, expected), f"{type(error).__name__} ({error}): expected {expected.__name__}"
    assert "\n" not in str(error), f"more than one line: {error}"


async def nobody_to_ask() -> None:
    """Let go, for a provider without a connection."""
