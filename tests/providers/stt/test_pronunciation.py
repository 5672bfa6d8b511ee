import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.providers.stt.pronunciation import guess_phones, pronounce, read_lexicon

LEXICON = read_lexicon(
    [
        "read R EH D\n",
        "read(2) R IY D\n",
        "fish F IH SH\n",
        "market M AA R K AH T\n",
        "wharf W AO R F\n",
        "\n",
        "odd\n",
    ]
)
PHONES = frozenset(
    [
        *("AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH", "IH"),
        *("IY", "JH", "K", "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH", "UW", "V"),
        *("W", "Y", "Z", "ZH"),
    ]
)


def test_a_word_can_be_said_in_several_ways() -> None:
    assert LEXICON["read"] == ["R EH D", "R IY D"]
    assert "odd" not in LEXICON


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("fishmarket", "F IH SH M AA R K AH T"),
        ("wharf's", "W AO R F Z"),
        ("pram", "P R AE M"),
        ("prams", "P R AE M Z"),
        ("quayle", "K W EY L"),
        ("knight", "N AY T"),
        ("edge", "EH JH"),
        ("wexcombe", "W EH K S K AA M B"),
        ("bellissima", "B EH L IH S IH M AH"),
        ("gate", "G EY T"),
    ],
)
def test_a_word_that_is_missing_is_guessed(word: str, phones: str) -> None:
    assert guess_phones(word, LEXICON) == phones


@pytest.mark.parametrize("word", ["ü", "北京", "'", ""])
def test_what_is_not_written_in_a_to_z_is_left_out(word: str) -> None:
    assert guess_phones(word, LEXICON) is None


@given(st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz'"), min_size=1))
def test_every_guess_is_made_of_phones(word: str) -> None:
    guess = guess_phones(word, LEXICON)
    assert guess is None or (guess and set(guess.split()) <= PHONES)


def test_guesses_are_told_from_knowledge() -> None:
    pronunciations, guessed = pronounce(["fish", "pram", "ü"], LEXICON)
    assert pronunciations == {"fish": ["F IH SH"], "pram": ["P R AE M"]}
    assert guessed == ["pram"]
