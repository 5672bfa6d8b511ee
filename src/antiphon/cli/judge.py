"""``antiphon judge``: does a draft made for an interim transcript answer the final one?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from antiphon.cli.output import print_json
from antiphon.core.judge import Judge, JudgeSettings, Measure, Verdict
from antiphon.core.opening import OpeningJudge
from antiphon.core.speculation import Strategy

Line = tuple[str, str, str | None]  # interim, final, opening


class BadInputError(click.ClickException):
    """What was to be judged can't be read; said in one line, without the command's usage."""

    exit_code = 2


@click.command()
@click.argument("interim", required=False)
@click.argument("final", required=False)
@click.option("--opening", metavar="TEXT", help="First clause of the draft: does it hold for the final?")
@click.option(
    "--tsv",
    metavar="FILE",
    help="Pairs to judge, a line each: INTERIM<tab>FINAL[<tab>OPENING], no header; - is stdin.",
)
@click.option(
    "--strategy",
    type=click.Choice([each.value for each in Strategy]),
    default=Strategy.USE_IF_SIMILAR.value,
    show_default=True,
    help="What a draft may be used for.",
)
@click.option(
    "--measure",
    type=click.Choice([each.value for each in Measure]),
    default=Measure.CONTENT.value,
    show_default=True,
    help="How alike two transcripts are. There is no Embedder here: semantic falls back to content.",
)
@click.option(
    "--threshold", type=float, default=0.8, show_default=True, help="Likeness that is enough, 0 to 1."
)
@click.option("--language", default="en", show_default=True, help="What is spoken, as a BCP 47 tag.")
@click.option("--no-guard", is_flag=True, help="Let the measure alone decide: changed meanings get through.")
def judge(
    interim: str | None,
    final: str | None,
    opening: str | None,
    tsv: str | None,
    strategy: str,
    measure: str,
    threshold: float,
    language: str,
    *,
    no_guard: bool,
) -> None:
    """Say whether a draft made for INTERIM answers FINAL, and why.

    Prints one JSON object a pair, in order: {"reuse", "opening", "score", "reason"}. "opening" is null where
    no opening was given.
    """
    settings = JudgeSettings(
        measure=Measure(measure), threshold=threshold, guard=not no_guard, language=language
    )
    if tsv is None:
        if interim is None or final is None:
            raise click.UsageError("expected INTERIM and FINAL, or --tsv FILE")
        lines: Iterable[Line] = [(interim, final, opening)]
    elif interim is not None or opening is not None:
        raise click.UsageError(
            "--tsv FILE brings its own transcripts and openings: leave INTERIM, FINAL and --opening out"
        )
    else:
        lines = _read(tsv)
    compare, check = Judge(settings).compare, OpeningJudge(language).check
    for one, other, clause in lines:
        verdict = _by_strategy(Strategy(strategy), compare(one, other))
        holds = check(clause, one, other).holds if clause else None
        print_json(
            {"reuse": verdict.reuse, "opening": holds, "score": verdict.score, "reason": verdict.reason}
        )


def _by_strategy(strategy: Strategy, verdict: Verdict) -> Verdict:
    """What a strategy makes of a verdict: only one of them looks at it."""
    match strategy:
        case Strategy.USE_IF_SIMILAR:
            return verdict
        case Strategy.ALWAYS_USE:
            return Verdict(True, verdict.score, "always-use: the newest draft, whatever the final")
        case Strategy.DISCARD:
            return Verdict(False, verdict.score, "discard: the reply is made from the final")


def _read(path: str) -> Iterator[Line]:
    """The pairs of a file, each as soon as its line is there.

    Raises:
        BadInputError: If the file can't be read or a line is no pair; the message names file and line.
    """
    name = "stdin" if path == "-" else path
    try:
        with click.open_file(path, "rb") as source:
            for number, line in enumerate(source, 1):
                yield _parse(line, f"{name}, line {number}")
    except OSError as error:
        raise BadInputError(f"{name}: {(error.strerror or str(error)).lower()}") from None


def _parse(line: bytes, where: str) -> Line:
    try:
        columns = line.decode("utf-8-sig").rstrip("\r\n").split("\t")
    except UnicodeDecodeError:
        raise BadInputError(f"{where}: expected UTF-8 text") from None
    if not 2 <= len(columns) <= 3:
        found = f"{len(columns)} column{'s' if len(columns) > 1 else ''}"
        raise BadInputError(f"{where}: expected INTERIM<tab>FINAL[<tab>OPENING], found {found}")
    return columns[0], columns[1], columns[2] if len(columns) == 3 else None
