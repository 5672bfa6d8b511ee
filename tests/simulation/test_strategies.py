"""Ways to answer, beside each other."""

from dataclasses import replace

from antiphon.core.speculation import Speculation, Strategy, Trigger
from antiphon.simulation.strategies import Variant, strategy_rows, variants

HASTY = replace(Speculation(), triggers=tuple(Trigger))


def test_drafts_are_faster_than_none_and_streaming_than_batch() -> None:
    batch, discard, similar, *_ = variants()
    rows = strategy_rows(8, population="echo", compared=(batch, discard, similar))
    delays = [row["glass_to_glass_ms"]["p50"] or 0.0 for row in rows]
    assert delays == sorted(delays, reverse=True)
    assert delays[0] > 2 * delays[2]
    assert [row["drafts_at"] for row in rows] == ["", "", "pauses"]
    assert rows[1]["spend_ratio"] == 1.0
    assert rows[1]["hit_rate"] == 0.0


def test_using_whatever_was_drafted_is_often_wrong_and_the_guard_never() -> None:
    guarded, any_draft = strategy_rows(
        10,
        compared=(
            Variant("guarded", HASTY),
            Variant("any", replace(HASTY, strategy=Strategy.ALWAYS_USE)),
        ),
    )
    assert guarded["right_replies"] == 1.0
    assert any_draft["right_replies"] is not None
    assert any_draft["right_replies"] < 0.95
    assert any_draft["drafts_at"] == "changed interims"
    assert any_draft["threshold"] is None


def test_thresholds_are_there_to_compare() -> None:
    thresholds = {each.speculation.threshold for each in variants() if not each.speculation.guard}
    assert len(thresholds) >= 3
