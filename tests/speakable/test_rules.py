from __future__ import annotations

from antiphon.speakable.pieces import Piece
from antiphon.speakable.rules import Rule, RuleBook, one_of


def test_of_the_rules_that_match_the_first_reads() -> None:
    book = RuleBook(
        [Rule(r"(?P<a>\d\d)", lambda match: f"two {match['a']}"), Rule(r"(?P<a>\d)", lambda _: "one")]
    )
    assert book.pieces("", "12 and 3") == [Piece(0, 2, "two 12"), Piece(7, 8, "one")]


def test_a_rule_may_leave_a_match_to_the_rules_after_it() -> None:
    book = RuleBook([Rule(r"\d\d", lambda _: None), Rule(r"\d", lambda match: f"<{match[0]}>")])
    assert book.pieces("", "12") == [Piece(0, 1, "<1>"), Piece(1, 2, "<2>")]


def test_what_no_rule_reads_is_left() -> None:
    book = RuleBook([Rule(r"\d+", lambda _: None)])
    assert book.pieces("", "12 34") == []


def test_a_rule_may_look_at_what_came_before_the_text() -> None:
    book = RuleBook([Rule(r"(?<=[ab][ ])\d", lambda _: "x")])
    assert book.pieces("b", " 5") == [Piece(1, 2, "x")]
    assert book.pieces("c", " 5") == []


def test_of_words_the_longest_is_found_and_a_space_is_any_blank() -> None:
    book = RuleBook([Rule(f"(?P<word>{one_of(['a', 'a.b', 'sq ft'])})", lambda match: f"<{match['word']}>")])
    assert [piece.said for piece in book.pieces("", "a.b sq  ft a")] == ["<a.b>", "<sq  ft>", "<a>"]
