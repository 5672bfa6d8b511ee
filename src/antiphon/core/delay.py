"""How much delay hides the jitter of a stream: a quantile of what was observed, with forgetting.

Packets arrive later than the fastest of their recent kind by an amount that varies: that lateness goes
into a histogram whose weights decay with every observation, and the target is the delay that the wanted
share of packets does not exceed. WebRTC's NetEQ sets its delay in this manner.
"""

from __future__ import annotations

import math
from collections import deque

from antiphon.core.checks import check_range


class DelayEstimator:
    """Target delay of one stream.

    The caller observes for each packet any measure of its transit: arrival less capture or send time. A
    constant in it, such as the difference of two clocks, drops out, as only the distance to the fastest
    counts; and "fastest" is taken over a window of time, so that a drift of the clocks drops out too.
    """

    def __init__(
        self,
        quantile: float = 0.95,
        forget: float = 0.983,
        bucket_ms: float = 5.0,
        max_ms: float = 500.0,
        window: int = 500,
    ) -> None:
        """Make an estimator.

        Args:
            quantile: Share of the packets that should be in time.
            forget: Weight that the past keeps at each observation; 0.983 remembers some 60 of them.
            bucket_ms: Width of the histogram's buckets: the target is a multiple of it.
            max_ms: The target never exceeds this.
            window: Observations among which the fastest is looked for.

        Raises:
            ConfigError: If a value is out of range.
        """
        check_range("delay.quantile", quantile, 0.0, 1.0)
        check_range("delay.forget", forget, 0.0, 0.99999)
        check_range("delay.bucket_ms", bucket_ms, 0.1, 1_000)
        check_range("delay.max_ms", max_ms, bucket_ms, 60_000)
        check_range("delay.window", window, 1, 100_000)
        self._quantile = quantile
        self._forget = forget
        self._bucket_ms = bucket_ms
        self._max_ms = max_ms
        self._window = window
        self._weights = [0.0] * (math.ceil(max_ms / bucket_ms) + 1)
        self._total = 0.0
        self._observed = 0
        # Candidates for the fastest, rising, each later than the one before: the first is the fastest.
        self._fastest: deque[tuple[int, float]] = deque()

    @property
    def target_ms(self) -> float:
        """The delay from the fastest packet that hides the wanted share of the jitter; 0 before any is seen.

        The upper edge of the quantile's bucket, so that the share is met and not just missed.
        """
        wanted = self._quantile * self._total
        reached = 0.0
        for bucket, weight in enumerate(self._weights):
            reached += weight
            if weight > 0 and reached >= wanted * (1 - 1e-9):
                return min(self._max_ms, bucket * self._bucket_ms)
        return 0.0

    def observe(self, delay_ms: float) -> None:
        """Take the transit of the next packet, in milliseconds on any clock; it may be negative."""
        assert math.isfinite(delay_ms), "a transit time is a number"
        late_ms = delay_ms - self._note_fastest(delay_ms)
        # Bucket 0 holds the fastest alone, bucket n what is later than n - 1 widths and up to n.
        bucket = min(len(self._weights) - 1, math.ceil(late_ms / self._bucket_ms))
        self._weights = [weight * self._forget for weight in self._weights]
        self._weights[bucket] += 1.0
        self._total = self._total * self._forget + 1.0

    def _note_fastest(self, delay_ms: float) -> float:
        """The least transit among the newest ``window`` observations, this one included."""
        while self._fastest and self._fastest[-1][1] >= delay_ms:
            self._fastest.pop()
        self._fastest.append((self._observed, delay_ms))
        self._observed += 1
        if self._fastest[0][0] <= self._observed - 1 - self._window:
            self._fastest.popleft()
        return self._fastest[0][1]
