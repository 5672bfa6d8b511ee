"""Whatever a vendor does, each flush has one final and no word is lost."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from antiphon.core.events import Final, Interim, RecogniserEvent, Word
from antiphon.core.times import NS_PER_MS
from antiphon.providers.stt.finals import Finals


def ms(value: int) -> int:
    return value * NS_PER_MS


def said(text: str, start: int, end: int, confidence: float | None = None) -> Final:
    return Final(text, ms(start), ms(end), (Word(text, ms(start), ms(end)),) if text else (), confidence)


def asked(finals: Finals, position: int) -> int:
    number, events = finals.flush(ms(position))
    assert number is not None
    assert not events
    return number


# --- unasked ------------------------------------------------------------------------------------------


def test_interims_and_finals_pass() -> None:
    finals = Finals()
    assert finals.interim("two", ms(100)) == (Interim("two", 0, ms(100)),)
    assert finals.final(said("two words", 0, 200), answers_flush=False) == (said("two words", 0, 200),)
    assert finals.interim("more", ms(300)) == (Interim("more", ms(200), ms(300)),)


def test_silence_says_nothing() -> None:
    finals = Finals()
    assert not finals.interim("", ms(100))
    assert not finals.final(said("", 0, 200), answers_flush=False)
    assert finals.end_ns == ms(200)


def test_an_interim_that_was_wrong_is_taken_back() -> None:
    finals = Finals()
    finals.interim("word", ms(100))
    assert finals.interim("", ms(150)) == (Interim("", 0, ms(150)),)
    assert not finals.interim("", ms(160))
    finals.interim("word", ms(170))
    assert finals.final(said("", 0, 200), answers_flush=False) == (said("", 0, 200),)


def test_what_is_final_already_is_not_said_again() -> None:
    finals = Finals()
    finals.final(said("word", 0, 200), answers_flush=False)
    assert not finals.final(said("word", 0, 200), answers_flush=False)
    assert not finals.interim("word", ms(200))


# --- asked --------------------------------------------------------------------------------------------


def test_an_answer_covers_all_audio_that_was_sent() -> None:
    finals = Finals()
    asked(finals, 500)
    assert finals.final(said("word", 0, 480), answers_flush=True) == [
        Final("word", 0, ms(500), (Word("word", 0, ms(480)),))
    ]
    assert finals.waiting == 0


def test_an_unasked_final_on_its_way_becomes_part_of_the_answer() -> None:
    finals = Finals()
    asked(finals, 500)
    assert not finals.final(said("one", 0, 200, 0.9), answers_flush=False)
    assert finals.interim("two", ms(400)) == (Interim("one two", 0, ms(400)),)
    (answer,) = finals.final(said("two", 200, 500, 0.8), answers_flush=True)
    assert answer == Final(
        "one two", 0, ms(500), (Word("one", 0, ms(200)), Word("two", ms(200), ms(500))), 0.8
    )


def test_an_unasked_final_that_covers_all_is_the_answer() -> None:
    finals = Finals()
    asked(finals, 500)
    assert finals.final(said("word", 0, 500), answers_flush=False) == [said("word", 0, 500)]
    assert not finals.final(said("", 500, 510), answers_flush=True), "nothing was left to say"


def test_audio_that_is_final_needs_no_asking() -> None:
    finals = Finals()
    assert finals.flush(0) == (None, (Final("", 0, 0),))
    finals.final(said("word", 0, 200), answers_flush=False)
    assert finals.flush(ms(210)) == (None, (Final("", ms(210), ms(210)),))


def test_a_second_flush_of_the_same_audio_is_answered_after_the_first() -> None:
    finals = Finals()
    asked(finals, 500)
    assert finals.flush(ms(500)) == (None, ())
    assert finals.final(said("word", 0, 500), answers_flush=True) == [
        said("word", 0, 500),
        Final("", ms(500), ms(500)),
    ]


def test_flushes_are_answered_in_order() -> None:
    finals = Finals()
    first, second = asked(finals, 500), asked(finals, 1_000)
    assert finals.oldest_flush == first
    finals.final(said("one", 0, 500), answers_flush=True)
    assert finals.oldest_flush == second
    assert finals.final(said("two", 500, 1_000), answers_flush=True) == [said("two", 500, 1_000)]
    assert finals.oldest_flush is None


def test_a_final_that_covers_several_flushes_answers_them_all() -> None:
    finals = Finals()
    asked(finals, 500)
    asked(finals, 1_000)
    assert finals.final(said("both", 0, 1_000), answers_flush=False) == [
        said("both", 0, 1_000),
        Final("", ms(1_000), ms(1_000)),
    ]
    assert finals.waiting == 0
    assert not finals.final(said("", 1_000, 1_000), answers_flush=True), "answers that come after all"
    assert not finals.final(said("", 1_000, 1_000), answers_flush=True)
    asked(finals, 1_500)
    assert finals.final(said("next", 1_000, 1_480), answers_flush=True) == [
        Final("next", ms(1_000), ms(1_500), (Word("next", ms(1_000), ms(1_480)),))
    ]


# --- not answered in time -----------------------------------------------------------------------------


def test_an_overdue_flush_takes_the_newest_interim() -> None:
    finals = Finals()
    finals.interim("word", ms(400))
    number = asked(finals, 500)
    assert finals.overdue(number) == [Final("word", 0, ms(500))]
    assert finals.guessed_ns == ms(500)
    assert not finals.final(said("word", 0, 500), answers_flush=True), "late, and said already"


def test_an_overdue_flush_with_nothing_heard_is_empty_and_late_words_are_news() -> None:
    finals = Finals()
    number = asked(finals, 500)
    assert finals.overdue(number) == [Final("", ms(500), ms(500))]
    assert finals.guessed_ns == 0
    assert finals.final(said("late", 0, 500), answers_flush=True) == (said("late", 0, 500),)


def test_an_overdue_flush_takes_held_finals_along() -> None:
    finals = Finals()
    number = asked(finals, 500)
    finals.final(said("one", 0, 200), answers_flush=False)
    finals.interim("two", ms(400))
    (answer,) = finals.overdue(number)
    assert isinstance(answer, Final)
    assert (answer.text, answer.start_ns, answer.end_ns) == ("one two", 0, ms(500))


def test_the_late_answer_to_one_flush_is_not_taken_for_the_next_ones() -> None:
    finals = Finals()
    finals.overdue(asked(finals, 500))
    asked(finals, 1_000)
    assert not finals.final(said("late", 0, 480), answers_flush=True), "held"
    (answer,) = finals.final(said("next", 500, 980), answers_flush=True)
    assert isinstance(answer, Final)
    assert (answer.text, answer.start_ns, answer.end_ns) == ("late next", 0, ms(1_000))


def test_a_flush_that_was_answered_is_not_overdue() -> None:
    finals = Finals()
    number = asked(finals, 500)
    finals.final(said("word", 0, 500), answers_flush=True)
    assert not finals.overdue(number)


# --- the end ------------------------------------------------------------------------------------------


def test_at_the_end_the_newest_interim_is_final() -> None:
    finals = Finals()
    finals.interim("word", ms(400))
    assert finals.close(ms(500)) == (Final("word", 0, ms(500)),)
    assert not finals.close(ms(500))


def test_at_the_end_every_flush_is_answered() -> None:
    finals = Finals()
    asked(finals, 500)
    asked(finals, 1_000)
    finals.interim("word", ms(400))
    assert finals.close(ms(1_000)) == [Final("word", 0, ms(500)), Final("", ms(1_000), ms(1_000))]


# --- in any order -------------------------------------------------------------------------------------


class AnyVendor(RuleBasedStateMachine):
    """Words are heard one each 100 ms; the vendor tells of them, is asked and answers as it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.finals = Finals()
        self.position = 0  # words sent
        self.told = 0  # words the vendor has made final
        self.flushed = 0
        self.questions: list[int] = []  # that the vendor has not answered
        self.said: list[str] = []
        self.last_end_ns = 0
        self.answered = 0

    def take(self, events: Sequence[RecogniserEvent]) -> None:
        finals = [event for event in events if isinstance(event, Final)]
        for final in finals:
            assert final.end_ns >= self.last_end_ns, "finals go back"
            self.last_end_ns = final.end_ns
            self.said += final.text.split()
        answered = self.flushed - self.finals.waiting
        if answered > self.answered:
            assert len(finals) == answered - self.answered, "one final for each flush"
        self.answered = answered

    def words(self, upto: int) -> Final:
        start, self.told = self.told, max(upto, self.told)
        text = " ".join(f"w{n}" for n in range(start, self.told))
        return Final(text, ms(100 * start), ms(100 * self.told))

    @rule(words=st.integers(1, 5))
    def send(self, words: int) -> None:
        self.position += words

    @precondition(lambda self: self.position > self.told)
    @rule(data=st.data())
    def interim(self, data: st.DataObject) -> None:
        upto = data.draw(st.integers(self.told + 1, self.position))
        text = " ".join(f"w{n}" for n in range(self.told, upto))
        self.take(self.finals.interim(text, ms(100 * upto)))

    @precondition(lambda self: self.position > self.told)
    @rule(data=st.data())
    def unasked_final(self, data: st.DataObject) -> None:
        upto = data.draw(st.integers(self.told + 1, self.position))
        self.take(self.finals.final(self.words(upto), answers_flush=False))

    @rule()
    def flush(self) -> None:
        number, events = self.finals.flush(ms(100 * self.position))
        self.flushed += 1
        if number is not None:
            self.questions.append(self.position)
        self.take(events)

    @precondition(lambda self: self.questions)
    @rule()
    def answer(self) -> None:
        self.take(self.finals.final(self.words(self.questions.pop(0)), answers_flush=True))

    @precondition(lambda self: self.told)
    @rule()
    def repeat_an_old_final(self) -> None:
        assert not self.finals.final(said("w0", 0, 100), answers_flush=False)

    @invariant()
    def no_word_is_lost_doubled_or_out_of_order(self) -> None:
        assert self.said == [f"w{n}" for n in range(len(self.said))]

    def teardown(self) -> None:
        self.take(self.finals.close(ms(100 * self.position)))
        assert not self.finals.waiting


AnyVendor.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestAnyVendor = AnyVendor.TestCase


@given(positions=st.lists(st.integers(0, 50), max_size=20))
def test_flushes_that_are_never_answered_have_a_final_each(positions: list[int]) -> None:
    finals = Finals()
    answers = 0
    for position in sorted(positions):
        number, events = finals.flush(ms(100 * position))
        answers += len(events)
        if number is not None:
            answers += len(finals.overdue(number))
    assert answers == len(positions)
