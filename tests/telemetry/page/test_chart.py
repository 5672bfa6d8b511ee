from __future__ import annotations

import re

from hypothesis import given

from antiphon.core.notices import TurnRecord
from antiphon.telemetry.contributions import KNOWN, contribution
from antiphon.telemetry.page.chart import Bar, Chart, Mark, Row, contribution_bars, legend, paint, patterns
from antiphon.telemetry.story import TurnStory

from ..samples import STREAMED, turn_record, turn_records
from .test_markup import Reader


def chart(*rows: Row, labelled: bool = True, marks: tuple[Mark, ...] = ()) -> str:
    return Chart("c", "Delay", "turn 1 took 500 ms", rows, 0, 1000, marks, labelled).html()


def test_a_chart_says_what_it_shows_to_those_who_cannot_see_it() -> None:
    drawn = chart(Row("turn 1", "500 ms", (Bar(0, 500, "#000", "all of it"),)))
    assert 'role="img"' in drawn
    assert 'aria-labelledby="c-title"' in drawn
    assert '<title id="c-title">Delay</title>' in drawn
    assert '<desc id="c-desc">turn 1 took 500 ms</desc>' in drawn
    assert "<title>all of it</title>" in drawn


def test_bars_stand_where_the_axis_says() -> None:
    drawn = chart(Row("a", "", (Bar(250, 500, "#000", ""), Bar(750, 600, "#000", ""))))
    assert re.findall(r'<rect x="([\d.]+)%" y="\d+" width="([\d.]+)%"', drawn) == [
        ("25.00", "25.00"),
        ("60.00", "15.00"),
    ]


def test_what_lies_beyond_the_axis_is_drawn_at_its_end_and_the_shortest_bar_is_seen() -> None:
    drawn = chart(Row("a", "", (Bar(-500, 5000, "", ""), Bar(1, 1, "", ""))), marks=(Mark(9000, "late"),))
    assert 'x="0.00%" y="6" width="100.00%"' in drawn
    assert 'width="0.60%"' in drawn
    assert 'x1="100.00%"' in drawn


def test_labels_can_be_left_to_the_chart_below() -> None:
    assert "1,000 ms" in chart()
    assert "1,000 ms" not in chart(labelled=False)


@given(turn_records())
def test_a_turns_bars_follow_one_another_and_end_at_its_delay(record: TurnRecord) -> None:
    bars = contribution_bars(TurnStory(record, 0))
    reached_ms = 0.0
    for bar in bars:
        assert bar.start_ms == reached_ms
        reached_ms = bar.end_ms
    assert reached_ms == (record.glass_to_glass_ns or 0) / 1e6


def test_bars_are_told_by_pattern_too_and_fall_back_to_colour() -> None:
    bars = contribution_bars(TurnStory(turn_record(contributions_ms=STREAMED), 0))
    defined = set(re.findall(r'<pattern id="([\w-]+)"', patterns(KNOWN)))
    for bar in bars:
        found = re.fullmatch(r"url\(#([\w-]+)\) #[0-9a-f]{6}", bar.fill)
        assert found is not None
        assert found[1] in defined


def test_a_legend_names_what_is_drawn() -> None:
    found = Reader(legend([contribution("stt"), contribution("<b>")]))
    assert found.text == "transcript<b>"
    assert paint(contribution("stt")) in dict(found.tags[3][1]).values()
