"""Prints how long each way of endpointing waits and how often it cuts in, on sentences not learned from."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console

from antiphon.bench.table import print_finding, write_finding
from antiphon.bench.turns import SEED, TURNS, run_turns
from antiphon.simulation.sentences import Sentence, Sentences
from turns.population import SHORT_WORDS, read_half


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commands", nargs="?", type=Path, help="annotated commands (TSV); ours by default")
    parser.add_argument(
        "--half", choices=("even", "odd"), default="odd", help="weights are learned on the even one"
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--out", type=Path, help="folder for the chart (SVG) and the figures (JSON)")
    parser.add_argument("--json", action="store_true", help="one object on stdout")
    options = parser.parse_args()
    sentences = None if options.commands is None else read_sentences(options.commands, options.half)
    finding = run_turns(tell, sentences, turns=options.turns, seed=options.seed)
    if options.json:
        print(json.dumps(finding.to_json()))
    else:
        print_finding(finding, Console(width=120))
    if options.out is not None:
        for path in write_finding(finding, options.out):
            tell(f"written: {path}")


def tell(line: str) -> None:
    print(line, file=sys.stderr)


def read_sentences(path: Path, half: str) -> Sentences:
    every = [Sentence(" ".join(words), "") for words in read_half(path, int(half == "odd"))]
    return Sentences(
        tuple(sentence for sentence in every if len(sentence.words) > SHORT_WORDS),
        tuple(sentence for sentence in every if len(sentence.words) <= SHORT_WORDS),
    )


if __name__ == "__main__":
    main()
