"""English short forms."""

from __future__ import annotations

import pytest

from antiphon.core.language.en_contractions import CONTRACTIONS


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("what's", "what is"),
        ("whats", "what is"),
        ("i'm", "i am"),
        ("they've", "they have"),
        ("who'd", "who would"),
        ("couldn't", "could not"),
        ("couldnt", "could not"),
        ("can't", "can not"),
        ("won't", "will not"),
        ("let's", "let us"),
        ("gonna", "going to"),
        ("o'clock", "oclock"),
        ("ok", "okay"),
        ("=", "equals"),
        ("÷", "divided by"),
    ],
)
def test_a_short_form_stands_for_its_words(short: str, long: str) -> None:
    assert " ".join(CONTRACTIONS[short]) == long


@pytest.mark.parametrize("word", ["well", "were", "ill", "id", "hell", "shell", "shed", "wed"])
def test_what_is_a_word_of_its_own_is_no_short_form(word: str) -> None:
    assert word not in CONTRACTIONS


def test_no_short_form_stands_for_another() -> None:
    assert not {word for words in CONTRACTIONS.values() for word in words} & CONTRACTIONS.keys()
