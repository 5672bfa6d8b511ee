"""``antiphon simulate``: whole calls in virtual time, every invariant checked in each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from antiphon.cli.output import console, print_json
from antiphon.core.speculation import Speculation, Strategy
from antiphon.errors import ConfigError
from antiphon.simulation.call import CallSettings
from antiphon.simulation.campaign import Campaign, run_campaign
from antiphon.simulation.checkers import check_call
from antiphon.simulation.populations import World, read_world
from antiphon.simulation.replay import event_lines, script_lines
from antiphon.simulation.report import PopulationReport, Report
from antiphon.simulation.shrink import shrink

FAULT_RATE = 0.05
SHRUNK_AT_MOST = 3  # failing calls; the others are named


@click.command()
@click.option("--population", default="all", show_default=True, metavar="NAME|all", help="Who calls.")
@click.option(
    "--calls",
    type=click.IntRange(1),
    default=1_000,
    show_default=True,
    help="How many calls, all populations together.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="What the calls are drawn from.")
@click.option("--faults", is_flag=True, help="Let vendors, callers and the application go wrong.")
@click.option(
    "--fault-rate",
    type=click.FloatRange(0, 1),
    help=f"How likely each utterance, request, synthesis and action goes wrong; --faults: {FAULT_RATE:g}.",
)
@click.option("--tools", is_flag=True, help="Give the agent tools, and have its model ask for them.")
@click.option("--core-only", is_flag=True, help="The conversation machine alone: no session, no event loop.")
@click.option(
    "--strategy",
    type=click.Choice([each.value for each in Strategy]),
    default=Strategy.USE_IF_SIMILAR.value,
    show_default=True,
    help="What drafts may be used for.",
)
@click.option(
    "--threshold", type=float, default=0.8, show_default=True, help="Likeness that is enough, 0 to 1."
)
@click.option(
    "--processes",
    type=click.IntRange(1),
    help="How many processes share the calls; left out, one for each processor.",
)
@click.option(
    "--sentences",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What callers say: lines of id, intent, sentence, with tabs between them.",
)
@click.option(
    "--populations",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Who calls and how vendors answer, instead of the populations.toml of the package.",
)
@click.option("--replay", metavar="SEED:INDEX", help="Show what happens in one call of a run, line by line.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
@click.pass_context
def simulate(
    ctx: click.Context,
    population: str,
    calls: int,
    seed: int,
    *,
    faults: bool,
    fault_rate: float | None,
    tools: bool,
    core_only: bool,
    strategy: str,
    threshold: float,
    processes: int | None,
    sentences: Path | None,
    populations: Path | None,
    replay: str | None,
    as_json: bool,
) -> None:
    """Simulate whole calls in virtual time and check every invariant in each.

    Exits with 1 if one is broken. The shortest calls that still break it are shown.
    """
    world = read_world(populations, sentences)
    settings = CallSettings(
        world=world,
        speculation=Speculation(strategy=Strategy(strategy), threshold=threshold),
        fault_rate=(FAULT_RATE if faults else 0.0) if fault_rate is None else fault_rate,
        tools=tools,
    )
    if tools and core_only:
        raise ConfigError("--tools: tools run in whole calls; leave out --core-only")
    campaign = Campaign(seed, calls, _names(population, world), settings, core_only)
    if replay is not None:
        _replay(campaign, replay)
        return
    count = _processes(processes, calls)
    with _progress(calls) as progress:
        report = run_campaign(campaign, processes=count, progress=progress)
    if as_json:
        print_json(report)
    else:
        _show(report)
    _explain(campaign, report, Console(stderr=as_json, highlight=False, markup=False, soft_wrap=True))
    if report["violations"]:
        ctx.exit(1)


def _processes(asked: int | None, calls: int) -> int:
    """How many are worth starting."""
    return asked or max(1, min(os.cpu_count() or 1, calls // 100))


def _names(population: str, world: World) -> tuple[str, ...]:
    if population == "all":
        return tuple(world.populations)
    if population not in world.populations:
        raise ConfigError(f"--population {population}: there are: all, {', '.join(world.populations)}")
    return (population,)


@contextmanager
def _progress(calls: int) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("calls", total=calls)
        yield lambda done: progress.advance(task, done)


def _show(report: Report) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("population", "p50 ms", "p95 ms", "hit rate", "LLM calls/turn", "spend", "cut-ins/100"):
        table.add_column(name, justify="left" if name == "population" else "right")
    for name, found in report["populations"].items():
        table.add_row(name, *_row(found))
    out = console()
    out.print(table)
    violations = len(report["violations"])
    out.print(
        f"{report['calls']} calls, {report['turns']} turns, "
        f"{report['turns_per_s']:g} turns/s in one process; violations: {violations}"
    )


def _row(found: PopulationReport) -> list[str]:
    delays = found["glass_to_glass_ms"]
    values = (
        (delays["p50"], "{:.0f}"),
        (delays["p95"], "{:.0f}"),
        (found["hit_rate"], "{:.1%}"),
        (found["llm_calls_per_turn"], "{:.2f}"),
        (found["spend_ratio"], "{:.2f}"),
        (found["cut_ins_per_100"], "{:.1f}"),
    )
    return ["–" if value is None else form.format(value) for value, form in values]


def _explain(campaign: Campaign, report: Report, out: Console) -> None:
    """Show the first failing calls, cut down to what makes them fail, and name the others."""
    by_call = {(one["call"], one["strategy"]): one for one in reversed(report["violations"])}
    for number, ((call, strategy), violation) in enumerate(reversed(by_call.items())):
        index = int(call.partition(":")[2])
        out.print(
            f"\n[{violation['invariant']}] {call} ({violation['population']}, {strategy}): "
            f"{violation['message']}"
        )
        if number < SHRUNK_AT_MOST:
            settings = (
                campaign.settings
                if strategy == campaign.settings.speculation.strategy
                else campaign.without_drafts
            )
            _show_shrunk(campaign, index, settings, violation["invariant"], out)


def _show_shrunk(
    campaign: Campaign, index: int, settings: CallSettings, invariant: int, out: Console
) -> None:
    population = campaign.population(index)
    script = campaign.simulate(index, settings).script
    script = shrink(script, lambda cut: campaign.simulate_script(cut, population, settings), invariant)
    result = campaign.simulate_script(script, population, settings)
    for line in (*script_lines(script), *event_lines(result, check_call(result))):
        out.print("   " + line)


def _replay(campaign: Campaign, name: str) -> None:
    seed, _, index = name.partition(":")
    if not seed.lstrip("-").isdigit() or not index.isdigit():
        raise ConfigError(f"--replay {name}: expected SEED:INDEX as in a report, such as 1:42")
    result = replace(campaign, seed=int(seed)).simulate(int(index))
    out = console()
    for line in (*script_lines(result.script), *event_lines(result, check_call(result))):
        out.print(line)
