"""The word lists of the packs are read as they are written."""

from __future__ import annotations

from antiphon.core.language.data import groups, listed, meanings, pairs, phrases, word_lists, words


def test_lists_are_read_between_spaces_and_commas() -> None:
    assert listed(" a b\n c ") == ("a", "b", "c")
    assert words("a b a") == {"a", "b"}
    assert word_lists("a, b c,\n d") == (("b", "c"), ("a",), ("d",))
    assert pairs("a b, c d") == {frozenset("ab"), frozenset("cd")}
    assert groups("a b, c d e") == {"a": "a", "b": "a", "c": "c", "d": "c", "e": "c"}
    assert meanings("i'm = i am, ok=okay") == {"i'm": ("i", "am"), "ok": ("okay",)}
    assert [phrase.words for phrase in phrases("a b", "c", not_after=words("d"))] == [("a", "b"), ("c",)]
