"""Syntheses are put together to the replies that they were parts of."""

from __future__ import annotations

from antiphon.core.messages import Message
from antiphon.simulation.vendor_log import ModelCall, PlacedWord, Synthesis, VendorLog, silent_tag_of
from antiphon.simulation.wholes import Wholes, first_clause, joined

MESSAGES = (Message("user", "book a table"),)


def spoken(number: int, text: str, *, complete: bool = True) -> Synthesis:
    """A synthesis of 10 samples a word."""
    words = [PlacedWord(word, 10 * at, 10 * at + 10) for at, word in enumerate(text.split())]
    made = [(1_000 * number, 10 * len(words))]
    return Synthesis(number, 0, text, words=words, samples=10 * len(words), made=made, complete=complete)


def a_log(*syntheses: Synthesis) -> VendorLog:
    first = ModelCall(0, 0, MESSAGES, "sure a table")
    second = ModelCall(1, 5, MESSAGES, "at eight", begun=f"sure {silent_tag_of(0)} a table,")
    return VendorLog(model_calls=[first, second], syntheses=list(syntheses))


OPENING = f"sure {silent_tag_of(0)} a table, for"
REST = f"at eight {silent_tag_of(1)} then."


def test_a_first_clause_and_what_went_on_from_it_are_one() -> None:
    log = a_log(spoken(0, OPENING), spoken(1, REST))
    wholes = Wholes(log, lambda call_id, _: [log.model_calls[1]] if call_id == 0 else [])
    whole, call = wholes.of(0, 100)
    assert whole.text == f"sure {silent_tag_of(0)} a table, {REST}"
    assert call is log.model_calls[1]
    assert whole.samples == 80
    assert whole.words[4] == PlacedWord("at", 40, 50)
    assert whole.made == [(0, 40), (1_000, 80)]
    assert wholes.of(1, 200) == (whole, call)
    assert wholes.seam(whole) == (0, (1,))
    assert wholes.all() == [whole]


def test_a_clause_that_nothing_followed_is_not_complete() -> None:
    log = a_log(spoken(0, OPENING))
    whole, _ = Wholes(log, lambda call_id, _: [log.model_calls[1]]).of(0, 100)
    assert (whole.samples, whole.complete) == (40, False)


def test_what_was_spoken_in_two_streams_is_one() -> None:
    log = a_log(spoken(0, OPENING), spoken(1, f"two {silent_tag_of(0)} at eight."))
    wholes = Wholes(log, lambda _, __: [])
    whole, call = wholes.of(0, 100)
    assert (whole.samples, call) == (90, log.model_calls[0])
    assert wholes.seam(whole) is None


def test_another_one_is_as_it_is() -> None:
    alone, words = spoken(0, OPENING), spoken(1, "your parcel is here.")
    wholes = Wholes(a_log(alone, words), lambda _, __: [])
    assert wholes.of(0, 100)[0] is alone
    assert wholes.of(1, 100) == (words, None)
    assert wholes.all() == [alone, words]


def test_a_clause_whose_words_are_not_placed_is_all_there_is() -> None:
    unplaced = Synthesis(0, 0, "sure,", samples=30)
    assert first_clause(unplaced, "sure,").samples == 30
    assert joined([unplaced, spoken(1, "at eight.", complete=False)]).complete is False
