"""Tells those who listen to a call what happens in it. None of them can hold it up, or break it.

A plain function is called in a thread of its own, an async one in a task of its own, each with one notice
after another, in order. One that is slow falls behind: what it has not been told yet is bounded, and the
oldest go. One that fails is reported, the first time, and told the next all the same. In virtual time, in
which no time passes while a function runs, plain ones are called where the call stands.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeAlias

from antiphon.core.notices import Notice, Trouble
from antiphon.core.times import NS_PER_S
from antiphon.runtime.clock import Clock

Observer: TypeAlias = Callable[[Notice], object] | Callable[[Notice], Awaitable[object]]

MOST_BEHIND = 1_000  # notices
LAST_NOTICES_S = 2.0  # how long those who are behind are waited for when the call is over


class _Follower:
    """Somebody who listens, and what they have not been told yet."""

    def __init__(self, observer: Observer, report: Callable[[str], None]) -> None:
        self.observer = observer
        self.waiting: deque[Notice] = deque()
        self.over = False
        self._report = report
        self._failed = self._fell_behind = False

    @property
    def name(self) -> str:
        """What it is called in reports."""
        return str(getattr(self.observer, "__qualname__", type(self.observer).__name__))

    def keep(self, notice: Notice) -> None:
        """To be told, when it has time."""
        if len(self.waiting) >= MOST_BEHIND:
            self.waiting.popleft()
            if not self._fell_behind:
                self._fell_behind = True
                self._report(f"{self.name} is more than {MOST_BEHIND} notices behind: it misses the oldest")
        self.waiting.append(notice)

    def note_failure(self, error: Exception) -> None:
        """It failed."""
        if not self._failed:
            self._failed = True
            self._report(f"{self.name}: {type(error).__name__}: {error}")


class _AtOnce(_Follower):
    """Is told where the call stands."""

    def tell(self, notice: Notice) -> None:
        try:
            self.observer(notice)
        except Exception as error:  # noqa: BLE001 - the boundary to anyone's code: it is reported
            self.note_failure(error)


class _InTask(_Follower):
    """Is told in a task of its own."""

    _task: asyncio.Task[None] | None = None
    _group: asyncio.TaskGroup | None = None

    def open(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self._go_on()

    def tell(self, notice: Notice) -> None:
        self.keep(notice)
        self._go_on()

    def _go_on(self) -> None:
        if self.waiting and self._group is not None and (self._task is None or self._task.done()):
            self._task = self._group.create_task(self._work(), name="observer")

    async def _work(self) -> None:
        while self.waiting:
            try:
                told = self.observer(self.waiting.popleft())
                if inspect.isawaitable(told):
                    await told
            except Exception as error:  # noqa: BLE001 - as above
                self.note_failure(error)

    def _stop(self) -> None:
        assert self._task is not None
        self._task.cancel()

    def close(self, clock: Clock) -> None:
        if self._task is not None and not self._task.done():
            until_ns = clock.now_ns() + round(LAST_NOTICES_S * NS_PER_S)
            timer = clock.call_at(until_ns, self._stop)
            self._task.add_done_callback(lambda _: timer.cancel())


class _InThread(_Follower):
    """Is told in a thread of its own."""

    def __init__(self, observer: Observer, report: Callable[[str], None]) -> None:
        super().__init__(observer, report)
        self._more = threading.Condition()
        self._thread: threading.Thread | None = None

    def tell(self, notice: Notice) -> None:
        with self._more:
            self.keep(notice)
            self._more.notify()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="observer", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while (notice := self._next()) is not None:
            try:
                self.observer(notice)
            except Exception as error:  # noqa: BLE001 - as above
                self.note_failure(error)

    def _next(self) -> Notice | None:
        with self._more:
            while not self.waiting and not self.over:
                self._more.wait()
            return self.waiting.popleft() if self.waiting else None

    async def end(self) -> None:
        with self._more:
            self.over = True
            self._more.notify()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, LAST_NOTICES_S)


class Observers:
    """Those who listen to a call."""

    def __init__(self) -> None:
        self._followers: list[_AtOnce | _InTask | _InThread] = []
        self._joined: list[tuple[Observer, bool]] = []
        self._clock: Clock | None = None
        self._group: asyncio.TaskGroup | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def __len__(self) -> int:
        return len(self._followers) + len(self._joined)

    def begin(self, clock: Clock) -> None:
        """The call begins, on this clock and in the running loop."""
        self._clock, self._loop = clock, asyncio.get_running_loop()
        for observer, at_once in self._joined:
            self._followers.append(self._follower(observer, at_once=at_once))
        self._joined.clear()

    def open(self, group: asyncio.TaskGroup) -> None:
        """From now on there is a group for their tasks."""
        self._group = group
        for follower in self._followers:
            if isinstance(follower, _InTask):
                follower.open(group)

    def add(self, observer: Observer, *, at_once: bool = False) -> None:
        """Have somebody told of each notice from now on.

        Args:
            observer: Who.
            at_once: It is quick and no more than notes things down: it is called where the call stands.
        """
        if self._clock is None:
            self._joined.append((observer, at_once))
        else:
            self._followers.append(self._follower(observer, at_once=at_once))

    def remove(self, observer: Observer) -> None:
        """Tell it no more."""
        self._followers = [each for each in self._followers if each.observer is not observer]

    def tell(self, notice: Notice) -> None:
        """Something happened."""
        for follower in tuple(self._followers):
            follower.tell(notice)

    def close(self) -> None:
        """The call ends: tasks that are behind have a little time left."""
        for follower in self._followers:
            if isinstance(follower, _InTask) and self._clock is not None:
                follower.close(self._clock)

    async def end(self) -> None:
        """The call is over: wait a little for those who are behind."""
        for follower in self._followers:
            if isinstance(follower, _InThread):
                await follower.end()

    def _follower(self, observer: Observer, *, at_once: bool) -> _AtOnce | _InTask | _InThread:
        assert self._clock is not None
        if at_once:
            return _AtOnce(observer, self._report)
        if _is_async(observer):
            follower = _InTask(observer, self._report)
            if self._group is not None:
                follower.open(self._group)
            return follower
        return (_AtOnce if self._clock.is_virtual else _InThread)(observer, self._report)

    def _report(self, message: str) -> None:
        """From any thread."""
        assert self._loop is not None
        with suppress(RuntimeError):  # the loop is over, and nobody is left to be told
            self._loop.call_soon_threadsafe(self._tell_trouble, message)

    def _tell_trouble(self, message: str) -> None:
        assert self._clock is not None
        self.tell(Trouble(self._clock.now_ns(), "observer", message))


def _is_async(observer: Observer) -> bool:
    return inspect.iscoroutinefunction(observer) or inspect.iscoroutinefunction(
        getattr(observer, "__call__", None)  # noqa: B004 - an object may have an async one
    )
