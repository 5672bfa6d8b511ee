from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.speakable.numbers import LONGEST, NumberWords

WORDS = NumberWords("en", "point", "minus")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("0", "zero"),
        ("1,234", "one thousand two hundred and thirty-four"),
        ("-3.05", "minus three point zero five"),
        (".5", "point five"),
        ("5.", "five"),
        ("+7", "seven"),
        ("9" * (LONGEST + 1), " ".join(["nine"] * (LONGEST + 1))),
    ],
)
def test_a_number_is_said_in_words(written: str, said: str) -> None:
    assert WORDS.number(written) == said


def test_places_years_and_digits() -> None:
    assert WORDS.ordinal("1,002") == "one thousand and second"
    assert WORDS.year("2024") == "twenty twenty-four"
    assert WORDS.digits("0a7") == "zero seven"


@given(st.integers(0, 10**LONGEST - 1))
def test_any_number_has_words_and_no_digits(number: int) -> None:
    said = WORDS.cardinal(str(number))
    assert said
    assert not any(character.isdecimal() or character == "," for character in said)
