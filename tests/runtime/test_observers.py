from __future__ import annotations

import asyncio
import threading

import pytest

from antiphon.core.notices import Notice, Trouble
from antiphon.runtime.clock import Clock
from antiphon.runtime.observers import MOST_BEHIND, Observers
from antiphon.runtime.session import Session

from .calls import Call, speaking
from .fakes import after, virtually


def notice(number: int) -> Trouble:
    return Trouble(number, "test", "")


async def begun(observers: Observers, group: asyncio.TaskGroup) -> Observers:
    observers.begin(Clock())
    observers.open(group)
    return observers


# --- in the small ---------------------------------------------------------------------------------------


def test_a_plain_function_is_called_in_a_thread_of_its_own_in_order() -> None:
    told: list[Notice] = []
    threads: set[str] = set()

    def listen(told_now: Notice) -> None:
        threads.add(threading.current_thread().name)
        told.append(told_now)

    async def call() -> None:
        async with asyncio.TaskGroup() as group:
            observers = Observers()
            observers.add(listen)
            await begun(observers, group)
            for number in range(5):
                observers.tell(notice(number))
            await observers.end()

    asyncio.run(call())
    assert [each.at_ns for each in told] == [0, 1, 2, 3, 4]  # type: ignore[union-attr]
    assert threads == {"observer"}


def test_one_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.runtime.observers.LAST_NOTICES_S", 0.01)
    go = threading.Event()
    seen: list[Notice] = []

    async def call() -> None:
        async with asyncio.TaskGroup() as group:
            observers = Observers()
            observers.add(lambda _: go.wait())
            observers.add(seen.append, at_once=True)
            await begun(observers, group)
            observers.tell(notice(1))
            assert seen == [notice(1)], "the call goes on at once"
            await observers.end()

    asyncio.run(call())
    go.set()


@virtually
async def test_one_that_fails_is_reported_once_and_told_the_rest() -> None:
    told: list[int] = []
    seen: list[Notice] = []

    async def breaks(each: Notice) -> None:
        told.append(each.at_ns)  # type: ignore[union-attr]
        raise ValueError("no such table")

    async with asyncio.TaskGroup() as group:
        observers = await begun(Observers(), group)
        observers.add(breaks)
        observers.add(seen.append, at_once=True)
        observers.tell(notice(1))
        observers.tell(notice(2))
        await after(1)
        await observers.end()
    troubles = [each.message for each in seen if isinstance(each, Trouble) and each.where == "observer"]
    assert len(troubles) == 1
    assert troubles[0].endswith("breaks: ValueError: no such table")
    assert told[:2] == [1, 2]


@virtually
async def test_one_that_falls_behind_misses_the_oldest_and_that_is_said() -> None:
    told: list[int] = []
    seen: list[Notice] = []

    async def slow(each: Notice) -> None:
        await after(1)
        told.append(each.at_ns)  # type: ignore[union-attr]

    async with asyncio.TaskGroup() as group:
        observers = await begun(Observers(), group)
        observers.add(slow)
        observers.add(seen.append, at_once=True)
        for number in range(MOST_BEHIND + 10):
            observers.tell(notice(number))
    assert len(told) <= MOST_BEHIND + 1, "and that it was late"
    assert told[0] > 0
    assert MOST_BEHIND + 9 in told
    assert sum(isinstance(each, Trouble) and each.where == "observer" for each in seen) == 1


@virtually
async def test_one_that_is_removed_is_told_no_more() -> None:
    told: list[Notice] = []

    def listen(each: Notice) -> None:
        told.append(each)

    async with asyncio.TaskGroup() as group:
        observers = await begun(Observers(), group)
        observers.add(listen)
        observers.tell(notice(1))
        observers.remove(listen)
        observers.tell(notice(2))
    assert told == [notice(1)]


# --- in a call ------------------------------------------------------------------------------------------


def heard_with(*observers: object) -> tuple[list[object], Call]:
    """What is heard of a call that these listen to, and when."""
    call = Call()

    @virtually
    async def held() -> None:
        for observer in observers:
            call.session.observe(observer)  # type: ignore[arg-type]
        await call.run(speaking(500, 800, 2_000))

    held()
    return [(record.reply, record.marks_ns) for record in call.records], call


def test_callbacks_that_are_slow_or_fail_do_not_change_what_is_heard_or_when() -> None:
    async def slow(_: Notice) -> None:
        await after(700)

    async def hangs(_: Notice) -> None:
        await after(1e9)

    def breaks(_: Notice) -> None:
        raise RuntimeError("broken")

    alone, _ = heard_with()
    watched, call = heard_with(slow, hangs, breaks)
    assert watched == alone
    assert call.open == 0
    assert [trouble.where for trouble in call.of(Trouble)] == ["observer"]  # type: ignore[attr-defined]


def test_events_are_given_in_order_until_the_call_is_closed() -> None:
    call = Call()
    seen: list[Notice] = []

    async def listen(session: Session) -> None:
        seen.extend([each async for each in session.events()])

    @virtually
    async def held() -> None:
        def during(session: Session) -> None:
            session._running().create_task(listen(session))

        await call.run(speaking(500, 800, 2_000), during)

    held()
    assert [type(each) for each in seen] == [type(each) for each in call.notices]
