"""The other end's clock against one's own, from pings: good to a fraction of the fastest round trip."""

from __future__ import annotations

from collections import deque

NS_PER_US = 1_000
FREELY = 5  # observations during which the estimate may jump
SLEW_PPM = (
    100  # by how much it may drift afterwards: more than crystals do, too little to bend a turn's account
)
WINDOW = 16  # observations among which the quickest is believed


class PeerClock:
    """What to add to the other end's time for one's own.

    A ping and its answer bound the difference: the answer was written between the two. The middle of the
    quickest of recent round trips is taken (D. L. Mills, RFC 5905, section 10, does the same). Once it is
    known it changes slowly, so that two moments of one turn are in effect told on one clock.
    """

    def __init__(self) -> None:
        self._recent: deque[tuple[int, int]] = deque(maxlen=WINDOW)  # round trip, difference
        self._observed = 0
        self._offset_ns: int | None = None
        self._set_ns = 0

    @property
    def round_trip_ns(self) -> int | None:
        """The quickest of recent round trips; ``None`` before the first."""
        return min(self._recent)[0] if self._recent else None

    def observe(self, sent_ns: int, peer_us: int, now_ns: int) -> None:
        """A ping sent at ``sent_ns`` has been answered at ``peer_us`` of the other end's time."""
        if now_ns < sent_ns:
            return
        self._recent.append((now_ns - sent_ns, (sent_ns + now_ns) // 2 - peer_us * NS_PER_US))
        self._observed += 1
        best_ns = min(self._recent)[1]
        if self._offset_ns is None or self._observed <= FREELY:
            self._offset_ns = best_ns
        else:
            most_ns = (now_ns - self._set_ns) * SLEW_PPM // 1_000_000
            self._offset_ns += max(-most_ns, min(most_ns, best_ns - self._offset_ns))
        self._set_ns = now_ns

    def to_own_ns(self, peer_us: int) -> int | None:
        """A moment of the other end's on one's own clock; ``None`` while nothing is known of it."""
        return None if self._offset_ns is None else peer_us * NS_PER_US + self._offset_ns
