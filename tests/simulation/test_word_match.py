"""Finding words among words."""

from antiphon.simulation.word_match import find_words, is_within

WORDS = ["book", "a", "table", None, "for", "two"]


def test_a_run_of_words_is_found_from_where_it_is_looked_for() -> None:
    assert find_words(WORDS, ["a", "table"], 0) == 1
    assert find_words(WORDS, ["a", "table"], 2) is None


def test_nothing_runs_across_a_gap() -> None:
    assert find_words(WORDS, ["table", "for"], 0) is None


def test_no_words_are_found_anywhere() -> None:
    assert find_words(WORDS, [], 3) == 3


def test_within() -> None:
    assert is_within(["for", "two"], ["for", "two", "people"])
    assert not is_within(["two", "for"], ["for", "two", "people"])
