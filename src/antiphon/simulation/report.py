"""From calls to figures: the object that ``antiphon simulate --json`` prints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np

from antiphon.simulation.checkers import Violation
from antiphon.simulation.measures import CallMeasures


class Percentiles(TypedDict):
    """In milliseconds; ``None`` where there was nothing to measure."""

    p50: float | None
    p95: float | None


class PopulationReport(TypedDict):
    """One population's figures."""

    glass_to_glass_ms: Percentiles
    substance_ms: Percentiles
    seam_gap_ms: Percentiles
    hit_rate: float | None
    llm_calls_per_turn: float | None
    spend_ratio: float | None
    cut_ins_per_100: float | None


class ViolationReport(TypedDict):
    """A breach of an invariant, and the call that ``--replay`` shows it in."""

    call: str
    population: str
    strategy: str
    invariant: int
    at_ms: float
    message: str


class Report(TypedDict):
    """What a run of many calls found."""

    seed: int
    calls: int
    turns: int
    violations: list[ViolationReport]
    turns_per_s: float
    populations: dict[str, PopulationReport]


@dataclass(frozen=True, slots=True)
class CallSummary:
    """What is kept of a call.

    Attributes:
        call: ``SEED:INDEX``.
        population: Who called.
        measures: Its figures.
        baseline_usd: What the same call cost without drafts, if it was compared.
        violations: By the strategy it was answered with.
    """

    call: str
    population: str
    measures: CallMeasures
    baseline_usd: float | None
    violations: tuple[tuple[str, Violation], ...]


def report(seed: int, summaries: Iterable[CallSummary], turns_per_s: float) -> Report:
    """Put calls together.

    Args:
        seed: What they were drawn from.
        summaries: The calls, in any order.
        turns_per_s: How fast one process simulated them.
    """
    every = sorted(summaries, key=lambda summary: int(summary.call.partition(":")[2]))
    by_population: dict[str, list[CallSummary]] = {}
    for summary in every:
        by_population.setdefault(summary.population, []).append(summary)
    return {
        "seed": seed,
        "calls": len(every),
        "turns": sum(summary.measures.turns for summary in every),
        "violations": [
            {
                "call": summary.call,
                "population": summary.population,
                "strategy": strategy,
                "invariant": violation.invariant,
                "at_ms": round(violation.at_ms, 3),
                "message": violation.message,
            }
            for summary in every
            for strategy, violation in summary.violations
        ],
        "turns_per_s": round(turns_per_s, 1),
        "populations": {name: _population(calls) for name, calls in by_population.items()},
    }


def _population(calls: Sequence[CallSummary]) -> PopulationReport:
    measures = [call.measures for call in calls]
    compared = [
        (call.measures.spend_usd, call.baseline_usd) for call in calls if call.baseline_usd is not None
    ]
    turns = sum(one.turns for one in measures)
    return {
        "glass_to_glass_ms": percentiles([delay for one in measures for delay in one.glass_to_glass_ms]),
        "substance_ms": percentiles([delay for one in measures for delay in one.substance_ms]),
        "seam_gap_ms": percentiles([gap for one in measures for gap in one.seam_gap_ms]),
        "hit_rate": _ratio(sum(one.hits for one in measures), turns),
        "llm_calls_per_turn": _ratio(sum(one.llm_calls for one in measures), turns),
        "spend_ratio": _ratio(sum(spent for spent, _ in compared), sum(baseline for _, baseline in compared)),
        "cut_ins_per_100": _ratio(100 * sum(one.cut_ins for one in measures), turns),
    }


def percentiles(values: Sequence[float]) -> Percentiles:
    """Median and 95th percentile, between the nearest values where need be."""
    if not values:
        return {"p50": None, "p95": None}
    p50, p95 = np.percentile(values, (50, 95))
    return {"p50": round(float(p50), 1), "p95": round(float(p95), 1)}


def _ratio(value: float, of: float) -> float | None:
    return round(value / of, 4) if of else None
