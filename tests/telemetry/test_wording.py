from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.telemetry.wording import (
    about_ms,
    axis_ticks_ms,
    clock_text,
    count_text,
    finite,
    ms_text,
    printable,
    quantity,
    round_ticks,
    share_text,
)


@given(st.text(st.characters()))
def test_printable_text_can_be_written_anywhere(text: str) -> None:
    shown = printable(text)
    shown.encode("utf-8")
    assert "\n" not in shown
    assert "\x1b" not in shown
    assert not any(char in shown for char in "\u202a\u202e\u2066\u2069\x00\x9b")
    printable(text, "ascii").encode("ascii")


def test_ordinary_text_stays_as_it_is() -> None:
    for text in ("Café – “two”, s’il vous plaît", "नमस्ते", "👩‍👩‍👧", "مرحبا", "你好"):
        assert printable(text) == text


def test_milliseconds_are_put_for_people() -> None:
    assert ms_text(0) == "0 ms"
    assert ms_text(0, exact_ns=400) == "<1 ms"
    assert ms_text(1240) == "1,240 ms"
    assert ms_text(-300) == "\u2212300 ms"
    assert about_ms(12.6) == "13 ms"
    assert about_ms(None) == about_ms(math.nan) == about_ms(math.inf) == "–"


def test_shares_counts_and_places_are_put_for_people() -> None:
    assert [share_text(0.756), share_text(None)] == ["76%", "–"]
    assert [count_text(2.0), count_text(1.25), count_text(None), count_text(math.inf)] == [
        "2",
        "1.25",
        "–",
        "–",
    ]
    assert [clock_text(67.9), clock_text(-3)] == ["1:07", "0:00"]
    assert [quantity(1, "draft"), quantity(1200, "draft")] == ["1 draft", "1,200 drafts"]


def test_only_what_is_finite_is_kept() -> None:
    assert [finite(1.5), finite(math.inf), finite(math.nan), finite(None)] == [1.5, None, None, None]


@given(st.floats(-1e7, 1e7), st.floats(0, 1e7), st.integers(1, 12))
def test_ticks_are_few_round_and_within_the_axis(low_ms: float, reach_ms: float, most: int) -> None:
    high_ms = low_ms + reach_ms
    ticks = axis_ticks_ms(low_ms, high_ms, most)
    assert len(ticks) <= most
    assert all(low_ms - 1e-6 <= tick <= high_ms + 1e-6 for tick in ticks)
    steps = {after - before for before, after in pairwise(ticks)}
    assert len(steps) <= 1
    assert all(str(step).rstrip("0") in {"1", "2", "5"} for step in steps)


@pytest.mark.parametrize(
    ("low_ms", "high_ms", "expected"),
    [
        (0, 1028, [0, 200, 400, 600, 800, 1000]),
        (-2000, 1533, [-2000, -1000, 0, 1000]),
        (0, 0, []),
        (5, 1, []),
    ],
)
def test_ticks_stand_where_one_would_put_them(low_ms: float, high_ms: float, expected: list[int]) -> None:
    assert axis_ticks_ms(low_ms, high_ms, 6) == expected


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(1, 12))
def test_round_ticks_lie_within_the_axis_and_are_not_too_many(low: float, reach: float, most: int) -> None:
    ticks = round_ticks(low, low + reach, most)
    assert len(ticks) <= most + 1
    slack = 1e-6 + 1e-9 * abs(low)
    assert all(low - slack <= tick <= low + reach + slack for tick in ticks)
    assert ticks == sorted(ticks)


def test_round_ticks_are_round() -> None:
    assert round_ticks(0, 1.3, 7) == [0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2]
    assert round_ticks(1, 1, 7) == []
