from __future__ import annotations

from starlette.requests import HTTPConnection

from antiphon.server.limits import Limits
from antiphon.server.load import EVERY_MS, MIN_READINGS, REMEMBERED, LoadWatch
from antiphon.transports.websocket_wire import Hello

from ..runtime.fakes import after, virtually

MS = 10**6
CONNECTION = HTTPConnection({"type": "websocket", "headers": [], "client": None})


def watched(
    late_ms: float, load: float, readings: int = REMEMBERED, watch: LoadWatch | None = None
) -> LoadWatch:
    watch = watch or LoadWatch(Limits(max_lag_ms=30, max_load=0.9))
    for number in range(readings):
        at_ns = number * EVERY_MS * MS
        watch.note(at_ns, round(late_ms * MS), round(at_ns * load))
    return watch


def refused(watch: LoadWatch) -> str | None:
    refusal = watch.admit(CONNECTION, Hello())
    return None if refusal is None else refusal.kind


def test_a_server_that_keeps_up_takes_calls() -> None:
    watch = watched(5, 0.5)
    assert refused(watch) is None
    assert (watch.lag_ms, round(watch.load, 3)) == (5, 0.5)


def test_one_that_is_late_takes_none() -> None:
    assert refused(watched(31, 0.2)) == "overloaded"


def test_one_without_time_left_takes_none_before_it_is_late() -> None:
    assert refused(watched(1, 0.95)) == "overloaded"


def test_one_hiccup_is_none() -> None:
    watch = watched(1, 0.1)
    watch.note(REMEMBERED * EVERY_MS * MS, 900 * MS, 0)
    assert refused(watch) is None


def test_it_takes_calls_again_when_it_has_caught_up() -> None:
    assert refused(watched(1, 0.1, watch=watched(100, 1.0))) is None


def test_it_does_not_judge_before_it_knows() -> None:
    assert refused(watched(500, 1.0, MIN_READINGS - 1)) is None


@virtually
async def test_it_measures_by_itself() -> None:
    import asyncio

    watch = LoadWatch(Limits())
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(watch.watch())
        await after(EVERY_MS * 20 + 1)
        watching.cancel()
    assert len(watch._readings) == 20
    assert watch.lag_ms == 0, "virtual time is never late"
