"""How a caller pauses and ends a turn: what is usual, and what was learned of this one.

Two habits matter for endpointing: how often a turn holds a pause of some length, and how complete the words
look where a turn ends. A caller is expected to do as is usual until their own turns say otherwise, and what
they did long ago counts less than what they did last. Both are learned from the caller alone: a silence that
the agent spoke in is not theirs.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Final

from antiphon.core.times import NS_PER_MS

EDGES_MS: Final = (
    100,
    140,
    180,
    210,
    240,
    300,
    400,
    500,
    600,
    700,
    800,
    900,
    1_000,
    1_100,
    1_200,
    1_400,
    2_000,
)
"""Where the lengths of pauses that are told apart begin; shorter silences belong to speech itself."""

HESITATIONS_A_TURN: Final = 0.25
"""Pauses of 0.3 to 1.2 s that are usual in a turn; ``core.completeness`` gives its log-odds for these."""

# Pauses a turn that begin at each edge and end before the next. Hesitations are as often long as short.
# Shorter silences are the stops and breaths of fluent speech, and the longer the rarer. Set by hand.
_BRIEF = (0.300, 0.120, 0.040, 0.015, 0.005)
_LONG = (0.010, 0.005, 0.0)
_USUAL_PAUSES = (*_BRIEF, *(HESITATIONS_A_TURN / 9 for _ in range(9)), *_LONG)
_USUAL_TURNS = 16.0  # how many turns of a caller's own weigh as much as what is usual
_KEPT = 0.98  # of what was learned, at each turn: some 50 turns are remembered
_MOST_SHORTFALL = 2.0  # one odd ending should not count for many


@dataclass(frozen=True, slots=True)
class Habits:
    """What was learned of a caller; enters a call, and leaves it changed.

    Attributes:
        turns: From how many turns, faded as they get old.
        pauses: How many pauses of each length these held, as in ``EDGES_MS``.
        shortfall: By how much their endings looked less complete than is usual, in log-odds, summed.
    """

    turns: float = 0.0
    pauses: tuple[float, ...] = (0.0,) * len(EDGES_MS)
    shortfall: float = 0.0

    def after_pause(self, silence_ns: int, *, agent_audible: bool) -> Habits:
        """What is known after the caller fell silent within a turn and went on.

        Args:
            silence_ns: From the last voiced sample to the next.
            agent_audible: Whether the agent was heard in the meantime. Nothing is learned then: it was not
                the caller alone who made the pause as long as it was, and what ended it may be an echo.
        """
        bin_ = bisect_right(EDGES_MS, silence_ns / NS_PER_MS) - 1
        if agent_audible or bin_ < 0:
            return self
        pauses = (*self.pauses[:bin_], self.pauses[bin_] + 1.0, *self.pauses[bin_ + 1 :])
        return replace(self, pauses=pauses)

    def after_turn(self, shortfall: float) -> Habits:
        """What is known after a turn that was answered.

        Args:
            shortfall: By how much its ending looked less complete than is usual, in log-odds.
        """
        within = min(max(shortfall, -_MOST_SHORTFALL), _MOST_SHORTFALL)
        return Habits(
            self.turns * _KEPT + 1.0,
            tuple(count * _KEPT for count in self.pauses),
            self.shortfall * _KEPT + within,
        )

    def expected_shortfall(self) -> float:
        """By how much the caller's endings are to be expected to look less complete than is usual."""
        return self.shortfall / (_USUAL_TURNS + self.turns)

    def expected_pauses(self) -> tuple[float, ...]:
        """How many pauses longer than each of ``EDGES_MS`` a turn is to be expected to hold."""
        turns = _USUAL_TURNS + self.turns
        each = [
            (usual * _USUAL_TURNS + learned) / turns
            for usual, learned in zip(_USUAL_PAUSES, self.pauses, strict=True)
        ]
        return tuple(accumulate(reversed(each)))[::-1]


USUAL: Final = Habits()
"""A caller of whom nothing is known."""
