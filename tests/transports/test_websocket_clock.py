from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from antiphon.transports.websocket_clock import FREELY, SLEW_PPM, PeerClock

MS = 1_000_000
US_PER_S = 1_000_000


def observe(clock: PeerClock, at_ms: int, *, up_ms: float, down_ms: float, ahead_us: int = 0) -> None:
    """A ping that travels for a while each way, to a peer whose clock is ahead."""
    answered_us = round((at_ms + up_ms) * 1_000) + ahead_us
    clock.observe(at_ms * MS, answered_us, round((at_ms + up_ms + down_ms) * MS))


def test_nothing_is_known_before_the_first_answer() -> None:
    clock = PeerClock()
    assert clock.to_own_ns(5) is None
    assert clock.round_trip_ns is None


@given(st.integers(-(10**12), 10**12), st.floats(0, 500), st.floats(0, 500))
def test_a_moment_is_known_to_half_a_round_trip(ahead_us: int, up_ms: float, down_ms: float) -> None:
    clock = PeerClock()
    observe(clock, 10**7, up_ms=up_ms, down_ms=down_ms, ahead_us=10**13 + ahead_us)
    own_ns = clock.to_own_ns(10**13 + ahead_us + 12_345_000_000)
    assert own_ns is not None
    assert abs(own_ns - 12_345_000 * MS) <= (up_ms + down_ms) / 2 * MS + 2_000


def test_the_quickest_of_recent_round_trips_is_believed() -> None:
    clock = PeerClock()
    observe(clock, 0, up_ms=80, down_ms=0)
    observe(clock, 100, up_ms=1, down_ms=1)
    observe(clock, 200, up_ms=0, down_ms=90)
    assert clock.round_trip_ns == 2 * MS
    assert clock.to_own_ns(300_000) == 300 * MS


def test_once_known_it_changes_slowly() -> None:
    clock = PeerClock()
    for number in range(FREELY):
        observe(clock, number * 1_000, up_ms=5, down_ms=5)
    observe(clock, 10_000, up_ms=0, down_ms=0, ahead_us=7_000)
    own_ns = clock.to_own_ns(0)
    assert own_ns == -(5_990 * MS) * SLEW_PPM // US_PER_S


def test_a_drift_is_followed() -> None:
    clock = PeerClock()
    for second in range(600):
        observe(clock, second * 1_000, up_ms=1, down_ms=1, ahead_us=second * 30)
    own_ns = clock.to_own_ns(600 * US_PER_S + 18_000)
    assert own_ns is not None
    assert abs(own_ns - 600_000 * MS) < MS


def test_an_answer_before_its_ping_is_passed_over() -> None:
    clock = PeerClock()
    clock.observe(5, 0, 4)
    assert clock.to_own_ns(0) is None
