"""Rows of measures against their targets."""

from __future__ import annotations

from antiphon.bench.spread import figure_text, share_column, spread_bars, spread_row, target_text

MS = 1_000_000
VALUES = [number * MS for number in range(1, 101)]


def test_a_measure_is_told_by_its_shares() -> None:
    row = spread_row("wait", VALUES, {}, ("p50", "max"))
    assert row == {
        "metric": "wait",
        "unit": "ms",
        "samples": 100,
        "p50": 50.5,
        "max": 100.0,
        "targets": {},
        "met": None,
    }
    assert target_text(row) == ""


def test_each_target_has_to_be_met() -> None:
    met = spread_row("wait", VALUES, {"p50": 51, "p95": 96}, ("p50", "p95"))
    missed = spread_row("wait", VALUES, {"p50": 51, "p95": 90}, ("p50", "p95"))
    assert (met["met"], missed["met"]) == (True, False)
    assert target_text(met) == "p50 ≤ 51, p95 ≤ 96: met"
    assert target_text(missed).endswith("missed")


def test_what_was_never_measured_meets_nothing() -> None:
    row = spread_row("wait", [], {"p50": 51}, ("p50",))
    assert (row["p50"], row["met"]) == (None, False)
    assert spread_bars(row) == []
    assert share_column("p50").show(row) == "–"


def test_bars_hold_what_the_row_holds_with_its_target() -> None:
    row = spread_row("wait", VALUES, {"p95": 90}, ("p50", "p95"))
    assert [(bar.label, bar.target_ms) for bar in spread_bars(row)] == [("p50", None), ("p95", 90)]


def test_figures_have_three_digits() -> None:
    assert [figure_text(value) for value in (0.12345, 12.345, 1234.5)] == ["0.123", "12.3", "1,234"]
    assert share_column("p99").show({}) == ""
