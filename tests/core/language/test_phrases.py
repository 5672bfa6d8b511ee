"""What may be left out, and where."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.language.pack import EDGE, Phrase
from antiphon.core.language.phrases import Phrases, without_repeats


def found(phrase: Phrase, text: str, position: int = 0) -> bool:
    return Phrases([phrase], gerund="ing").at(text.split(), position) is not None


def test_a_phrase_is_found_by_its_words() -> None:
    assert found(Phrase(("thank", "you")), "thank you all")
    assert not found(Phrase(("thank", "you")), "thank them all")


def test_the_longest_phrase_wins_at_both_ends() -> None:
    phrases = Phrases([Phrase(("thanks",)), Phrase(("thanks", "a", "lot"))], without=frozenset({"a"}))
    longest = phrases.at(["thanks", "lot"], 0)
    assert longest is not None
    assert longest.words == ("thanks", "lot")
    assert phrases.ending(["play", "thanks", "lot"]) == longest
    assert phrases.ending(["lot"]) is None
    assert phrases.ending(["play"]) is None


def test_conditions_look_at_the_neighbours() -> None:
    assert found(Phrase(("so",), only_after=frozenset({EDGE})), "so what")
    assert not found(Phrase(("so",), only_after=frozenset({EDGE})), "and so what", 1)
    assert not found(Phrase(("so",), not_after=frozenset({"and"})), "and so what", 1)
    assert found(Phrase(("so",), only_before=frozenset({EDGE})), "so")
    assert not found(Phrase(("so",), only_before=frozenset({EDGE})), "so what")
    assert not found(Phrase(("so",), not_before=frozenset({"what"})), "so what")
    assert not found(Phrase(("thanks",), not_near=frozenset({"tell"})), "tell my brother thanks", 3)
    assert found(Phrase(("thanks",), not_near=frozenset({"tell"})), "tell me all jokes thanks", 4)
    assert not found(Phrase(("so",), unless=frozenset({"best"})), "so the best")
    assert found(Phrase(("would",), before_gerund=True), "would going")
    assert not found(Phrase(("would",), before_gerund=True), "would go")
    assert not found(Phrase(("would",), before_gerund=True), "would ing")


def test_words_said_twice_are_said_once() -> None:
    assert without_repeats(["set", "set", "an", "alarm"]) == ["set", "an", "alarm"]
    assert without_repeats(["set", "an", "set", "an", "alarm"]) == ["set", "an", "alarm"]
    assert without_repeats(["no", "no", "no"]) == ["no"]
    assert without_repeats(["at", "5:00", "pm", "at", "5:00", "pm"]) == ["at", "5:00", "pm"]
    assert without_repeats(["i", "i", "see", "a", "a", "dog"]) == ["i", "see", "a", "dog"]
    assert without_repeats(["to", "be", "or", "to", "be", "it"]) == ["to", "be", "or", "to", "be", "it"]


def test_denials_may_undo_each_other() -> None:
    assert without_repeats(["not", "not"], frozenset({"not"})) == ["not", "not"]


def test_digits_and_letters_may_be_said_twice() -> None:
    for text in ("5 5", "b b c", "plus 2 plus 2", "1st 1st", "x y x y"):
        assert without_repeats(text.split()) == text.split()


@given(st.lists(st.sampled_from(["abc", "def", "ghi"])))
def test_what_remains_has_no_neighbours_alike(words: list[str]) -> None:
    kept = without_repeats(words)
    assert all(one != other for one, other in pairwise(kept))
    assert set(kept) == set(words)
