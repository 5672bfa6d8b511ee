"""Streams that survive their vendors, in virtual time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from random import Random

import pytest

from antiphon.core.failover import Chain, Resilience
from antiphon.core.times import NS_PER_MS
from antiphon.errors import (
    ProviderAuthError,
    ProviderConnectionError,
    ProviderError,
    ProviderTimeoutError,
)
from antiphon.runtime.clock import Clock
from antiphon.runtime.resilience import Relay
from antiphon.simulation.loop import run

Plan = list[float | str | ProviderError]  # waits in ms, items, an error to end with


class Vendors:
    """Providers that each follow their plans, request by request."""

    def __init__(self, *plans: list[Plan]) -> None:
        self.plans = [list(requests) for requests in plans]
        self.asked: list[int] = []
        self.closed: list[int] = []
        self.reported: list[str] = []

    async def ask(self, index: int) -> AsyncIterator[str]:
        self.asked.append(index)
        requests = self.plans[index]
        plan = requests.pop(0) if len(requests) > 1 else requests[0]
        try:
            for step in plan:
                if isinstance(step, ProviderError):
                    raise step
                if isinstance(step, str):
                    yield step
                else:
                    await asyncio.sleep(step / 1000)
        finally:
            self.closed.append(index)

    def relay(self, settings: Resilience) -> Relay[str]:
        names = [f"vendor{index}" for index in range(len(self.plans))]
        chain = Chain(len(self.plans), settings)
        report: Callable[[ProviderError], None] = lambda error: self.reported.append(str(error))  # noqa: E731
        return Relay(names, chain, settings, Clock(), Random(1), report)


def refused(name: str = "vendor0") -> ProviderError:
    return ProviderConnectionError(name, "refused")


def collect(vendors: Vendors, settings: Resilience) -> tuple[list[str], float]:
    """The items, and the ms until the first."""

    async def main() -> tuple[list[str], float]:
        clock = Clock()
        items, first_ms = [], 0.0
        async for item in vendors.relay(settings).stream(vendors.ask):
            if not items:
                first_ms = clock.now_ns() / NS_PER_MS
            items.append(item)
        return items, first_ms

    return run(main)


def test_a_provider_that_answers_is_all_that_is_asked() -> None:
    vendors = Vendors([[100, "a", 50, "b"]], [["never"]])
    assert collect(vendors, Resilience()) == (["a", "b"], 100)
    assert vendors.asked == [0]
    assert vendors.reported == []


def test_a_failed_request_is_made_again_after_a_moment() -> None:
    vendors = Vendors([[refused()], ["a"]])
    items, first_ms = collect(vendors, Resilience(retries=1, retry_delay_ms=100))
    assert items == ["a"]
    assert 50 <= first_ms <= 150
    assert vendors.reported == ["vendor0: refused"]


def test_when_retries_are_used_up_the_next_provider_is_asked() -> None:
    vendors = Vendors([[refused()]], [[20, "b"]])
    items, _ = collect(vendors, Resilience(retries=1))
    assert items == ["b"]
    assert vendors.asked == [0, 0, 1]


def test_what_can_not_be_mended_is_not_tried_again() -> None:
    vendors = Vendors([[ProviderAuthError("vendor0", "wrong key")]], [["b"]])
    assert collect(vendors, Resilience(retries=3))[0] == ["b"]
    assert vendors.asked == [0, 1]


def test_silence_counts_as_failure_when_its_deadline_is_over() -> None:
    vendors = Vendors([[60_000, "late"]], [[100, "b"]])
    items, first_ms = collect(vendors, Resilience(first_byte_timeout_ms=800, retries=0))
    assert items == ["b"]
    assert first_ms == pytest.approx(900)  # deadline + the next one's own time: nothing else is lost


def test_when_all_fail_the_last_error_is_raised() -> None:
    vendors = Vendors([[refused()]], [[ProviderConnectionError("vendor1", "closed")]])
    with pytest.raises(ProviderConnectionError, match="vendor1: closed"):
        collect(vendors, Resilience(retries=0))
    assert vendors.reported == ["vendor0: refused", "vendor1: closed"]


def test_a_break_after_the_first_item_is_passed_on() -> None:
    vendors = Vendors([["a", refused()]], [["b"]])
    with pytest.raises(ProviderConnectionError, match="refused"):
        collect(vendors, Resilience())
    assert vendors.asked == [0]


def test_a_pause_in_mid_stream_ends_it() -> None:
    vendors = Vendors([["a", 60_000, "b"]])
    with pytest.raises(ProviderTimeoutError, match="stopped for 300 ms"):
        collect(vendors, Resilience(between_bytes_timeout_ms=300))
    assert vendors.closed == [0]


def test_an_empty_stream_is_an_answer_too() -> None:
    vendors = Vendors([[10]], [["b"]])
    assert collect(vendors, Resilience()) == ([], 0)
    assert vendors.asked == [0]


def test_a_late_provider_is_hedged_and_the_first_to_begin_is_used() -> None:
    vendors = Vendors([[2_000, "a"]], [[100, "b", 10, "c"]])
    items, first_ms = collect(vendors, Resilience(hedge_after_ms=300))
    assert items == ["b", "c"]
    assert first_ms == pytest.approx(400)
    assert sorted(vendors.closed) == [0, 1]


def test_the_hedge_loses_when_the_first_begins_after_all() -> None:
    vendors = Vendors([[350, "a"]], [[200, "b"]])
    assert collect(vendors, Resilience(hedge_after_ms=300)) == (["a"], pytest.approx(350))
    assert vendors.closed[0] == 1 or sorted(vendors.closed) == [0, 1]


def test_a_single_provider_is_hedged_with_itself() -> None:
    vendors = Vendors([[2_000, "slow"], [100, "quick"]])
    assert collect(vendors, Resilience(hedge_after_ms=300))[0] == ["quick"]


def test_a_provider_that_is_back_takes_its_place_again() -> None:
    settings = Resilience(retries=0, breaker_failures=1, breaker_open_ms=1_000)

    async def main() -> list[str]:
        vendors = Vendors([[refused()], ["first again"]], [["second"]])
        relay = vendors.relay(settings)
        heard = []
        for _ in range(3):
            heard += [item async for item in relay.stream(vendors.ask)]
            await asyncio.sleep(0.6)
        return heard

    assert run(main) == ["second", "second", "first again"]


def test_the_trial_of_a_provider_that_was_down_is_hedged() -> None:
    settings = Resilience(retries=0, breaker_failures=1, breaker_open_ms=1_000, first_byte_timeout_ms=5_000)

    async def main() -> tuple[list[str], float]:
        vendors = Vendors([[refused()], [60_000]], [["second"]])
        relay, clock = vendors.relay(settings), Clock()
        _ = [item async for item in relay.stream(vendors.ask)]
        await asyncio.sleep(1)
        began_ns = clock.now_ns()
        items = [item async for item in relay.stream(vendors.ask)]
        return items, (clock.now_ns() - began_ns) / NS_PER_MS

    items, took_ms = run(main)
    assert items == ["second"]
    assert took_ms == pytest.approx(500)


def test_closing_the_stream_closes_the_request() -> None:
    async def main() -> list[int]:
        vendors = Vendors([["a", 10, "b", 10, "c"]])
        async with aclosing(vendors.relay(Resilience()).stream(vendors.ask)) as items:
            assert await anext(items) == "a"
        return vendors.closed

    assert run(main) == [0]


def test_cancellation_while_waiting_closes_every_request() -> None:
    async def main() -> list[int]:
        vendors = Vendors([[60_000]], [[60_000]])
        relay = vendors.relay(Resilience(hedge_after_ms=100, first_byte_timeout_ms=100_000))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                _ = [item async for item in relay.stream(vendors.ask)]
        return sorted(vendors.closed)

    assert run(main) == [0, 1]
