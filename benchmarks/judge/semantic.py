"""What an Embedder's likeness is worth as a measure, alone and after the guard, and what a question costs.

Needs the ``minilm`` extra.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections import defaultdict

from antiphon.core.judge import Judge, JudgeSettings, Measure
from antiphon.providers.base import Embedder, ProviderContext
from antiphon.providers.embedder import minilm
from judge.pairs import Pair, make_pairs
from judge.run import add_options
from judge.utterances import half, read_utterances

ALONE, GUARDED = "alone", "after the guard"
JUDGES = {
    ALONE: Judge(JudgeSettings(measure=Measure.SEMANTIC, guard=False)),
    GUARDED: Judge(JudgeSettings(measure=Measure.SEMANTIC)),
}


async def ask(pairs: list[Pair], embedder: Embedder) -> tuple[list[float], list[float]]:
    """The likeness of each pair, and how long each answer took, in ms."""
    await embedder.warm()
    likeness, took_ms = [], []
    for pair in pairs:
        start = time.perf_counter_ns()
        likeness.append(await embedder.similarity(pair.interim, pair.final))
        took_ms.append((time.perf_counter_ns() - start) / 1e6)
    await embedder.aclose()
    return likeness, took_ms


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    add_options(parser)
    parser.set_defaults(per_class=200)
    options = parser.parse_args()
    everything = read_utterances(options.commands)
    pairs = list(make_pairs(half(everything, options.half), everything, options.seed, options.per_class))
    likeness, took_ms = asyncio.run(ask(pairs, minilm.create("", {}, ProviderContext())))
    groups: dict[tuple[bool, str], list[tuple[Pair, float]]] = defaultdict(list)
    for pair, cosine in zip(pairs, likeness, strict=True):
        groups[pair.same, pair.kind].append((pair, cosine))
    rows = [
        {
            "kind": kind,
            "same": same,
            "pairs": len(group),
            "median_cosine": round(statistics.median(cosine for _, cosine in group), 3),
            "reused_percent": {
                name: 100
                * statistics.mean(
                    judge.compare(pair.interim, pair.final, similarity=cosine).reuse for pair, cosine in group
                )
                for name, judge in JUDGES.items()
            },
        }
        for (same, kind), group in groups.items()
    ]
    median_ms = statistics.median(took_ms)
    if options.json:
        print(json.dumps({"rows": rows, "median_ms": median_ms, "seed": options.seed}))
        return
    print(
        f"{'share reused at 0.8, %':26}{'pairs':>7}{'cosine':>9}" + "".join(f"{name:>17}" for name in JUDGES)
    )
    for row in rows:
        shares = "".join(f"{row['reused_percent'][name]:>17.1f}" for name in JUDGES)
        label = f"{'accept' if row['same'] else 'reject'} {row['kind']}"
        print(f"{label:26}{row['pairs']:>7}{row['median_cosine']:>9.2f}{shares}")
    print(f"\n{median_ms:.1f} ms a pair at the median, {statistics.quantiles(took_ms, n=20)[-1]:.1f} at p95")


if __name__ == "__main__":
    main()
