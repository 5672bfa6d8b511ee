"""Points on two axes: all there, in proportion, told in words, and the picture stands alone."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.bench.chart import WIDTH
from antiphon.bench.scatter import Axis, Point, Scatter, Series

SVG = "{http://www.w3.org/2000/svg}"
DRAFTS = Series("drafts", (Point("0.6", 10, 900), Point("0.8", 12, 800)))


def drawn(*series: Series, x: Axis | None = None, y: Axis | None = None) -> ElementTree.Element:
    picture = Scatter(
        "Title", "Below", x or Axis("spend"), y or Axis("delay, ms"), series, ("On a machine.",)
    )
    return ElementTree.fromstring(picture.svg())


def texts(picture: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in picture.iter(f"{SVG}text")]


def dots(picture: ElementTree.Element) -> list[tuple[float, float]]:
    """Where the points are; those of the legend have no title."""
    return [
        (float(each.attrib["cx"]), float(each.attrib["cy"]))
        for each in picture.iter(f"{SVG}circle")
        if each.find(f"{SVG}title") is not None
    ]


def test_everything_it_says_is_in_the_picture() -> None:
    found = set(texts(drawn(DRAFTS)))
    assert {"Title", "Below", "spend", "delay, ms", "drafts", "0.6", "0.8", "On a machine."} <= found


def test_it_is_told_in_words_to_those_who_cannot_see_it() -> None:
    picture = drawn(DRAFTS)
    assert picture.attrib["role"] == "img"
    assert picture.findtext(f"{SVG}desc") == "spend against delay, ms. drafts: 0.6 10, 900; 0.8 12, 800"


def test_points_stand_in_proportion_and_more_is_right_and_up() -> None:
    (x1, y1), (x2, y2), (x3, y3) = dots(
        drawn(Series("a", (Point("p", 0, 0), Point("q", 10, 100), Point("r", 20, 300))))
    )
    assert x3 - x2 == pytest.approx(x2 - x1, abs=0.01)
    assert y2 - y3 == pytest.approx(2 * (y1 - y2), abs=0.01)


def test_a_line_joins_what_belongs_together() -> None:
    def lines(series: Series) -> int:
        return len(list(drawn(series).iter(f"{SVG}polyline")))

    assert lines(DRAFTS) == 1
    assert lines(Series("apart", DRAFTS.points, joined=False)) == 0
    assert lines(Series("one", DRAFTS.points[:1])) == 0


def test_an_axis_begins_at_zero_or_near_the_least() -> None:
    (x, _), *_ = dots(drawn(Series("a", (Point("p", 1_000, 1), Point("q", 1_100, 2)))))
    (near, _), *_ = dots(
        drawn(Series("a", (Point("p", 1_000, 1), Point("q", 1_100, 2))), x=Axis("spend", from_zero=False))
    )
    assert near < 250
    assert x > 600


def test_on_a_logarithmic_axis_equal_ratios_take_equal_room() -> None:
    picture = drawn(
        Series("a", (Point("p", 1, 200), Point("q", 2, 400), Point("r", 3, 1_600))),
        y=Axis("delay", logarithmic=True),
    )
    (_, y1), (_, y2), (_, y3) = dots(picture)
    assert y2 - y3 == pytest.approx(2 * (y1 - y2), abs=0.01)
    assert {"200", "500", "1,000"} <= set(texts(picture))


def test_targets_are_lines_within_the_picture() -> None:
    picture = drawn(DRAFTS, x=Axis("spend", target=30), y=Axis("delay", target=2_000))
    targets = [each for each in picture.iter(f"{SVG}line") if each.attrib.get("class") == "target"]
    assert len(targets) == 2
    assert all(float(each.attrib["x2"]) <= WIDTH and float(each.attrib["y1"]) >= 0 for each in targets)


def test_labels_of_points_in_one_place_do_not_hide_each_other() -> None:
    picture = drawn(Series("a", tuple(Point(f"label {number}", 5, 5) for number in range(4))))
    labels = [each for each in picture.iter(f"{SVG}text") if (each.text or "").startswith("label")]
    assert len({(each.attrib["x"], each.attrib["y"]) for each in labels}) == 4


def test_no_points_make_an_empty_picture() -> None:
    assert dots(drawn()) == []


numbers = st.floats(-1e6, 1e6)


@given(st.lists(st.builds(Point, st.text(max_size=12), numbers, numbers), max_size=12), st.booleans())
def test_every_point_is_inside_and_any_text_is_text(points: list[Point], from_zero: bool) -> None:
    axis = Axis("any", from_zero=from_zero)
    picture = drawn(Series("<series>", points), x=axis, y=axis)
    height = float(picture.attrib["height"])
    assert len(dots(picture)) == len(points)
    assert all(0 <= x <= WIDTH and 0 <= y <= height for x, y in dots(picture))
