"""Many calls' figures."""

from antiphon.simulation.checkers import Violation
from antiphon.simulation.measures import CallMeasures
from antiphon.simulation.report import CallSummary, percentiles, report


def summary(index: int, delays: tuple[float, ...], *violations: Violation) -> CallSummary:
    figures = CallMeasures(2, delays, delays, (), 1, 3, 0.011, 1)
    return CallSummary(
        f"9:{index}", "echo", figures, 0.010, tuple(("use-if-similar", each) for each in violations)
    )


def test_figures_are_put_together_by_population() -> None:
    told = report(
        9, [summary(1, (800.0, 900.0)), summary(0, (700.0,), Violation(4, 12.0, "two at once"))], 321.04
    )
    assert (told["seed"], told["calls"], told["turns"], told["turns_per_s"]) == (9, 2, 4, 321.0)
    assert [(one["call"], one["invariant"]) for one in told["violations"]] == [("9:0", 4)]
    echo = told["populations"]["echo"]
    assert echo["glass_to_glass_ms"] == {"p50": 800.0, "p95": 890.0}
    assert echo["seam_gap_ms"] == {"p50": None, "p95": None}
    assert (echo["hit_rate"], echo["llm_calls_per_turn"]) == (0.5, 1.5)
    assert (echo["spend_ratio"], echo["cut_ins_per_100"]) == (1.1, 50.0)


def test_of_nothing_there_is_no_percentile() -> None:
    assert percentiles(()) == {"p50": None, "p95": None}
