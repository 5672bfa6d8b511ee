"""``antiphon bench``: what streaming, drafting and the runtime itself are worth and cost, on this machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from antiphon.cli.output import console, json_option, note, print_json
from antiphon.errors import MissingExtraError

if TYPE_CHECKING:
    from antiphon.bench.result import Finding

Command = TypeVar("Command", bound=Callable[..., None])

_out_option = click.option(
    "--out",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write the chart (SVG) and the figures (JSON) there.",
)


def _result_options(command: Command) -> Command:
    return json_option(_out_option(command))


@click.group()
def bench() -> None:
    """Measure what streaming, drafting and the runtime itself are worth and cost, on this machine."""


@bench.command()
@click.option(
    "--profile",
    type=click.Choice(["cloud", "embedded", "all"]),
    default="all",
    show_default=True,
    help="Scripted cloud vendors in virtual time, the embedded parts in real time, or both.",
)
@click.option(
    "--strategies",
    is_flag=True,
    help="Instead: simulated calls in batch, streamed, and with drafts under each rule for using them.",
)
@_result_options
def ablation(profile: str, folder: Path | None, *, strategies: bool, as_json: bool) -> None:
    """All eight combinations of streaming and batch stages, over the same conversation."""
    if strategies:
        from antiphon.bench.strategies import run_strategies

        _give(run_strategies(note), folder, as_json=as_json)
        return
    from antiphon.bench.ablation import run_ablation
    from antiphon.cli.demo import CALLERS_VOICE, LINES

    questions = [" ".join(line.parts) for line in LINES]
    _give(run_ablation(profile, CALLERS_VOICE, questions, note), folder, as_json=as_json)


@bench.command()
@_result_options
def cloud(folder: Path | None, *, as_json: bool) -> None:
    """Batch, streaming and drafts beside each other, on doubles of cloud vendors over real sockets."""
    from antiphon.bench.cloud import run_cloud

    _give(run_cloud(note), folder, as_json=as_json)


@bench.command()
@_result_options
def overhead(folder: Path | None, *, as_json: bool) -> None:
    """The runtime's own share of the delay, the event loop's lag, CPU and memory, on the embedded parts."""
    from antiphon.bench.overhead import run_overhead

    _give(run_overhead(note), folder, as_json=as_json)


@bench.command()
@click.option(
    "--turns", type=click.IntRange(1), default=20_000, show_default=True, help="How many turns, as text."
)
@click.option(
    "--spoken",
    type=click.IntRange(0),
    default=200,
    show_default=True,
    help="How many turns as sound, of synthesised voices, in each noise; 0 leaves sound out.",
)
@click.option(
    "--recordings",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="As many turns more, joined from recordings (.wav) with their words beside them (.txt).",
)
@click.option(
    "--sentences",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What callers say: lines of id, intent, sentence, with tabs between them.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="What the turns are drawn from.")
@_result_options
def turns(
    folder: Path | None,
    *,
    turns: int,
    spoken: int,
    recordings: Path | None,
    sentences: Path | None,
    seed: int,
    as_json: bool,
) -> None:
    """How long each way of ending a turn waits, and how often it cuts in: as text, and as sound in noise."""
    from antiphon.bench.turns import run_turns
    from antiphon.simulation.sentences import read_sentences

    said = None if sentences is None else read_sentences(sentences)
    finding = run_turns(note, said, turns=turns, spoken=spoken, recordings=recordings, seed=seed)
    _give(finding, folder, as_json=as_json)


@bench.command()
@click.option(
    "--calls",
    "calls",
    type=click.IntRange(1, 10_000),
    multiple=True,
    default=(10, 25, 50),
    show_default=True,
    help="Calls at a time; may be repeated.",
)
@click.option(
    "--seconds", default=20.0, show_default=True, type=click.FloatRange(2, 3_600), help="How long each time."
)
@click.option(
    "--cycles",
    default=1_000,
    show_default=True,
    type=click.IntRange(0, 1_000_000),
    help="Then connect, talk and drop so often.",
)
@_result_options
def density(
    calls: tuple[int, ...], seconds: float, cycles: int, folder: Path | None, *, as_json: bool
) -> None:
    """How many calls a processor holds, over real WebSockets, and what they leave behind."""
    try:
        from antiphon.bench.density import run_density
    except ImportError:
        raise MissingExtraError("the server", "server") from None
    _give(run_density(calls, seconds, cycles, note), folder, as_json=as_json)


@bench.command()
@click.option(
    "--turns", default=24, show_default=True, type=click.IntRange(1, 1_000), help="How many questions."
)
@click.option(
    "--chromium",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The browser; left out: the chromium on the path.",
)
@_result_options
def browser(turns: int, chromium: Path | None, folder: Path | None, *, as_json: bool) -> None:
    """What the way to a caller in a browser and back adds, as the browser itself measures it."""
    from antiphon.bench.browser import run_browser

    _give(run_browser(note, turns=turns, chromium=chromium), folder, as_json=as_json)


def _give(finding: Finding, folder: Path | None, *, as_json: bool) -> None:
    """Print what was found, and write it down if that is wanted."""
    from antiphon.bench.table import print_finding, write_finding

    if as_json:
        print_json(finding.to_json())
    else:
        print_finding(finding, console())
    for path in write_finding(finding, folder) if folder is not None else ():
        note(f"written: {path}")
