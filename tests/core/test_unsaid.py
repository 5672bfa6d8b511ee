"""What was said already is left out of a continuation, however it comes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.unsaid import Unsaid


def said(begun: str, *pieces: str) -> str:
    unsaid = Unsaid(begun)
    return "".join([*(unsaid.push(piece) for piece in pieces), unsaid.finish()])


@pytest.mark.parametrize(
    ("continuation", "rest"),
    [
        ("at eight, then.", " at eight, then."),
        (" at eight, then.", " at eight, then."),
        ("Sure, a table for two at eight.", " at eight."),
        ("sure a table for two: at eight.", " at eight."),
        ("Sure, a table for three.", " Sure, a table for three."),
        ("Sure, a table for two", ""),
        ("Sure, a", ""),
        ("", ""),
    ],
)
def test_a_repetition_is_left_out(continuation: str, rest: str) -> None:
    assert said("Sure, a table for two –", continuation) == rest


def test_where_nothing_was_said_all_is() -> None:
    assert said("", "Sure, ", "a table.") == "Sure, a table."


def test_a_clause_that_ends_in_a_space_needs_none() -> None:
    assert said("Sure, ", "at eight.") == "at eight."


def test_what_is_sure_to_be_new_is_not_held() -> None:
    unsaid = Unsaid("Sure, a table")
    assert unsaid.push("At ") == " At "
    assert unsaid.push("eight") == "eight"


@given(st.text("ab ,.", max_size=30), st.text("ab ,.", max_size=40), st.lists(st.integers(0, 40), max_size=6))
def test_the_pieces_do_not_matter_and_no_word_is_lost(begun: str, text: str, cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(text)]
    pieces = [text[start:end] for start, end in zip(places, places[1:], strict=False)]
    whole = said(begun, text)
    assert said(begun, *pieces) == whole
    words, rest = re.findall(r"[ab]+", text), re.findall(r"[ab]+", whole)
    assert rest == words[len(words) - len(rest) :]
