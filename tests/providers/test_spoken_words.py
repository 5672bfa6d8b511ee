import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.providers.spoken_words import number_words, spoken_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Open 10:00–17:30, daily!", "open ten seventeen thirty daily"),
        ("at 9:05", "at nine oh five"),
        ("9 a.m. or 10pm", "nine a m or ten p m"),
        ("£12.50, $3 or €5,000", "twelve pounds fifty three dollars or five thousand euros"),
        ("the 24th & 1st", "the twenty fourth and first"),
        ("the 20th, 21st, 2nd, 12th", "the twentieth twenty first second twelfth"),
        ("3.5 % of 100", "three point five percent of one hundred"),
        ("built in 1892", "built in eighteen ninety two"),
        ("0123 456", "zero one two three four hundred and fifty six"),
        ("Café O’Brien’s Pram", "cafe o'brien's pram"),
        ("Mail hello@example", "mail hello at example"),
        ("", ""),
        ("— …", ""),
    ],
)
def test_a_text_becomes_the_words_that_are_heard(text: str, words: str) -> None:
    assert spoken_words(text) == words.split()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (19, "nineteen"),
        (20, "twenty"),
        (101, "one hundred and one"),
        (1_000, "one thousand"),
        (1_005, "one thousand and five"),
        (1_905, "one thousand nine hundred and five"),
        (2_024, "two thousand and twenty four"),
        (65_536, "sixty five thousand five hundred and thirty six"),
        (7_654_321, "seven six five four three two one"),
    ],
)
def test_a_number_is_said_in_words(number: int, words: str) -> None:
    assert number_words(number) == words.split()


@given(st.text())
def test_any_text_has_words_that_stay_what_they_are(text: str) -> None:
    words = spoken_words(text)
    assert all(word and word == word.casefold() for word in words)
    assert spoken_words(" ".join(words)) == words
