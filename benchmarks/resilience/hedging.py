"""What hedging is worth: the first token of two models in a chain, alone and hedged, in virtual time.

Each model's first token comes after a log-normal time; now and then it hangs for seconds, as vendors do. The
chain is the runtime's own.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from random import Random

from antiphon.core.failover import Resilience
from antiphon.core.messages import Message
from antiphon.errors import ProviderError
from antiphon.providers.base import LLMEvent, LLMRequest, TextDelta
from antiphon.runtime.chains import ResilientLLM
from antiphon.runtime.clock import Clock
from antiphon.simulation.chance import chance
from antiphon.simulation.loop import run
from antiphon.telemetry.report import percentile

REQUEST = LLMRequest((Message("user", "hello"),))


@dataclass(frozen=True)
class Pace:
    """How a model's first token comes.

    Attributes:
        median_ms: Of a log-normal time with a sigma of 0.25.
        hang_share: How often it takes ``hang_ms`` instead.
    """

    median_ms: float
    hang_share: float = 0.02
    hang_ms: float = 3_000


class PacedModel:
    """A model whose first token comes at a pace."""

    def __init__(self, name: str, pace: Pace, rng: Random, clock: Clock) -> None:
        self.name, self._pace, self._rng, self._clock = name, pace, rng, clock
        self.requests = 0

    async def stream(self, request: LLMRequest) -> AsyncIterator[LLMEvent]:
        """One piece of text, when its time has come."""
        self.requests += 1
        await self._clock.sleep_until(self._clock.now_ns() + round(self._first_token_ms() * 1e6))
        yield TextDelta(self.name)

    def _first_token_ms(self) -> float:
        if self._rng.random() < self._pace.hang_share:
            return self._pace.hang_ms
        return self._rng.lognormvariate(math.log(self._pace.median_ms), 0.25)

    async def warm(self) -> None:
        """Nothing to make ready."""

    async def aclose(self) -> None:
        """Nothing to let go of."""


def delays_ms(paces: list[Pace], settings: Resilience, requests: int, seed: int) -> tuple[list[float], float]:
    """First-token times of a chain, and requests made for each asked."""

    async def main() -> tuple[list[float], float]:
        clock = Clock()
        models = [
            PacedModel(f"m{number}", pace, chance(seed, "pace", number), clock)
            for number, pace in enumerate(paces)
        ]
        chain = ResilientLLM(models, settings, clock, chance(seed, "jitter"), _ignore)
        found = []
        for _ in range(requests):
            start_ns = clock.now_ns()
            async with aclosing(chain.stream(REQUEST)) as events:
                await anext(events)
                found.append((clock.now_ns() - start_ns) / 1e6)
        return found, sum(model.requests for model in models) / requests

    return run(main)


def _ignore(error: ProviderError) -> None: ...


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="one object on stdout")
    options = parser.parse_args()
    first, second = Pace(400), Pace(450)
    plain = Resilience(retries=0)
    chains: dict[str, tuple[list[Pace], Resilience]] = {
        "first alone": ([first], plain),
        "second alone": ([second], plain),
        **{
            f"hedged after {after_ms} ms": (
                [first, second],
                Resilience(retries=0, hedge_after_ms=after_ms),
            )
            for after_ms in (300, 400, 500, 600, 700)
        },
    }
    rows = []
    for name, (paces, settings) in chains.items():
        found, per_request = delays_ms(paces, settings, options.requests, options.seed)
        shares = {f"p{round(100 * share)}": percentile(found, share) for share in (0.5, 0.95, 0.99)}
        rows.append({"chain": name, "requests_per_answer": round(per_request, 3), **shares})
    better_p95 = min(row["p95"] for row in rows[:2])
    if options.json:
        print(json.dumps({"rows": rows, "seed": options.seed, "better_p95_ms": better_p95}))
        return
    for row in rows:
        print(
            f"{row['chain']:22} p50 {row['p50']:6.0f}  p95 {row['p95']:6.0f}  p99 {row['p99']:6.0f} ms"
            f"  {row['requests_per_answer']:.2f} requests  p99 / better p95 {row['p99'] / better_p95:.2f}"
        )


if __name__ == "__main__":
    main()
