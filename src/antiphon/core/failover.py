"""Which provider is asked next: the order of a chain, circuit breakers, when to retry and when to hedge.

A provider that fails a few times in a row is left out for a while (its circuit is open); then one request
may try it again, hedged, so that the caller does not pay for the trial. When it answers it is back in its
place. If every circuit is open, the one that closes soonest is asked all the same: a refusal helps nobody.
The pattern is M. Nygard's (Release It!, 2007).
"""

from __future__ import annotations

from dataclasses import dataclass

from antiphon.core.checks import check_range
from antiphon.core.times import NS_PER_MS


@dataclass(frozen=True, slots=True)
class Resilience:
    """How faults of providers are borne.

    Attributes:
        first_byte_timeout_ms: How long a model or a voice may take to give anything.
        between_bytes_timeout_ms: How long it may pause once it has begun.
        retries: More requests to the same provider after one that failed, while nothing was heard.
        retry_delay_ms: Wait before a retry, on average; it is drawn from half to one and a half of this.
        hedge_after_ms: Ask the next provider as well when the first has given nothing for this long; the
            first to begin is used, the other cancelled. ``None``: only when one fails.
        breaker_failures: Failures in a row that open a provider's circuit.
        breaker_open_ms: How long it stays open before one request may try again.
    """

    first_byte_timeout_ms: int = 4_000
    between_bytes_timeout_ms: int = 2_500
    retries: int = 1
    retry_delay_ms: int = 100
    hedge_after_ms: int | None = None
    breaker_failures: int = 3
    breaker_open_ms: int = 15_000

    def __post_init__(self) -> None:
        check_range("resilience.first_byte_timeout_ms", self.first_byte_timeout_ms, 10, 120_000)
        check_range("resilience.between_bytes_timeout_ms", self.between_bytes_timeout_ms, 10, 120_000)
        check_range("resilience.retries", self.retries, 0, 10)
        check_range("resilience.retry_delay_ms", self.retry_delay_ms, 0, 10_000)
        if self.hedge_after_ms is not None:
            check_range("resilience.hedge_after_ms", self.hedge_after_ms, 10, 120_000)
        check_range("resilience.breaker_failures", self.breaker_failures, 1, 1_000)
        check_range("resilience.breaker_open_ms", self.breaker_open_ms, 0, 3_600_000)


@dataclass(slots=True)
class Circuit:
    """A provider's recent record."""

    failures: int = 0  # in a row
    open_until_ns: int | None = None
    trying: bool = False  # the one request that may find out


class Chain:
    """The providers of one kind in order of preference."""

    def __init__(self, length: int, settings: Resilience) -> None:
        self._circuits = [Circuit() for _ in range(length)]
        self._settings = settings

    def order(self, now_ns: int) -> list[int]:
        """Whom to ask, in order: never nobody."""
        allowed = [index for index, circuit in enumerate(self._circuits) if _allows(circuit, now_ns)]
        return allowed or [min(range(len(self._circuits)), key=self._opens_at)]

    def is_trial(self, index: int) -> bool:
        """Whether a request to this provider is to find out whether it is back."""
        return self._circuits[index].open_until_ns is not None

    def begin(self, index: int) -> None:
        """A request goes to this provider."""
        circuit = self._circuits[index]
        circuit.trying = circuit.open_until_ns is not None

    def succeeded(self, index: int) -> None:
        """It answered."""
        self._circuits[index] = Circuit()

    def abandoned(self, index: int) -> None:
        """Nobody waited for its answer: nothing was learned."""
        self._circuits[index].trying = False

    def failed(self, index: int, now_ns: int) -> None:
        """It did not answer."""
        circuit = self._circuits[index]
        circuit.failures += 1
        circuit.trying = False
        if circuit.failures >= self._settings.breaker_failures:
            circuit.open_until_ns = now_ns + self._settings.breaker_open_ms * NS_PER_MS

    def _opens_at(self, index: int) -> int:
        return self._circuits[index].open_until_ns or 0


def _allows(circuit: Circuit, now_ns: int) -> bool:
    if circuit.open_until_ns is None:
        return True
    return now_ns >= circuit.open_until_ns and not circuit.trying
