"""Which provider is asked next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.failover import Chain, Resilience
from antiphon.core.times import NS_PER_MS
from antiphon.errors import ConfigError

SETTINGS = Resilience(breaker_failures=2, breaker_open_ms=1_000)
OPEN_NS = 1_000 * NS_PER_MS


def test_providers_are_asked_in_order_of_preference() -> None:
    assert Chain(3, SETTINGS).order(0) == [0, 1, 2]


def test_one_failure_does_not_leave_a_provider_out() -> None:
    chain = Chain(2, SETTINGS)
    chain.failed(0, 0)
    assert chain.order(0) == [0, 1]


def test_failures_in_a_row_leave_it_out_for_a_while() -> None:
    chain = Chain(2, SETTINGS)
    chain.failed(0, 0)
    chain.failed(0, 0)
    assert chain.order(OPEN_NS - 1) == [1]
    assert chain.order(OPEN_NS) == [0, 1]


def test_a_success_between_them_wipes_the_slate() -> None:
    chain = Chain(2, SETTINGS)
    chain.failed(0, 0)
    chain.succeeded(0)
    chain.failed(0, 0)
    assert chain.order(0) == [0, 1]


def test_only_one_request_at_a_time_tries_whether_it_is_back() -> None:
    chain = Chain(2, SETTINGS)
    chain.failed(0, 0)
    chain.failed(0, 0)
    assert chain.is_trial(0)
    chain.begin(0)
    assert chain.order(OPEN_NS) == [1]


def test_a_trial_that_nobody_waited_for_may_be_made_again() -> None:
    chain = Chain(2, SETTINGS)
    chain.failed(0, 0)
    chain.failed(0, 0)
    chain.begin(0)
    chain.abandoned(0)
    assert chain.order(OPEN_NS) == [0, 1]


def test_a_trial_that_fails_leaves_it_out_again() -> None:
    chain = Chain(2, SETTINGS)
    chain.failed(0, 0)
    chain.failed(0, 0)
    chain.begin(0)
    chain.failed(0, OPEN_NS)
    assert chain.order(2 * OPEN_NS - 1) == [1]


def test_a_trial_that_succeeds_puts_it_back_in_its_place() -> None:
    chain = Chain(2, SETTINGS)
    chain.failed(0, 0)
    chain.failed(0, 0)
    chain.begin(0)
    chain.succeeded(0)
    assert chain.order(0) == [0, 1]
    assert not chain.is_trial(0)


def test_with_all_left_out_the_one_that_is_back_soonest_is_asked() -> None:
    chain = Chain(2, SETTINGS)
    for at_ns, index in ((5, 0), (5, 0), (3, 1), (3, 1)):
        chain.failed(index, at_ns)
    assert chain.order(6) == [1]


@given(
    st.integers(1, 4),
    st.lists(st.tuples(st.sampled_from(["begin", "succeeded", "failed", "abandoned"]), st.integers(0, 3))),
)
def test_somebody_is_always_asked_and_nobody_twice(length: int, history: list[tuple[str, int]]) -> None:
    chain = Chain(length, SETTINGS)
    for now_ns, (what, index) in enumerate(history):
        if what == "failed":
            chain.failed(index % length, now_ns)
        else:
            getattr(chain, what)(index % length)
        order = chain.order(now_ns)
        assert order
        assert len(set(order)) == len(order)


@pytest.mark.parametrize(
    "setting",
    ["first_byte_timeout_ms", "between_bytes_timeout_ms", "retries", "retry_delay_ms", "hedge_after_ms",
     "breaker_failures", "breaker_open_ms"],
)  # fmt: skip
def test_a_setting_out_of_range_is_refused_by_name(setting: str) -> None:
    with pytest.raises(ConfigError, match=f"resilience.{setting}"):
        Resilience(**{setting: -1})
