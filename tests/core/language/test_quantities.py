"""Times, dates, money and units: what stands beside a number is read with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.language.en_numbers import NUMBERS
from antiphon.core.language.numbers import NumberReader

READER = NumberReader(NUMBERS)
SPOKEN = {value: word for word, value in NUMBERS.values.items() if word not in {"naught", "fourty", "ninty"}}


def said(value: int) -> str:
    """A number from 10 to 59 as it is said."""
    return SPOKEN[value] if value in SPOKEN else f"{SPOKEN[value // 10 * 10]} {SPOKEN[value % 10]}"


def read(text: str) -> str:
    return " ".join(READER.rewrite(text.split()))


@given(st.integers(1, 12), st.integers(10, 59), st.sampled_from(["am", "pm"]))
def test_a_time_is_the_same_said_and_written(hour: int, minute: int, half: str) -> None:
    assert read(f"{SPOKEN[hour]} {said(minute)} {half}") == read(f"{hour}:{minute} {half}")
    assert read(f"{hour}{minute} {half}") == read(f"{hour}.{minute} {half}") == f"{hour}:{minute} {half}"


@given(st.integers(0, 59), st.integers(13, 23))
def test_the_second_half_of_the_day_is_pm(minute: int, hour: int) -> None:
    assert read(f"{hour}:{minute:02d}") == f"{hour - 12}:{minute:02d} pm"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("half past seven", "7:30"),
        ("quarter past twelve", "12:15"),
        ("quarter to one", "0:45"),
        ("ten past seven", "7:10"),
        ("five minutes to nine", "8:55"),
        ("seven oh five", "7:05"),
        ("07:05", "7:05"),
        ("7:30:00", "7:30"),
        ("five oclock", "5:00"),
        ("5:00 oclock", "5:00"),
        ("5 oclock pm", "5:00 pm"),
        ("five five pm", "5:00 pm"),
        ("5 5 apples", "5 5 apples"),
        ("5 6 7", "567"),
        ("5 66 7", "5 66 7"),
        ("5 100", "5 100"),
        ("30 40", "30 40"),
        ("11 75", "11 75"),
        ("13 pm", "13 pm"),
        ("400 am", "400 am"),
        ("19 99", "1999"),
        ("nineteen oh five", "1905"),
        ("twenty seventeen", "2017"),
        ("555 1234", "5551234"),
        ("one oh one point five", "101.5"),
        ("the twenty twenty fifth", "the 25th"),
        ("ninety nine point nine fm", "99.9 fm"),
        ("may twenty first", "may 21"),
        ("21st of may", "21 of may"),
        ("the fifth of the month", "the 5th of the month"),
        ("dec 5", "december 5"),
        ("jan called", "jan called"),
        ("$ 5", "5 dollars"),
        ("$ 1", "1 dollar"),
        ("$ 5.00", "5 dollars"),
        ("$ 5 million", "5000000 dollars"),
        ("5 €", "5 euros"),
        ("$ today", "$ today"),
        ("five dollars and fifty cents", "5.5 dollars"),
        ("five dollars fifty cents", "5.5 dollars"),
        ("five dollars and fifty dogs", "5 dollars and 50 dogs"),
        ("5.5 dollars", "5.5 dollars"),
        ("5 km", "5 kilometers"),
        ("1 km", "1 kilometer"),
        ("km", "km"),
        ("quarter of it", "quarter of it"),
    ],
)
def test_what_stands_beside_a_number_is_read_with_it(text: str, words: str) -> None:
    assert read(text) == words
