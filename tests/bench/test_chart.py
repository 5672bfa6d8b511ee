"""A benchmark's picture says what was found, to those who see it and to those who don't, and stands alone."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.bench.chart import WIDTH, Bar, Chart, Panel

SVG = "{http://www.w3.org/2000/svg}"
SPENT = {"endpointing": 600.0, "llm_first_token": 400.0, "tts_first_byte": 150.0}


def drawn(*bars: Bar, small_print: tuple[str, ...] = ()) -> ElementTree.Element:
    return ElementTree.fromstring(Chart("Title", "Below", [Panel("Panel", bars)], small_print).svg())


def texts(picture: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in picture.iter(f"{SVG}text")]


def bars_of(picture: ElementTree.Element) -> list[tuple[float, float]]:
    """Where the bars are: left end and width. Those of the legend and the patterns are left out."""
    return [
        (float(each.attrib["x"]), float(each.attrib["width"]))
        for each in picture.iter(f"{SVG}rect")
        if each.find(f"{SVG}title") is not None
    ]


def test_everything_it_says_is_in_the_picture() -> None:
    found = texts(drawn(Bar("streaming", "1,150 ms", SPENT), small_print=("On a machine.",)))
    assert {"Title", "Below", "Panel", "streaming", "1,150 ms", "On a machine."} <= set(found)


def test_it_is_told_in_words_to_those_who_cannot_see_it() -> None:
    picture = drawn(Bar("batch", "2 ms", {"stt": 2}), Bar("streaming", "1 ms", {"stt": 1}))
    assert picture.attrib["role"] == "img"
    assert picture.findtext(f"{SVG}title") == "Title"
    assert picture.findtext(f"{SVG}desc") == "Panel: batch 2 ms; streaming 1 ms"


def test_contributions_stand_behind_one_another_in_proportion() -> None:
    (first, second, third) = bars_of(drawn(Bar("a", "", SPENT)))
    assert second[0] == pytest.approx(first[0] + first[1], abs=0.01)
    assert third[0] == pytest.approx(second[0] + second[1], abs=0.01)
    assert first[1] / third[1] == pytest.approx(4, abs=0.01)


def test_a_contribution_is_named_by_the_legend_and_by_a_pointer_held_over_it() -> None:
    picture = drawn(Bar("a", "", {"stt": 12.5}))
    assert "transcript" in texts(picture)
    assert "transcript: 12.5 ms" in [title.text for title in picture.iter(f"{SVG}title")]


def test_what_is_no_contribution_has_a_plain_bar_and_no_legend() -> None:
    picture = drawn(Bar("a", "", {"p50": 1.5}))
    assert [each.attrib["class"] for each in picture.iter(f"{SVG}rect") if "class" in each.attrib] == [
        "ground",
        "plain",
    ]
    assert picture.find(f"{SVG}g") is None


def test_a_tail_and_a_target_are_drawn_where_they_are_and_the_axis_holds_them() -> None:
    picture = drawn(Bar("a", "", {"stt": 500}, tail_ms=1_000, target_ms=750))
    ((start, width),) = bars_of(picture)
    (target,) = (each for each in picture.iter(f"{SVG}line") if each.get("class") == "target")
    tail = [float(each.attrib["x2"]) for each in picture.iter(f"{SVG}line") if each.get("class") == "whisker"]
    assert max(tail) == pytest.approx(start + 2 * width, abs=0.01)
    assert float(target.attrib["x1"]) == pytest.approx(start + 1.5 * width, abs=0.01)
    assert max(tail) < WIDTH


def test_a_tail_within_the_bar_is_not_drawn() -> None:
    picture = drawn(Bar("a", "", {"stt": 500}, tail_ms=400))
    assert not [each for each in picture.iter(f"{SVG}line") if each.get("class") == "whisker"]


def test_an_axis_of_few_milliseconds_has_its_ticks_too() -> None:
    assert "0.5 ms" in texts(drawn(Bar("a", "", {"p50": 2.2})))


def test_long_small_print_is_broken_into_lines_and_the_picture_grows() -> None:
    short = drawn(Bar("a", "", SPENT), small_print=("word",))
    long = drawn(Bar("a", "", SPENT), small_print=("word " * 60,))
    assert sum("word" in text for text in texts(long)) == 3
    assert float(long.attrib["height"]) - float(short.attrib["height"]) == 40


def test_it_fetches_nothing() -> None:
    svg = Chart("T", "", [Panel("P", [Bar("a", "", SPENT)])]).svg()
    assert "<script" not in svg
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


names = st.sampled_from(["endpointing", "stt", "runtime", "something else"])
spans = st.floats(0, 1e6)
bars = st.builds(
    Bar,
    st.text(),
    st.text(),
    st.dictionaries(names, spans),
    tail_ms=st.none() | spans,
    target_ms=st.none() | spans,
)


@given(st.text(), st.lists(st.lists(bars, max_size=4), max_size=3), st.lists(st.text(), max_size=2))
def test_whatever_it_shows_it_is_sound_and_stays_within_its_width(
    title: str, panels: list[list[Bar]], small_print: list[str]
) -> None:
    svg = Chart(title, title, [Panel(title, each) for each in panels], small_print).svg()
    for left, width in bars_of(ElementTree.fromstring(svg)):
        assert left + width <= WIDTH
