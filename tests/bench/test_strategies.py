"""The rules for using drafts stand beside each other, in a table and in a picture."""

from __future__ import annotations

from xml.etree import ElementTree

from antiphon.bench.strategies import run_strategies
from antiphon.simulation.strategies import variants


def test_each_way_to_answer_is_a_row_and_a_point() -> None:
    told: list[str] = []
    found = run_strategies(told.append, calls=2)
    picture = ElementTree.fromstring(found.chart.svg())
    circles = [each for each in picture.iter() if each.tag.endswith("circle") and len(each)]
    assert len(found.rows) == len(circles) == len(variants())
    assert [row["strategy"] for row in found.rows][:3] == ["batch", "discard", "use-if-similar"]
    assert {"no drafts", "guarded", "always-use"} <= {text for each in picture.iter() if (text := each.text)}
    assert len(told) == 1


def test_the_table_says_how_drafts_were_judged() -> None:
    found = run_strategies(lambda _: None, calls=1)
    rule = next(column for column in found.columns if column.heading == "used if")
    shown = [rule.show(row) for row in found.rows]
    assert shown[:2] == ["", ""]
    assert shown[2] == "guard + content ≥ 0.8"
    assert "levenshtein ≥ 0.6" in shown
    assert shown[-1] == "newest"
