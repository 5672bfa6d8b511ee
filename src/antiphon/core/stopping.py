"""How long to wait, given how likely the turn is over: the wait of least expected cost.

Waiting ``w`` after the last sound costs ``w`` if the turn is over. If it is not, the reply cuts in on every
pause longer than ``w``, and a cut-in is as bad as some seconds of waiting: that price is what a preset sets.
With ``o`` the odds that the turn is over rather than paused, and ``G(w)`` how many pauses longer than ``w``
there are for each usual one, the cost to make least is::

    o * w  +  price * G(w)

Its minimum always lies on a corner of the lower convex hull of ``price * G``. So the hull is computed once
for a caller, and a wait is looked up by where the log-odds stand among the logarithms of the hull's slopes.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from antiphon.core.habits import EDGES_MS, HESITATIONS_A_TURN, Habits


class Preset(StrEnum):
    """How much a cut-in matters against a wait."""

    EAGER = "eager"
    BALANCED = "balanced"
    PATIENT = "patient"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a wait is weighed by.

    Attributes:
        cut_in_ms: A cut-in is as bad as this much waiting.
        shortest_ms: No wait is shorter.
        longest_ms: No wait is longer.
        softness: Over what range of log-odds one corner's wait passes into the next one's. Where the
            log-odds are little more than a guess it is wide.
    """

    cut_in_ms: float
    shortest_ms: float
    longest_ms: float
    softness: float = 0.1


CUT_IN_MS = {Preset.EAGER: 5_000.0, Preset.BALANCED: 15_000.0, Preset.PATIENT: 40_000.0}
SHORTEST_MS = {Preset.EAGER: 120.0, Preset.BALANCED: 160.0, Preset.PATIENT: 240.0}


class Step(NamedTuple):
    """From one corner of the hull to the next: below these log-odds the longer wait is the better one."""

    log_odds: float
    more_ms: float


def hull_steps(habits: Habits, terms: Terms) -> tuple[Step, ...]:
    """The steps from the shortest wait to the longest, at falling log-odds."""
    assert EDGES_MS[0] <= terms.shortest_ms <= terms.longest_ms
    inner = (edge for edge in EDGES_MS if terms.shortest_ms < edge < terms.longest_ms)
    longer = habits.expected_pauses()
    corners: list[tuple[float, float]] = []
    for wait_ms in sorted({terms.shortest_ms, *inner, terms.longest_ms}):
        risk = terms.cut_in_ms * _at(wait_ms, longer) / HESITATIONS_A_TURN
        while len(corners) > 1 and _fall(corners[-2], corners[-1]) <= _fall(corners[-2], (wait_ms, risk)):
            corners.pop()
        corners.append((wait_ms, risk))
    return tuple(
        Step(math.log(fall), second[0] - first[0])
        for first, second in pairwise(corners)
        if (fall := _fall(first, second)) > 0
    )


def wait_ms(log_odds: float, steps: tuple[Step, ...], terms: Terms) -> float:
    """The wait for some log-odds that the turn is over rather than paused, in milliseconds."""
    wait, softness = terms.shortest_ms, terms.softness
    for step_log_odds, more_ms in steps:
        taken = (step_log_odds - log_odds) / softness + 0.5
        if taken <= 0:
            break
        wait += more_ms if taken >= 1 else more_ms * taken
    return wait


def _at(wait_ms: float, longer: tuple[float, ...]) -> float:
    """Pauses longer than a wait, interpolated between the edges."""
    above = bisect_right(EDGES_MS, wait_ms)
    if above == len(EDGES_MS):
        return longer[-1]
    begin, end = EDGES_MS[above - 1], EDGES_MS[above]
    return longer[above - 1] + (longer[above] - longer[above - 1]) * (wait_ms - begin) / (end - begin)


def _fall(first: tuple[float, float], second: tuple[float, float]) -> float:
    """How much risk goes with each millisecond more."""
    return (first[1] - second[1]) / (second[0] - first[0])
