"""Words of a text: what is said stays, how it is written goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.language.tokens import tokenise


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Turn it ON!", ["turn", "it", "on"]),
        ("what's john's", ["what's", "john's"]),
        ("the users' list", ["the", "users", "list"]),
        ("rock ’n’ roll", ["rock", "n", "roll"]),
        ("7:30pm", ["7:30pm"]),
        ("$1,000.50", ["$", "1,000.50"]),
        ("5.", ["5"]),
        ("e-mail", ["e", "mail"]),
        ("-5 degrees", ["-", "5", "degrees"]),
        ("10-15", ["10", "15"]),
        ("at 5 p.m. today", ["at", "5", "p.m.", "today"]),
        ("u. s. d. rate", ["u", "s", "d", "rate"]),
        ("the u.s.a today", ["the", "u.s.a", "today"]),
        ("vitamin a. i need it", ["vitamin", "a", "i", "need", "it"]),
        ("mail me@example.com", ["mail", "me", "@", "example", "dot", "com"]),
        ("snake_case", ["snake", "case"]),
        ("thanks 🙂", ["thanks", "🙂"]),
        ("I ❤️ jazz", ["i", "❤", "jazz"]),
        ("２２", ["22"]),
        ("2½", ["2", "1/2"]),
        ("Straße", ["strasse"]),
        ("今天天气。", ["今", "天", "天", "气"]),
        ("«où» — là…", ["où", "là"]),
        ("¿Qué?", ["qué"]),
        ("zero\u200bwidth", ["zerowidth"]),
        ("\x00\x07", []),
        ("", []),
    ],
)
def test_words_are_found(text: str, words: list[str]) -> None:
    assert tokenise(text) == words


def test_accents_are_decoration_only_where_a_language_says_so() -> None:
    assert tokenise("Beyoncé", fold_accents=True) == ["beyonce"]
    assert tokenise("Beyoncé") == ["beyoncé"]


@given(st.text())
def test_any_text_has_words_without_spaces_and_capitals(text: str) -> None:
    for word in tokenise(text):
        assert word
        assert word == word.lower() or not word.isascii()
