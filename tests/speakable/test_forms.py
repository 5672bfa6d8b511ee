from __future__ import annotations

import re

import pytest

from antiphon.speakable.forms import NUMBER, amount, joined

AMOUNT = re.compile(amount("low", ["k", "million"]))


@pytest.mark.parametrize("written", ["0", "12", "1,234", "1,234,567.8", ".5", "3.50"])
def test_a_number_is_found_whole(written: str) -> None:
    assert re.fullmatch(NUMBER, written)


@pytest.mark.parametrize(
    ("written", "times"),
    [("5 million", " million"), ("5million", "million"), ("5k", "k"), ("5", None), ("5 k", None)],
)
def test_what_multiplies_a_number_belongs_to_it(written: str, times: str | None) -> None:
    match = AMOUNT.match(written)
    assert match is not None
    assert match["low_times"] == times


def test_words_are_joined_and_empty_ones_left_out() -> None:
    assert joined("five", "", "dollars") == "five dollars"
