"""Numbers, times and amounts: spoken and written, they are the same words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.language.en_numbers import NUMBERS
from antiphon.core.language.numbers import NumberReader, is_written, ordinal, split_written

READER = NumberReader(NUMBERS)
UNITS = [word for word, value in NUMBERS.values.items() if value < 20 and word != "naught"]
TENS = {
    value: word for word, value in NUMBERS.values.items() if value >= 20 and word not in {"fourty", "ninty"}
}
RANKS = {value: word for word, value in NUMBERS.ordinals.items() if word != "twelveth"}


def spoken(value: int, *, joined: bool = True) -> str:
    """An English number as it is said."""
    if value < 20:
        return UNITS[value]
    if value < 100:
        return TENS[value // 10 * 10] + (f" {UNITS[value % 10]}" if value % 10 else "")
    for size, name in ((10**9, "billion"), (10**6, "million"), (1_000, "thousand"), (100, "hundred")):
        if value >= size:
            rest = value % size
            between = " and " if joined and (size == 100 or 0 < rest < 100) else " "
            return f"{spoken(value // size, joined=joined)} {name}" + (
                f"{between}{spoken(rest, joined=joined)}" if rest else ""
            )
    raise AssertionError(value)


def read(text: str) -> str:
    return " ".join(READER.rewrite(text.split()))


@given(st.integers(0, 10**12 - 1), st.booleans())
def test_every_whole_number_is_read_as_it_is_said(value: int, joined: bool) -> None:
    assert read(spoken(value, joined=joined)) == str(value)


@given(st.integers(0, 999), st.lists(st.integers(0, 9), min_size=1, max_size=4))
def test_decimals_are_read_digit_by_digit(whole: int, decimals: list[int]) -> None:
    said = " ".join(UNITS[digit] for digit in decimals)
    assert read(f"{spoken(whole)} point {said}") == f"{whole}.{''.join(map(str, decimals))}"


@given(st.integers(1, 99))
def test_ordinals_are_read(value: int) -> None:
    tens, unit = value // 10 * 10, value % 10
    said = RANKS[value] if value in RANKS else f"{TENS[tens]} {RANKS[unit]}"
    assert read(said) == ordinal(value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("oh five", "oh 5"),
        ("20 2", "22"),
        ("2000 17", "2017"),
        ("a hundred", "100"),
        ("a million", "1000000"),
        ("a dog", "a dog"),
        ("hundred dogs", "hundred dogs"),
        ("one hundred and two hundred", "100 and 200"),
        ("five hundred and", "500 and"),
        ("one point five million", "1500000"),
        ("2.5 billion", "2500000000"),
        ("two and a half", "2.5"),
        ("two and half", "2.5"),
        ("two and a dog", "2 and a dog"),
        ("five point fifteen", "5.15"),
        ("five point", "5 point"),
        ("3.50", "3.50"),
    ],
)
def test_numbers_end_where_they_end(text: str, words: str) -> None:
    assert read(text) == words


@pytest.mark.parametrize(
    ("token", "parts"),
    [
        ("22", ("22",)),
        ("7pm", ("7", "pm")),
        ("7:30pm", ("7:30", "pm")),
        ("22nd", ("22nd",)),
        ("2th", ("2nd",)),
        ("1,000", ("1000",)),
        ("1,000,000.50", ("1000000.50",)),
        ("1,00", ("1", "00")),
        ("1.2.3", ("1", "2", "3")),
        ("1/2", ("half",)),
        ("3/4", ("3", "quarters")),
        ("5/12", ("5", "12")),
        ("1,5.2", ("1", "5", "2")),
    ],
)
def test_written_numbers_are_split(token: str, parts: tuple[str, ...]) -> None:
    assert split_written(token, NUMBERS) == parts


def test_ordinals_end_as_in_english() -> None:
    assert [ordinal(value) for value in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th",
    ]  # fmt: skip


def test_digits_are_told_from_words() -> None:
    assert is_written("12")
    assert is_written("1.5")
    assert not is_written("1.5.2")
    assert not is_written("2nd")


@given(
    st.lists(
        st.sampled_from(
            [*NUMBERS.values, "hundred", "and", "a", "half", "past", "to", "pm", "5", "$", "point"]
        )
    )
)
def test_any_words_can_be_read_and_read_again(words: list[str]) -> None:
    assert all(READER.rewrite(words)) or not words


def test_a_number_beyond_all_measure_is_left_as_it_is() -> None:
    assert read(f"{'9' * 400}.5 million") == f"{'9' * 400}.5 million"
