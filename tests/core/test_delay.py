import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.delay import DelayEstimator
from antiphon.errors import ConfigError

delays = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200)


def estimate(transits_ms: list[float], **settings: float) -> float:
    estimator = DelayEstimator(**settings)
    for transit_ms in transits_ms:
        estimator.observe(transit_ms)
    return estimator.target_ms


def test_before_anything_is_seen_there_is_nothing_to_wait_for() -> None:
    assert DelayEstimator().target_ms == 0


@given(st.floats(-1e6, 1e6), st.integers(1, 300))
def test_a_steady_stream_needs_no_delay_whatever_its_transit(transit_ms: float, count: int) -> None:
    assert estimate([transit_ms] * count) == 0


@given(delays, st.floats(0, 1), st.floats(5, 2_000))
def test_the_target_is_never_negative_and_never_more_than_allowed(
    transits_ms: list[float], quantile: float, max_ms: float
) -> None:
    assert 0 <= estimate(transits_ms, quantile=quantile, max_ms=max_ms) <= max_ms


@given(delays, st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_never_needs_less(transits_ms: list[float], one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert estimate(transits_ms, quantile=low) <= estimate(transits_ms, quantile=high)


@given(st.lists(st.integers(0, 300), min_size=1, max_size=100), st.integers(0, 99), st.integers(0, 300))
def test_a_packet_that_comes_later_never_lowers_the_target(
    transits_ms: list[int], which: int, extra_ms: int
) -> None:
    before = [0, *transits_ms]  # the fastest stays the same
    after = before.copy()
    after[1 + which % len(transits_ms)] += extra_ms
    assert estimate(before) <= estimate(after)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=100), st.integers(-(10**6), 10**6))
def test_the_clocks_offset_makes_no_difference(transits_ms: list[int], offset_ms: int) -> None:
    assert estimate(transits_ms) == estimate([transit_ms + offset_ms for transit_ms in transits_ms])


@given(st.lists(st.integers(0, 400), min_size=1, max_size=300), st.sampled_from([0.5, 0.8, 0.95, 1.0]))
def test_without_forgetting_the_wanted_share_is_in_time(transits_ms: list[int], quantile: float) -> None:
    transits = [0, *transits_ms]
    target_ms = estimate(transits, quantile=quantile, forget=0.99999, window=1_000)
    in_time = sum(transit_ms <= target_ms for transit_ms in transits) / len(transits)
    assert in_time >= quantile - 0.01


def test_what_is_long_past_is_forgotten() -> None:
    assert estimate([0.0, 200.0] * 50) == 200
    assert estimate([0.0, 200.0] * 50 + [0.0] * 200) == 0


def test_one_late_packet_in_a_hundred_is_left_late_and_one_in_ten_is_not() -> None:
    chance = random.Random(1)
    rare, frequent = DelayEstimator(forget=0.998), DelayEstimator(forget=0.998)
    for _ in range(3_000):
        rare.observe(150.0 if chance.random() < 0.01 else 0.0)
        frequent.observe(150.0 if chance.random() < 0.1 else 0.0)
    assert rare.target_ms == 0
    assert frequent.target_ms == 150


def test_clocks_that_drift_apart_do_not_pile_up_delay() -> None:
    assert estimate([index * 0.01 for index in range(20_000)], window=500) <= 5


def test_a_stream_that_becomes_slower_for_good_is_not_late_for_ever() -> None:
    estimator = DelayEstimator(window=100)
    for transit_ms in [0.0] * 100 + [80.0] * 50:
        estimator.observe(transit_ms)
    assert estimator.target_ms == 80
    for _ in range(400):
        estimator.observe(80.0)
    assert estimator.target_ms == 0


@pytest.mark.parametrize(
    "settings", [{"quantile": 1.5}, {"forget": 1.0}, {"bucket_ms": 0}, {"max_ms": 1}, {"window": 0}]
)
def test_settings_out_of_range_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match=f"delay.{next(iter(settings))}"):
        DelayEstimator(**settings)
