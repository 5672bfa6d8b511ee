"""Many calls, in one process or several; each can be simulated again from its name alone."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace

from antiphon.core.speculation import Strategy
from antiphon.core.times import NS_PER_S
from antiphon.runtime.clock import Clock
from antiphon.simulation.call import CallResult, CallSettings, simulate_call, simulate_script
from antiphon.simulation.checkers import Violation, check_call
from antiphon.simulation.core_only import simulate_core, simulate_core_script
from antiphon.simulation.measures import measure
from antiphon.simulation.populations import Population
from antiphon.simulation.report import CallSummary, Report, report
from antiphon.simulation.scripts import Script

CALLS_A_BATCH = 25
COMPARED = (
    3  # one call of so many in each population is also simulated without drafts, to compare what it costs
)
COLLECT_AFTER = 100_000  # objects: nearly all go without the collector


@dataclass(frozen=True, slots=True)
class Campaign:
    """Which calls are simulated, and how.

    Attributes:
        seed: What all are drawn from.
        calls: How many, shared evenly among the populations.
        populations: Names of those who call, in turn.
        settings: How calls are answered.
        core_only: Whether the conversation machine is simulated alone, without session and event loop.
    """

    seed: int
    calls: int
    populations: tuple[str, ...]
    settings: CallSettings
    core_only: bool = False

    def name(self, index: int) -> str:
        """What a call is drawn from."""
        return f"{self.seed}:{index}"

    def population(self, index: int) -> Population:
        """Who makes a call."""
        return self.settings.world.populations[self.populations[index % len(self.populations)]]

    def simulate(self, index: int, settings: CallSettings | None = None) -> CallResult:
        """One of the calls."""
        simulate = simulate_core if self.core_only else simulate_call
        return simulate(self.name(index), self.population(index), settings or self.settings)

    def simulate_script(self, script: Script, population: Population, settings: CallSettings) -> CallResult:
        """A call that a script has, simulated as the others are."""
        simulate = simulate_core_script if self.core_only else simulate_script
        return simulate(script, population, settings)

    def summary(self, index: int) -> CallSummary:
        """One of the calls, checked and measured."""
        result = self.simulate(index)
        found = _named(self.settings.speculation.strategy, check_call(result))
        return CallSummary(self.name(index), self.population(index).name, measure(result), None, tuple(found))

    def compared(self, index: int, summary: CallSummary) -> CallSummary:
        """The summary of a call with what it costs without drafts, if this call is one of those compared."""
        if index // len(self.populations) % COMPARED:
            return summary
        if self.settings.speculation.strategy is Strategy.DISCARD:
            return replace(summary, baseline_usd=summary.measures.spend_usd)
        result = self.simulate(index, self.without_drafts)
        found = _named(Strategy.DISCARD, check_call(result))
        return replace(
            summary, baseline_usd=measure(result).spend_usd, violations=(*summary.violations, *found)
        )

    @property
    def without_drafts(self) -> CallSettings:
        """The settings that all others are compared with."""
        speculation = replace(self.settings.speculation, strategy=Strategy.DISCARD)
        return replace(self.settings, speculation=speculation)


def _named(strategy: Strategy, violations: Sequence[Violation]) -> list[tuple[str, Violation]]:
    return [(strategy.value, violation) for violation in violations]


def run_campaign(
    campaign: Campaign, *, processes: int = 1, progress: Callable[[int], None] = lambda _: None
) -> Report:
    """Simulate all calls of a campaign.

    Args:
        campaign: Which.
        processes: How many processes share them. The figures do not depend on it, but for the speed.
        progress: Told, whenever some calls are done, how many.
    """
    summaries: list[CallSummary] = []
    spent_ns = 0
    for batch, batch_ns in _batches(campaign, processes):
        summaries += batch
        spent_ns += batch_ns
        progress(len(batch))
    turns = sum(summary.measures.turns for summary in summaries)
    return report(campaign.seed, summaries, turns * NS_PER_S / max(1, spent_ns))


def _batches(campaign: Campaign, processes: int) -> Iterator[tuple[list[CallSummary], int]]:
    starts = range(0, campaign.calls, CALLS_A_BATCH)
    if processes == 1:
        for start in starts:
            yield _batch(campaign, start)
        return
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        for done in as_completed([pool.submit(_batch, campaign, start) for start in starts]):
            yield done.result()


def _batch(campaign: Campaign, start: int) -> tuple[list[CallSummary], int]:
    """Some of the calls, and how long they took in ns, those without drafts not counted."""
    clock = asyncio.run(_clock())
    stop = min(campaign.calls, start + CALLS_A_BATCH)
    summaries, spent_ns = [], 0
    with _seldom_collected():
        for index in range(start, stop):
            began_ns = clock.now_ns()
            summary = campaign.summary(index)
            spent_ns += clock.now_ns() - began_ns
            summaries.append(campaign.compared(index, summary))
    return summaries, spent_ns


async def _clock() -> Clock:
    """The machine's clock, to time the simulation itself with."""
    return Clock()


@contextmanager
def _seldom_collected() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(COLLECT_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
