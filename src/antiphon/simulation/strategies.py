"""Strategies and thresholds on the same calls: how fast, how often right, at what price."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypedDict

from antiphon.config import Mode, Modes
from antiphon.core.judge import Judge, JudgeSettings, Measure
from antiphon.core.speculation import Speculation, Strategy, Trigger
from antiphon.simulation.call import CallResult, CallSettings, simulate_call
from antiphon.simulation.evidence import Evidence
from antiphon.simulation.measures import measure
from antiphon.simulation.report import Percentiles, percentiles

STREAMING = Modes()
BATCH = Modes(Mode.BATCH, Mode.BATCH, Mode.BATCH)
THRESHOLDS = (0.6, 0.7, 0.8, 0.9)


class StrategyRow(TypedDict):
    """One way to answer, over all calls."""

    strategy: str
    drafts_at: str
    measure: str
    threshold: float | None
    guard: bool
    turns: int
    glass_to_glass_ms: Percentiles
    right_replies: float | None
    hit_rate: float
    llm_calls_per_turn: float
    spend_ratio: float
    cut_ins_per_100: float


@dataclass(frozen=True, slots=True)
class Variant:
    """A way to answer.

    Attributes:
        name: As in the table.
        speculation: How replies are drafted ahead.
        modes: Streaming or batch, stage by stage.
    """

    name: str
    speculation: Speculation
    modes: Modes = STREAMING


def variants() -> tuple[Variant, ...]:
    """Batch; streaming without drafts; drafts at pauses; drafts at changed interims, under several rules."""
    at_pauses = Speculation()
    at_interims = replace(at_pauses, triggers=tuple(Trigger))
    plain = replace(at_interims, guard=False, measure=Measure.LEVENSHTEIN)
    return (
        Variant("batch", replace(at_pauses, strategy=Strategy.DISCARD), BATCH),
        Variant("discard", replace(at_pauses, strategy=Strategy.DISCARD)),
        Variant("use-if-similar", at_pauses),
        Variant("use-if-similar", at_interims),
        *(Variant("use-if-similar", replace(plain, threshold=threshold)) for threshold in THRESHOLDS),
        Variant("always-use", replace(at_pauses, strategy=Strategy.ALWAYS_USE)),
        Variant("always-use", replace(at_interims, strategy=Strategy.ALWAYS_USE)),
    )


def strategy_rows(
    calls: int = 100,
    *,
    seed: int = 1,
    population: str = "corrections",
    settings: CallSettings | None = None,
    compared: Iterable[Variant] | None = None,
) -> list[StrategyRow]:
    """Simulate the same calls with each variant.

    Args:
        calls: How many.
        seed: What they are drawn from.
        population: Who calls; callers who change their mind show best what a wrong reuse does.
        settings: What else holds for all.
        compared: The variants; those of ``variants()`` by default.

    Returns:
        For each variant: delays, the share of replies that were made for what was finally said (in the eyes
        of the guarded judge), the share of turns served by a draft, requests, and what is spent against
        ``discard``.
    """
    base = settings or CallSettings()
    streamed = replace(base, speculation=Speculation(strategy=Strategy.DISCARD))
    baseline_usd = sum(measure(result).spend_usd for result in _simulated(calls, seed, population, streamed))
    rows = []
    for variant in variants() if compared is None else compared:
        varied = replace(base, speculation=variant.speculation, modes=variant.modes)
        results = _simulated(calls, seed, population, varied)
        rows.append(_row(variant, results, baseline_usd))
    return rows


def _simulated(calls: int, seed: int, population: str, settings: CallSettings) -> list[CallResult]:
    who = settings.world.populations[population]
    return [simulate_call(f"{seed}:{index}", who, settings) for index in range(calls)]


def _row(variant: Variant, results: list[CallResult], baseline_usd: float) -> StrategyRow:
    measures = [measure(result) for result in results]
    turns = sum(one.turns for one in measures)
    right = [answer for result in results for answer in _right_replies(result)]
    drafts = variant.speculation.strategy is Strategy.USE_IF_SIMILAR
    return {
        "strategy": variant.name,
        "drafts_at": _drafts_at(variant.speculation),
        "measure": variant.speculation.measure.value if drafts else "",
        "threshold": variant.speculation.threshold if drafts else None,
        "guard": drafts and variant.speculation.guard,
        "turns": turns,
        "glass_to_glass_ms": percentiles([delay for one in measures for delay in one.glass_to_glass_ms]),
        "right_replies": round(sum(right) / len(right), 4) if right else None,
        "hit_rate": round(sum(one.hits for one in measures) / turns, 4),
        "llm_calls_per_turn": round(sum(one.llm_calls for one in measures) / turns, 4),
        "spend_ratio": round(sum(one.spend_usd for one in measures) / baseline_usd, 4),
        "cut_ins_per_100": round(100 * sum(one.cut_ins for one in measures) / turns, 2),
    }


def _drafts_at(speculation: Speculation) -> str:
    if speculation.strategy is Strategy.DISCARD:
        return ""
    return "changed interims" if Trigger.INTERIM in speculation.triggers else "pauses"


def _right_replies(result: CallResult) -> list[bool]:
    """For each reply that stands in the history: whether it was made for the words before it."""
    judge = Judge(JudgeSettings())
    return [
        reply.call.answers == reply.asked_user or judge.compare(reply.call.answers, reply.asked_user).reuse
        for reply in Evidence(result).replies
        if reply.call is not None and reply.asked_user is not None
    ]
