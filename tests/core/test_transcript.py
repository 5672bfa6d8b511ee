from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.events import Final, Interim
from antiphon.core.transcript import COVERED_WITHIN_NS, REMEMBERED_FINALS, FinalsSeen, Transcript

S = 1_000_000_000


class Listener:
    """Takes recogniser events as the machine does."""

    def __init__(self) -> None:
        self.seen = FinalsSeen()
        self.transcript = Transcript(self.seen)

    def final(self, text: str, start_s: float, end_s: float) -> str:
        final = Final(text, round(start_s * S), round(end_s * S))
        if self.seen.is_new(final):
            self.transcript.add_final(final)
        return self.transcript.text

    def interim(self, text: str, start_s: float, end_s: float) -> bool:
        return self.transcript.set_interim(Interim(text, round(start_s * S), round(end_s * S)))


def test_the_text_is_finals_then_the_newest_interim() -> None:
    listener = Listener()
    assert listener.final("book a", 0, 1) == "book a"
    assert listener.interim("table", 1, 1.5)
    assert listener.transcript.text == "book a table"
    assert not listener.transcript.is_final
    assert listener.final("table for two", 1, 2) == "book a table for two"
    assert listener.transcript.is_final


@given(st.permutations(range(6)), st.lists(st.integers(0, 5), max_size=12))
def test_finals_stand_in_the_order_of_their_audio_each_once(order: list[int], repeats: list[int]) -> None:
    listener = Listener()
    for number in [*order, *repeats]:
        listener.final(f"word{number}", number, number + 1)
    assert listener.transcript.text == " ".join(f"word{number}" for number in range(6))


def test_a_final_within_audio_that_is_final_is_a_repeat() -> None:
    listener = Listener()
    listener.final("book a table", 0, 3)
    assert listener.final("a table", 1, 2) == "book a table"


def test_a_call_remembers_enough_finals_to_know_a_repeat() -> None:
    listener = Listener()
    for number in range(REMEMBERED_FINALS):
        listener.final(f"word{number}", number, number + 1)
    assert not listener.seen.is_new(Final("word0", 0, S))


def test_an_interim_of_final_audio_is_stale() -> None:
    listener = Listener()
    listener.final("book a table", 0, 2)
    assert not listener.interim("book a", 0, 2)
    assert listener.transcript.text == "book a table"


def test_an_interim_that_says_the_same_changes_nothing() -> None:
    listener = Listener()
    assert listener.interim("book", 0, 1)
    assert not listener.interim("book", 0, 1.2)


def test_an_interim_may_shrink_to_nothing() -> None:
    listener = Listener()
    listener.interim("book a table", 0, 1)
    assert listener.interim("", 0, 1.2)
    assert listener.transcript.text == ""
    assert listener.transcript.is_final


def test_an_empty_final_takes_the_interim_with_it() -> None:
    listener = Listener()
    listener.interim("uh", 0, 1)
    assert listener.final("", 0, 1.2) == ""
    assert listener.transcript.is_final


def test_a_late_final_of_earlier_audio_leaves_the_interim() -> None:
    listener = Listener()
    listener.final("for two", 1, 2)
    listener.interim("please", 2, 3)
    assert listener.final("a table", 0, 1) == "a table for two please"


def test_audio_is_covered_where_a_final_ends_at_its_last_word() -> None:
    listener = Listener()
    listener.final("book", 0, 1)
    assert listener.transcript.covers(S + COVERED_WITHIN_NS)
    assert not listener.transcript.covers(S + COVERED_WITHIN_NS + 1)


def test_words_are_held_when_an_interim_reaches_them() -> None:
    listener = Listener()
    assert not listener.transcript.holds(S)
    listener.interim("book a", 0, 0.9)
    assert not listener.transcript.holds(S)
    listener.interim("book a table", 0, 1.1)
    assert listener.transcript.holds(S)
    assert not listener.transcript.covers(S)


def test_words_are_held_when_a_final_covers_them() -> None:
    listener = Listener()
    listener.final("book", 0, 1)
    assert listener.transcript.holds(S + COVERED_WITHIN_NS)


def test_written_words_follow_what_was_said() -> None:
    listener = Listener()
    listener.transcript.add_text("hello")
    listener.final("book a table", 0, 1)
    listener.transcript.add_text("for two")
    assert listener.final("please", 1, 2) == "hello book a table for two please"


def test_written_words_follow_what_was_said_but_is_not_final_yet() -> None:
    listener = Listener()
    listener.interim("book a table", 0, 1)
    listener.transcript.add_text("for two")
    assert listener.final("book a table", 0, 1.2) == "book a table for two"


def test_what_was_said_over_a_reply_joins_the_turn_that_goes_on() -> None:
    listener = Listener()
    listener.final("book a table", 0, 1)
    listener.interim("for", 1, 2)
    later = Transcript(listener.seen)
    for final in (Final("please", 3 * S, 4 * S), Final("for two", S, 3 * S)):
        assert listener.seen.is_new(final)
        later.add_final(final)
    later.set_interim(Interim("at seven", 4 * S, 5 * S))
    listener.transcript.merge(later)
    assert listener.transcript.text == "book a table for two please at seven"
    assert not listener.transcript.is_final
    assert listener.final("at eight", 4, 5) == "book a table for two please at eight"


def test_where_nothing_newer_was_guessed_the_guess_stands() -> None:
    listener = Listener()
    listener.interim("book a table", 0, 1)
    listener.transcript.merge(Transcript(listener.seen))
    assert listener.transcript.text == "book a table"


def test_an_adopted_interim_stands_for_a_final_until_that_comes() -> None:
    listener = Listener()
    listener.interim("book a table", 0, 1)
    listener.transcript.adopt_interim()
    assert listener.transcript.text == "book a table"
    assert listener.transcript.interim == ""
    assert not listener.transcript.is_final
    assert listener.final("book the table", 0, 1) == "book the table"
    assert listener.transcript.is_final


def test_adopted_once_more_an_interim_still_stands() -> None:
    listener = Listener()
    listener.interim("book a table", 0, 1)
    listener.transcript.adopt_interim()
    listener.transcript.adopt_interim()
    assert listener.transcript.text == "book a table"


def test_a_newer_interim_takes_the_place_of_an_adopted_one() -> None:
    listener = Listener()
    listener.interim("book a table", 0, 1)
    listener.transcript.adopt_interim()
    assert listener.interim("book a table for two", 0, 2)
    assert listener.transcript.text == "book a table for two"


def test_a_final_that_comes_after_later_words_final_replaces_the_adopted_interim() -> None:
    seen = FinalsSeen()
    transcript = Transcript(seen)
    transcript.set_interim(Interim("book a table", 0, 1_000 * S // 1_000))
    transcript.adopt_interim()
    seen.is_new(Final("yeah", 2_000 * S // 1_000, 2_500 * S // 1_000))
    transcript.add_final(Final("book a table.", 0, 1_100 * S // 1_000))
    assert transcript.text == "book a table."
