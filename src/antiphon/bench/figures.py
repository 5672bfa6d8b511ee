"""Figures from measurements: percentiles of delays, and what the time went into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from antiphon.bench.chart import Bar
from antiphon.bench.result import Row
from antiphon.core.notices import TurnRecord
from antiphon.telemetry.contributions import KNOWN
from antiphon.telemetry.report import JsonValue, percentile
from antiphon.telemetry.wording import about_ms


def percentiles_ms(delays_ns: Sequence[int]) -> dict[str, float | None]:
    """The median and the 95th percentile, in ms to a tenth; ``None`` where there are no delays."""
    return {
        name: None if (value := percentile(delays_ns, share)) is None else round(value / 1e6, 1)
        for name, share in (("p50", 0.5), ("p95", 0.95))
    }


def mean_spent_ms(records: Sequence[TurnRecord]) -> dict[str, float]:
    """What the turns' time went into, in ms, in the order of the critical path; it adds up to the mean delay.

    Turns that nothing was heard of have no part in it.
    """
    heard = [record for record in records if record.glass_to_glass_ns is not None]
    sums: dict[str, int] = {}
    for record in heard:
        for name, spent_ns in record.contributions_ns.items():
            sums[name] = sums.get(name, 0) + spent_ns
    order = {known.name: place for place, known in enumerate(KNOWN)}
    names = sorted(sums, key=lambda name: order.get(name, len(order)))
    return {name: round(sums[name] / len(heard) / 1e6, 3) for name in names}


def number(row: Row, *path: str) -> float | None:
    """A figure of a row, found by its keys; ``None`` where there is none."""
    value: JsonValue = row
    for key in path:
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def median_ms(row: Row) -> float | None:
    """The median delay of a row that has ``glass_to_glass_ms``."""
    return number(row, "glass_to_glass_ms", "p50")


def delay_bar(label: str, row: Row, target_ms: float | None = None) -> Bar:
    """A row with ``glass_to_glass_ms`` and ``contributions_ms`` as a bar: the mean turn, and the tail."""
    spent = row["contributions_ms"]
    assert isinstance(spent, Mapping)
    spent_ms = {name: float(ms) for name, ms in spent.items() if isinstance(ms, int | float)}
    tail_ms = number(row, "glass_to_glass_ms", "p95")
    return Bar(label, about_ms(median_ms(row)), spent_ms, tail_ms, target_ms)
