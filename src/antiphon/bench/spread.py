"""Rows of measures: how a quantity that was taken many times is spread, against its targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from antiphon.bench.chart import Bar
from antiphon.bench.figures import number
from antiphon.bench.result import Column, Row
from antiphon.telemetry.report import percentile

SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}


def spread_row(
    metric: str, values_ns: Sequence[int], targets: Mapping[str, float], shares: Sequence[str]
) -> Row:
    """A measure that was taken many times, in ms.

    Args:
        metric: What it is.
        values_ns: As it was measured.
        targets: In ms, by the name of the share that may not exceed it.
        shares: Which of ``SHARES`` are told.
    """
    found_ns = {name: percentile(values_ns, SHARES[name]) for name in shares}
    found = {name: None if value is None else round(value / 1e6, 3) for name, value in found_ns.items()}
    met = [value is not None and value <= targets[name] for name, value in found.items() if name in targets]
    return {
        "metric": metric,
        "unit": "ms",
        "samples": len(values_ns),
        **found,
        "targets": dict(targets),
        "met": all(met) if met else None,
    }


def spread_bars(row: Row) -> list[Bar]:
    """The same for a chart."""
    return [
        Bar(name, f"{figure_text(value)} ms", {name: value}, target_ms=number(row, "targets", name))
        for name in SHARES
        if (value := number(row, name)) is not None
    ]


def share_column(name: str) -> Column:
    """The column of one share; empty for measures without."""
    return Column(name, lambda row: figure_text(number(row, name)) if name in row else "")


def figure_text(value: float | None) -> str:
    """A figure to three digits, a dash where it could not be measured."""
    return "–" if value is None else f"{value:,.3g}" if value < 1_000 else f"{value:,.0f}"


def target_text(row: Row) -> str:
    """A row's targets, and whether they were met."""
    targets = row.get("targets")
    if not isinstance(targets, dict) or not targets:
        return ""
    limits = ", ".join(f"{name} ≤ {limit:g}" for name, limit in targets.items())
    return f"{limits}: {'met' if row['met'] else 'missed'}"


METRIC = Column("", lambda row: str(row["metric"]), figures=False)
UNIT = Column("unit", lambda row: str(row["unit"]), figures=False)
TARGET = Column("target", target_text, figures=False)
