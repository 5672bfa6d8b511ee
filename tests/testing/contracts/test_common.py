"""How the contracts run: whatever a provider leaves undone is found."""

from __future__ import annotations

import asyncio

import pytest

from antiphon.errors import ProviderAuthError, ProviderError, ProviderTimeoutError
from antiphon.testing.contracts.common import check_cancellation, check_failure, nobody_to_ask, run


def test_a_scenario_is_run() -> None:
    done = []

    async def scenario() -> None:
        done.append(1)

    run(scenario)
    assert done == [1]


def test_a_task_left_behind_is_found() -> None:
    forever: list[asyncio.Task[object]] = []

    async def scenario() -> None:
        forever.append(asyncio.get_running_loop().create_task(asyncio.Event().wait()))

    with pytest.raises(AssertionError, match=r"tasks left behind: .*Event\.wait"):
        run(scenario)


def test_a_task_that_is_about_to_end_is_not() -> None:
    async def scenario() -> None:
        task = asyncio.get_running_loop().create_task(asyncio.Event().wait())
        await asyncio.sleep(0)
        task.cancel()

    run(scenario)


def test_a_scenario_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.testing.contracts.common.SCENARIO_S", 0.02)

    async def scenario() -> None:
        await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        run(scenario)


async def under_way(reached: asyncio.Event) -> None:
    reached.set()
    await asyncio.Event().wait()


async def test_work_that_lets_go_at_once_passes() -> None:
    await check_cancellation(under_way, nobody_to_ask)


async def test_work_that_lingers_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.testing.contracts.common.CANCEL_MS", 5)

    async def lingers(reached: asyncio.Event) -> None:
        try:
            await under_way(reached)
        finally:
            await asyncio.sleep(0.02)

    with pytest.raises(AssertionError, match=r"cancelling took \d+ ms at best: expected at most 5"):
        await check_cancellation(lingers, nobody_to_ask)


async def test_a_vendor_that_is_told_late_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.testing.contracts.common.CANCEL_MS", 5)

    async def told_late() -> None:
        await asyncio.sleep(0.02)

    with pytest.raises(AssertionError, match="cancelling took"):
        await check_cancellation(under_way, told_late)


async def attempt(error: Exception | None) -> None:
    if error is not None:
        raise error


async def test_the_expected_error_passes() -> None:
    await check_failure(attempt(ProviderAuthError("x", "no")), ProviderAuthError)


@pytest.mark.parametrize(
    ("error", "complaint"),
    [
        (None, "nothing was raised: expected ProviderAuthError"),
        (ProviderTimeoutError("x", "late"), r"ProviderTimeoutError \(x: late\): expected ProviderAuthError"),
        (ProviderAuthError("x", "two\nlines"), "more than one line"),
    ],
)
async def test_any_other_is_found(error: ProviderError | None, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        await check_failure(attempt(error), ProviderAuthError)


async def test_an_error_that_is_not_ours_passes_through() -> None:
    with pytest.raises(KeyError):
        await check_failure(attempt(KeyError("theirs")), ProviderAuthError)
