"""How many meanings each measure lets through, and how many harmless changes it accepts, class by class."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path

from antiphon.core.judge import Judge, JudgeSettings, Measure
from judge.pairs import Pair, make_pairs
from judge.utterances import half, read_utterances

DEFAULT_COMMANDS = Path(__file__).parents[2] / ".." / "shared" / "data" / "slurp-devel.tsv"


@dataclass(frozen=True, slots=True)
class Row:
    """What each judge makes of one class of pairs."""

    kind: str
    same: bool
    pairs: int
    reused_percent: dict[str, float]


def add_options(parser: argparse.ArgumentParser) -> None:
    """What both benchmarks can be told."""
    parser.add_argument("commands", nargs="?", type=Path, default=DEFAULT_COMMANDS, help="annotated commands")
    parser.add_argument("--half", choices=("even", "odd", "all"), default="odd", help="commands to change")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--per-class", type=int, default=2_000)
    parser.add_argument("--show", type=int, default=0, help="wrong verdicts to print for each class")
    parser.add_argument("--json", action="store_true", help="one object on stdout")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    add_options(parser)
    options = parser.parse_args()
    everything = read_utterances(options.commands)
    pairs = list(make_pairs(half(everything, options.half), everything, options.seed, options.per_class))
    judges = {"guarded": Judge(JudgeSettings())}
    measures = [measure for measure in Measure if measure is not Measure.SEMANTIC]
    judges |= {str(measure): Judge(JudgeSettings(measure=measure, guard=False)) for measure in measures}
    rows = count(pairs, judges)
    timing = median_us(pairs)
    if options.json:
        plain = [asdict(row) for row in rows]
        print(json.dumps({"rows": plain, "median_us": timing, "pairs": len(pairs), "seed": options.seed}))
        return
    print("".join(show(pairs, judges["guarded"], options.show)), end="")
    print(f"{'share reused, %':24}{'pairs':>7}" + "".join(f"{name:>13}" for name in judges))
    for row in rows:
        shares = "".join(f"{row.reused_percent[name]:>13.2f}" for name in judges)
        print(f"{'accept' if row.same else 'reject'} {row.kind:17}{row.pairs:>7}{shares}")
    print(f"\nguarded: {timing:.1f} µs a pair at the median, both transcripts new")


def count(pairs: list[Pair], judges: dict[str, Judge]) -> list[Row]:
    """One row a class: the share of pairs whose draft each judge would use."""
    groups: dict[tuple[bool, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair.same, pair.kind].append(pair)
    rows = []
    for (same, kind), group in groups.items():
        reused = {
            name: 100 * statistics.mean(judge.compare(pair.interim, pair.final).reuse for pair in group)
            for name, judge in judges.items()
        }
        rows.append(Row(kind, same, len(group), reused))
    return rows


def show(pairs: list[Pair], judge: Judge, limit: int) -> list[str]:
    """Wrong verdicts, some of each class."""
    shown: dict[str, int] = defaultdict(int)
    lines = []
    for pair in pairs:
        verdict = judge.compare(pair.interim, pair.final)
        if verdict.reuse != pair.same and shown[pair.kind] < limit:
            shown[pair.kind] += 1
            lines.append(f"{pair.kind}: {pair.interim!r} | {pair.final!r}: {verdict.reason}\n")
    return lines


def median_us(pairs: list[Pair]) -> float:
    """Median time of a comparison of two transcripts not seen before, in microseconds."""
    judge = Judge(JudgeSettings())
    times = []
    for pair in pairs:
        interim, final = f" {pair.interim}", f"{pair.final} "
        start = time.perf_counter_ns()
        judge.compare(interim, final)
        times.append(time.perf_counter_ns() - start)
    return statistics.median(times) / 1_000


if __name__ == "__main__":
    main()
