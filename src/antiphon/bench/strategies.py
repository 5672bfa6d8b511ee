"""What drafts are worth under each rule for using them: the same simulated calls, answered in many ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from antiphon.bench.figures import median_ms, number
from antiphon.bench.result import Column, Finding, Note, Row, machine, machine_text
from antiphon.bench.scatter import Axis, Point, Scatter, Series
from antiphon.simulation.strategies import strategy_rows
from antiphon.telemetry.wording import about_ms, share_text

CALLS = 100
POPULATION = "corrections"  # callers who change their mind show best what a wrong reuse does
_HOW = (
    "Simulated calls in virtual time, population corrections: half of the callers change their mind in their "
    "last words. Right: replies made for what was finally said. Spend: everything billed, against discard."
)


def run_strategies(note: Note, calls: int = CALLS) -> Finding:
    """Answer the same calls in batch, streamed without drafts, and with drafts under each rule.

    Args:
        note: Told how far it is.
        calls: How many calls for each rule.
    """
    note(f"ablation: {calls} simulated calls for each rule, in virtual time …")
    rows = tuple(cast("Row", row) for row in strategy_rows(calls, population=POPULATION))
    described = machine()
    chart = Scatter(
        "Latency against spend, by the rule for using drafts",
        "Lower is faster, further left is cheaper; the share in a label is that of right replies.",
        Axis("spend, against streaming without drafts", from_zero=False),
        Axis("last sound to first sound, median in ms", logarithmic=True),
        _series(rows),
        (_HOW, machine_text(described)),
    )
    what: Row = {
        "benchmark": "strategies",
        "machine": described,
        "units": "milliseconds; shares and ratios are of one",
        "population": POPULATION,
        "calls": calls,
    }
    return Finding("strategies", what, rows, _COLUMNS, chart, (_HOW,))


def _rule(row: Row) -> str:
    """How drafts are judged, for people."""
    if row["threshold"] is None:
        return "newest" if row["strategy"] == "always-use" else ""
    judged = "guard + " if row["guard"] else ""
    return f"{judged}{row['measure']} ≥ {row['threshold']}"


def _series(rows: Sequence[Row]) -> list[Series]:
    """The points by rule; thresholds of one rule are joined."""
    found: dict[str, list[Point]] = {}
    for row in rows:
        x, y = number(row, "spend_ratio"), median_ms(row)
        if x is None or y is None:
            continue
        plain = row["threshold"] is not None and not row["guard"]
        label = str(row["threshold"]) if plain else str(row["drafts_at"] or row["strategy"])
        right = share_text(number(row, "right_replies"))
        found.setdefault(_kind(row), []).append(Point(f"{label} ({right})", x, y))
    return [Series(name, points, joined=name.endswith("changed interims")) for name, points in found.items()]


def _kind(row: Row) -> str:
    if row["strategy"] == "use-if-similar":
        return "guarded" if row["guard"] else f"{row['measure']} alone, at changed interims"
    return "always-use" if row["strategy"] == "always-use" else "no drafts"


def _ratio(row: Row, key: str) -> str:
    value = number(row, key)
    return "–" if value is None else f"{value:.2f}"


_COLUMNS = (
    Column("strategy", lambda row: str(row["strategy"]), figures=False),
    Column("drafts at", lambda row: str(row["drafts_at"]), figures=False),
    Column("used if", _rule, figures=False),
    Column("p50", lambda row: about_ms(median_ms(row))),
    Column("p95", lambda row: about_ms(number(row, "glass_to_glass_ms", "p95"))),
    Column("right", lambda row: share_text(number(row, "right_replies"))),
    Column("hits", lambda row: share_text(number(row, "hit_rate"))),
    Column("requests/turn", lambda row: _ratio(row, "llm_calls_per_turn")),
    Column("spend", lambda row: _ratio(row, "spend_ratio")),
)
