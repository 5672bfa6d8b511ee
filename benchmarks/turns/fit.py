"""Learns the weights of English endings from one half of a file of commands, and writes their module."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from antiphon.core.completeness import CompletenessModel, Sign
from antiphon.core.language.en_endings import ENGLISH
from turns.population import Place, after_content_words, before_function_words, places, read_half

MODEL = CompletenessModel(ENGLISH)
Array: TypeAlias = NDArray[np.float64]

LEAST_SEEN = 6  # places: rarer signs are not learned
PENALTY = 0.7  # of a weight's squared distance from what is expected, against one turn's log-likelihood
LEAST_WEIGHT = 0.05  # smaller ones are left out
STEPS = 15  # it converges in ten
# Words with a job in the sentence hardly ever end one. Few pauses come after any of them, so without this
# the penalty would make them neutral.
EXPECTED: dict[Sign, float] = {
    ("last", name): weight
    for weight, names in {
        -3.0: ("filler",),
        -2.5: ("determiner", "preposition", "to", "conjunction"),
        -2.0: ("subject",),
        -1.5: ("modal", "degree", "possessive"),
        -1.0: ("be", "do", "have", "quantifier", "question", "verb", "like", "particle"),
        -0.5: ("tens", "premodifier", "demonstrative", "adjective"),
    }.items()
    for name in names
} | {("particle", "wanted by no verb"): -1.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "commands", type=Path, help="annotated commands (TSV); those with even numbers are used"
    )
    parser.add_argument("module", type=Path, help="where the weights go")
    options = parser.parse_args()
    seen = list(places(read_half(options.commands, 0), before_function_words, after_content_words))
    bias, weights = fit(seen)
    ends = [place for place in seen if place.over]
    log_odds = [bias + sum(weights.get(sign, 0.0) for sign in signs_of(MODEL, place)) for place in ends]
    usual = np.average(log_odds, weights=[place.weight for place in ends])
    options.module.write_text(as_module(bias, weights, float(usual)), encoding="utf-8")


def signs_of(model: CompletenessModel, place: Place) -> list[Sign]:
    return list(model.signs(model.read(place.words), answers=place.answers))


def fit(seen: Sequence[Place]) -> tuple[float, dict[Sign, float]]:
    """Bias and weights of a logistic regression with a ridge penalty, by Newton's method."""
    rows = [signs_of(MODEL, place) for place in seen]
    counts = Counter(sign for row in rows for sign in row)
    learned = sorted(sign for sign, count in counts.items() if count >= LEAST_SEEN)
    columns = {sign: column for column, sign in enumerate(learned, 1)}
    table = np.zeros((len(rows), len(columns) + 1))
    table[:, 0] = 1
    for row, signs in zip(table, rows, strict=True):
        row[[columns[sign] for sign in signs if sign in columns]] = 1
    weights = newton(
        table,
        over=np.array([place.over for place in seen], float),
        often=np.array([place.weight for place in seen]),
        expected=np.array([0.0, *(EXPECTED.get(sign, 0.0) for sign in columns)]),
    )
    found = {sign: float(weights[column]) for sign, column in columns.items()}
    return float(weights[0]), EXPECTED | found


def newton(table: Array, *, over: Array, often: Array, expected: Array) -> Array:
    """The weights at which the penalised likelihood is greatest; the first, the bias, is hardly penalised."""
    penalty = np.full(table.shape[1], PENALTY)
    penalty[0] = 1e-6
    weights = expected.copy()
    for _ in range(STEPS):
        probability = 1 / (1 + np.exp(-table @ weights))
        gradient = table.T @ (often * (over - probability)) - penalty * (weights - expected)
        curvature = (table * (often * probability * (1 - probability))[:, None]).T @ table + np.diag(penalty)
        weights += np.linalg.solve(curvature, gradient)
    return weights


def as_module(bias: float, weights: dict[Sign, float], usual: float) -> str:
    lines = [
        '"""What each sign of an English ending weighs, in log-odds: made by ``benchmarks/turns/fit.py``."""',
        "",
        "from __future__ import annotations",
        "",
        f"BIAS = {bias:.2f}",
        f"USUAL = {usual:.2f}",
        "WEIGHTS: dict[str, dict[str, float]] = {",
    ]
    for group in sorted({sign[0] for sign in weights}):
        lines.append(f'    "{group}": {{')
        for sign, weight in sorted(weights.items(), key=lambda item: -item[1]):
            if sign[0] == group and abs(weight) >= LEAST_WEIGHT:
                lines.append(f'        "{sign[1]}": {weight:.2f},')
        lines.append("    },")
    return "\n".join([*lines, "}", ""])


if __name__ == "__main__":
    main()
