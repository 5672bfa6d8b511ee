"""What a call was like, in figures: gathered from its notices, given as JSON."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

from antiphon.core.events import DraftUsage
from antiphon.core.notices import Ledger, Notice, Trouble, TurnRecord
from antiphon.core.times import NS_PER_MS
from antiphon.telemetry.story import StoryCollector, TurnStory
from antiphon.telemetry.wording import finite

JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"

MAX_TURNS = 10_000
MAX_TROUBLES = 1_000


def percentile(values: Sequence[int], share: float) -> float | None:
    """The value below which ``share`` of ``values`` lie, interpolated between neighbours.

    With the values sorted and counted from 0, it stands at rank ``share * (n - 1)``: definition 7 of Hyndman
    and Fan, "Sample Quantiles in Statistical Packages" (1996), NumPy's default. Of one value each percentile
    is that value.

    Args:
        values: In any order.
        share: From 0 to 1: 0.5 is the median.

    Returns:
        ``None`` if there are no values.
    """
    if not values:
        return None
    ordered = sorted(values)
    rank = share * (len(ordered) - 1)
    below = math.floor(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (rank - below)


@dataclass(frozen=True, slots=True)
class Report:
    """A finished call.

    Attributes:
        turns: In the order they ended.
        began_ns: On the session's clock, when the recording begins (its first sample).
        troubles: What failed although the call went on, the newest ``MAX_TROUBLES``.
        left_out: Turns before these that are not kept.
    """

    turns: tuple[TurnStory, ...]
    began_ns: int = 0
    troubles: tuple[Trouble, ...] = ()
    left_out: int = 0

    @property
    def glass_to_glass_ns(self) -> tuple[int, ...]:
        """From last voiced to first audible sample, for each turn whose reply was heard and stood."""
        return tuple(
            turn.record.glass_to_glass_ns
            for turn in self.turns
            if turn.answered and turn.record.glass_to_glass_ns is not None
        )

    @property
    def ledger(self) -> Ledger:
        """The turns' ledgers added up."""
        return reduce(_add_ledgers, (turn.record.ledger for turn in self.turns), Ledger())

    @property
    def hit_rate(self) -> float | None:
        """Share of turns served by a reused draft or an opening; ``None`` if there are no turns."""
        ledger = self.ledger
        return (ledger.reused + ledger.opened) / len(self.turns) if self.turns else None

    @property
    def llm_calls_per_turn(self) -> float | None:
        """Requests made to the model, speculative ones included; ``None`` if there are no turns."""
        return self.ledger.llm_requests / len(self.turns) if self.turns else None

    def percentile_ms(self, share: float) -> float | None:
        """A percentile of glass-to-glass in ms (see ``percentile``); ``None`` where no reply was heard."""
        return _ms_or_none(percentile(self.glass_to_glass_ns, share))

    def to_json(self) -> dict[str, JsonValue]:
        """The call as ``--json`` prints it; ``json.dumps(..., allow_nan=False)`` takes it as it is.

        Times are milliseconds. ``turns`` and ``glass_to_glass_ms`` keep their names and meanings; keys after
        them may be joined by others.
        """
        ledger = self.ledger
        return {
            "turns": [_turn_json(turn) for turn in self.turns],
            "glass_to_glass_ms": {"p50": self.percentile_ms(0.5), "p95": self.percentile_ms(0.95)},
            "hit_rate": self.hit_rate,
            "llm_calls_per_turn": self.llm_calls_per_turn,
            "drafts": _drafts_json(ledger),
            "saved_ms": finite(ledger.saved_ms),
            "usage": _usage_json(ledger.usage),
            "troubles": [{"where": trouble.where, "message": trouble.message} for trouble in self.troubles],
            "turns_left_out": self.left_out,
        }


class ReportBuilder:
    """Listens to a call and gives its report, at any time and as often as wanted.

    Holds the newest ``MAX_TURNS`` turns; the report says how many came before them.
    """

    __slots__ = ("_began_ns", "_stories", "_troubles", "_turn_count", "_turns")

    def __init__(self, began_ns: int = 0) -> None:
        """Listen to a call whose recording begins at ``began_ns`` on the session's clock."""
        self._began_ns = began_ns
        self._stories = StoryCollector()
        self._turns: deque[TurnStory] = deque(maxlen=MAX_TURNS)
        self._troubles: deque[Trouble] = deque(maxlen=MAX_TROUBLES)
        self._turn_count = 0

    def observe(self, notice: Notice) -> None:
        """Take the next notice."""
        if isinstance(notice, Trouble):
            self._troubles.append(notice)
        story = self._stories.observe(notice)
        if story is not None:
            self._turns.append(story)
            self._turn_count += 1

    def build(self) -> Report:
        """The report of the turns that are over."""
        return Report(
            turns=tuple(self._turns),
            began_ns=self._began_ns,
            troubles=tuple(self._troubles),
            left_out=self._turn_count - len(self._turns),
        )


def _add_ledgers(left: Ledger, right: Ledger) -> Ledger:
    return Ledger(
        started=left.started + right.started,
        reused=left.reused + right.reused,
        opened=left.opened + right.opened,
        discarded=left.discarded + right.discarded,
        llm_requests=left.llm_requests + right.llm_requests,
        usage=DraftUsage(
            input_tokens=left.usage.input_tokens + right.usage.input_tokens,
            cached_input_tokens=left.usage.cached_input_tokens + right.usage.cached_input_tokens,
            output_tokens=left.usage.output_tokens + right.usage.output_tokens,
            tts_characters=left.usage.tts_characters + right.usage.tts_characters,
            requests=left.usage.requests + right.usage.requests,
        ),
        saved_ms=left.saved_ms + right.saved_ms,
    )


def _turn_json(turn: TurnStory) -> dict[str, JsonValue]:
    record = turn.record
    delay_ms = _ms_or_none(record.glass_to_glass_ns) if turn.answered else None
    return {
        "user": record.user,
        "reply": record.reply,
        "glass_to_glass_ms": delay_ms,
        "substance_ms": None if delay_ms is None else delay_ms + record.opening_ns / NS_PER_MS,
        "contributions_ms": _contributions_json(record) if turn.answered else {},
        "drafts": _drafts_json(record.ledger),
        "llm_calls": record.ledger.llm_requests,
        "interrupted": record.interrupted,
        "outcome": record.outcome,
        "end_of_turn": turn.end_of_turn_reason or None,
        "saved_ms": finite(record.ledger.saved_ms),
        "usage": _usage_json(record.ledger.usage),
        "error": record.error,
    }


def _contributions_json(record: TurnRecord) -> dict[str, JsonValue]:
    return {name: length_ns / 1e6 for name, length_ns in record.contributions_ns.items()}


def _drafts_json(ledger: Ledger) -> dict[str, JsonValue]:
    return {
        "started": ledger.started,
        "reused": ledger.reused,
        "opened": ledger.opened,
        "discarded": ledger.discarded,
    }


def _usage_json(usage: DraftUsage) -> dict[str, JsonValue]:
    return {
        "input_tokens": usage.input_tokens,
        "cached_input_tokens": usage.cached_input_tokens,
        "output_tokens": usage.output_tokens,
        "tts_characters": usage.tts_characters,
        "requests": usage.requests,
    }


def _ms_or_none(time_ns: float | None) -> float | None:
    return None if time_ns is None else time_ns / 1e6
