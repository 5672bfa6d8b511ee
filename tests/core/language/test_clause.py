"""Openings, taken apart."""

from __future__ import annotations

import pytest

from antiphon.core.language import Clause, matcher_for, take_apart
from antiphon.core.language.clause import find, longest

ENGLISH = matcher_for("en")
OPENING = ENGLISH.pack.opening


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("Okay", Clause(False, False, (), ())),
        ("Okay, sure thing!", Clause(True, False, (), ())),
        ("Yes, of course", Clause(True, True, (), ())),
        ("Sure, a table for two", Clause(True, False, ("table", "for", "2"), ())),
        ("Alright, I'll book a table for you", Clause(False, False, ("book", "table"), ("for", "you"))),
        ("One moment, let me check", Clause(False, False, (), ())),
        ("You'd like to", Clause(False, False, ("you", "would", "like", "to"), ())),
        ("Turn right now", Clause(False, False, ("turn", "right", "now"), ())),
        ("Jazz, coming right up", Clause(False, False, ("jazz",), ("coming", "right", "up"))),
    ],
)
def test_acknowledgement_is_told_from_what_is_said(text: str, clause: Clause) -> None:
    assert OPENING is not None
    assert take_apart(ENGLISH.repeated(text), OPENING) == clause


def test_phrases_are_found_at_the_beginning_the_end_and_anywhere() -> None:
    phrases = (("of", "course"), ("of",))
    assert longest(phrases, ("of", "course", "not")) == 2
    assert longest(phrases, ("not", "of"), at_end=True) == 1
    assert longest(phrases, ("not",)) == 0
    assert find(("b", "c"), ["a", "b", "c", "d"]) == 1
    assert find(("c", "b"), ["a", "b", "c", "d"]) == -1
    assert find(("a", "b"), ["a"]) == -1
