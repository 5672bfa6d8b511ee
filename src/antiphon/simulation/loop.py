"""An asyncio event loop in virtual time: hours of calls in seconds, and the same every time.

It is asyncio's own loop with three parts exchanged: the clock, which only moves when nothing is left to run;
the wait for I/O, instead of which the clock moves to the next timer; and what becomes of an exception that
nobody awaits, which ends the run instead of being logged. Ready callbacks run in the order in which they
were scheduled and timers in the order of their times, so a run depends on its inputs alone. There is no I/O,
no thread and no subprocess; what asks for one gets a clear error instead of a call that mixes real and
virtual time. When nothing is ready, no timer is armed and the main task has not ended, no event can ever
wake it: that is a deadlock, and it is raised rather than waited for.
"""

from __future__ import annotations

import asyncio
import heapq
from asyncio import base_events
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from types import TracebackType
from typing import Any, NoReturn, Self, TypeVar

Result = TypeVar("Result")

LONGEST_RUN_S = 24 * 3_600.0  # of virtual time: what runs longer waits for something that never comes
TRIES_TO_END = 2
MOST_PASSES_AT_ONCE = 10_000  # of the loop without time passing: tasks that wake each other for ever


class DeadlockError(RuntimeError):
    """Nothing can ever happen again in virtual time, and the main task is still waiting."""


class LeftBehindError(RuntimeError):
    """Tasks outlived what they were made for."""


class RealWorldError(RuntimeError):
    """Something in virtual time asked for a thread, a process or the network."""


class VirtualLoop(base_events.BaseEventLoop):
    """An event loop whose time is its own. Use ``run`` rather than this class."""

    # asyncio's own: what is to be called next, and the timers as a heap, soonest first.
    _ready: deque[asyncio.Handle]
    _scheduled: list[asyncio.TimerHandle]

    def __init__(self) -> None:
        super().__init__()
        self._now_s = 0.0
        self._passes_at_once = 0
        self._failure: BaseException | None = None
        self.set_exception_handler(VirtualLoop._fail)

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._now_s

    def time_ns(self) -> int:
        """Virtual nanoseconds since the loop was made."""
        return round(self._now_s * 1e9)

    def _run_once(self) -> None:
        """One pass: move the clock if nothing is ready, then call what is."""
        scheduled, ready = self._scheduled, self._ready
        while scheduled and scheduled[0].cancelled():
            heapq.heappop(scheduled)
        self._passes_at_once += 1
        if not ready:
            if not scheduled:
                self._report_stuck("deadlock: nothing can ever happen again")
            self._jump(scheduled[0].when())
        if self._passes_at_once > MOST_PASSES_AT_ONCE:
            self._report_stuck(f"{MOST_PASSES_AT_ONCE} passes of the loop without time passing")
        while scheduled and scheduled[0].when() <= self._now_s:
            timer = heapq.heappop(scheduled)
            if not timer.cancelled():
                ready.append(timer)
        for _ in range(len(ready)):
            handle = ready.popleft()
            if not handle.cancelled():
                handle._run()
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure

    def _jump(self, to_s: float) -> None:
        """Move to the soonest timer: nothing can happen before it."""
        if to_s > self._now_s:
            self._now_s = to_s
            self._passes_at_once = 0
        if self._now_s > LONGEST_RUN_S:
            self._report_stuck("still not over")

    def _report_stuck(self, what: str) -> NoReturn:
        """Raise, naming the tasks that wait for each other."""
        waiting = "\n".join(f"  {_where(task)}" for task in asyncio.all_tasks(self))
        raise DeadlockError(f"{what}, at {self._now_s:.6f} s of virtual time; waiting:\n{waiting}")

    @staticmethod
    def _fail(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Take an exception that nobody awaits, to end the run with it."""
        assert isinstance(loop, VirtualLoop)
        loop._failure = context.get("exception") or RuntimeError(context["message"])

    def run_in_executor(self, *_: object) -> NoReturn:
        """Refused.

        Raises:
            RealWorldError: Always.
        """
        raise RealWorldError("virtual time has no threads: use a scripted provider here")

    async def subprocess_exec(self, *_: object, **__: object) -> NoReturn:
        """Refused.

        Raises:
            RealWorldError: Always.
        """
        raise RealWorldError("virtual time has no processes: use a scripted provider here")

    async def create_connection(self, *_: object, **__: object) -> NoReturn:
        """Refused.

        Raises:
            RealWorldError: Always.
        """
        raise RealWorldError("virtual time has no network: use a scripted provider here")

    def _process_events(self, event_list: list[object]) -> None:
        """No I/O, no events."""

    def _write_to_self(self) -> None:
        """Nothing sleeps, so nothing has to be woken."""


def _where(task: asyncio.Task[Any]) -> str:
    frames = task.get_stack(limit=1)
    place = f"{frames[0].f_code.co_qualname} line {frames[0].f_lineno}" if frames else "not started"
    return f"{task.get_name()} in {place}"


def run(main: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Run a coroutine function to its end in virtual time.

    Args:
        main: Called inside the loop, without arguments.

    Returns:
        What ``main`` returned.

    Raises:
        DeadlockError: If everything waits and nothing can come, or no end can be seen.
        LeftBehindError: If ``main`` left tasks behind; they are cancelled first.
    """
    with Steps() as steps:
        return steps.run(main())


class Steps:
    """Virtual time taken step by step: between two steps it stands still, and what runs beside waits."""

    def __enter__(self) -> Self:
        self._loop = VirtualLoop()
        return self

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Let time pass until a coroutine is over.

        Raises:
            DeadlockError: If everything waits and nothing can come, or no end can be seen.
        """
        return self._loop.run_until_complete(coroutine)

    def start(self, coroutine: Coroutine[Any, Any, Result], name: str) -> asyncio.Task[Result]:
        """Have something go on beside the steps; it has to be over when they are."""
        return self._loop.create_task(coroutine, name=name)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            left = asyncio.all_tasks(self._loop)
            if left and error is None:
                places = "\n".join(f"  {_where(task)}" for task in left)
                raise LeftBehindError(f"{len(left)} task(s) outlived the run:\n{places}")
        finally:
            _end(self._loop)


def _end(loop: VirtualLoop) -> None:
    """Cancel what is left; what can't be ended, or fails in ending, hides nothing that failed before."""
    loop.set_exception_handler(lambda *_: None)
    for _ in range(TRIES_TO_END):
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        with suppress(RuntimeError):
            loop.run_until_complete(_all_ended(left))
    loop.close()


async def _all_ended(tasks: Iterable[asyncio.Task[Any]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()
