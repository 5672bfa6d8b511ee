"""How a sentence goes on, learned from sentences."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core import prediction
from antiphon.core.prediction import LONGEST_CONTINUATION, MOST_WORDS, Continuation, ContinuationModel

SAID = (
    "book a table for two on friday",
    "book a table for two on friday",
    "book a table for three on monday at seven",
    "cancel my table for two",
    "what time do you open",
    "what time do you close on sunday",
)
MODEL = ContinuationModel().learned(SAID)


def rests(text: str, model: ContinuationModel = MODEL, **options: float) -> list[str]:
    return [" ".join(one.words) for one in model.complete(text, least_probability=0.0, **options)]


def test_a_sentence_heard_before_is_completed_word_for_word() -> None:
    assert rests("what time do you close")[0] == "on sunday"
    assert rests("book a table")[0] == "for two on friday"


def test_an_end_is_a_continuation_like_others() -> None:
    ends = MODEL.complete("what time do you open")
    assert ends[0].words == ()
    assert ends[0].probability > 0.5


def test_the_end_of_a_sentence_is_told_only_where_one_is_known_to_begin_so() -> None:
    often, seldom = MODEL.ends("What time do you open?"), MODEL.ends("what time do you close")
    assert often is not None
    assert seldom is not None
    assert often > 0.7
    assert seldom < 0.3
    assert MODEL.ends("time do you open") is None
    assert MODEL.ends("") is None
    assert ContinuationModel().ends("what time do you open") is None


def test_a_sentence_never_heard_is_completed_from_its_last_words() -> None:
    assert "friday" in rests("please change the table for two on")


def test_what_was_said_more_often_is_likelier() -> None:
    two, three = (MODEL.probability(["book", "a", "table", "for"], word) for word in ("two", "three"))
    assert two > three > 0.1


def test_case_and_punctuation_do_not_matter() -> None:
    assert rests("Book a table,")[0] == "for two on friday"


def test_a_newest_word_that_nobody_expects_is_doubted() -> None:
    sure = MODEL.complete("what time do you garden")
    doubted = MODEL.complete("what time do you garden", misheard=0.3)
    assert all(not one.words for one in sure)
    assert doubted[0].kept == 4
    assert doubted[0].words[0] in {"open", "close"}


def test_a_newest_word_that_is_expected_is_not() -> None:
    assert all(one.kept == 5 for one in MODEL.complete("what time do you close", misheard=0.3))


def test_before_the_first_word_the_most_frequent_sentences_are_expected() -> None:
    assert rests("")[0] == "book a table for two on friday"


def test_who_knows_nothing_predicts_nothing() -> None:
    empty = ContinuationModel()
    assert not empty
    assert empty.complete("what time") == ()
    assert 0 < empty.probability([], "what") < 0.01


def test_a_sentence_too_long_to_be_known_is_not_completed() -> None:
    long = "word " * (MOST_WORDS + 3)
    model = ContinuationModel().learned([long])
    assert model.complete(long) == ()
    assert len(next(iter(model.sentences)).split()) == MOST_WORDS


def test_far_ahead_nothing_is_guessed_but_an_end() -> None:
    model = ContinuationModel().learned([" ".join(f"w{number}" for number in range(20))])
    assert model.complete("w0", least_probability=0.1) == ()
    assert all(len(one.words) <= LONGEST_CONTINUATION for one in model.complete("w0", least_probability=0))
    assert model.complete("w0 " + " ".join(f"w{number}" for number in range(1, 14)))[0].words[-1] == "w19"


def test_unlikely_continuations_are_left_out_and_the_likeliest_come_first() -> None:
    found = MODEL.complete("book a", most=2, least_probability=0.05)
    assert len(found) == 2
    assert found[0].probability >= found[1].probability >= 0.05


def test_a_search_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prediction, "_MOST_STEPS", 2)
    assert MODEL.complete("book a table") == ()


def test_learning_makes_a_new_model_and_leaves_the_old_one() -> None:
    later = MODEL.learned(["what time do you open", ""], weight=2)
    assert later.sentences["what time do you open"] == 3
    assert MODEL.sentences["what time do you open"] == 1
    assert ContinuationModel(later.sentences).complete("what") == later.complete("what")


def test_memory_is_bounded_and_what_was_said_least_and_longest_ago_goes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prediction, "MOST_SENTENCES", 3)
    model = ContinuationModel().learned(["one", "two", "two", "three"]).learned(["four"])
    assert list(model.sentences) == ["two", "three", "four"]


def test_the_chances_of_what_may_follow_sum_to_one() -> None:
    words = {word for sentence in SAID for word in sentence.split()}
    for context in ([], ["book"], ["a", "table", "for"], ["never", "heard"], ["what", "time", "do", "you"]):
        known = sum(MODEL.probability(context, word) for word in words)
        unknown = MODEL.probability(context, "unheard")
        total = known + MODEL.probability(context, None) + unknown * (2_000 - len(words) - 1)
        assert math.isclose(total, 1.0, rel_tol=1e-6)


@given(
    st.lists(
        st.lists(st.sampled_from("abcd"), min_size=1, max_size=6).map(" ".join), min_size=1, max_size=12
    ),
    st.lists(st.sampled_from("abcde"), max_size=6).map(" ".join),
    st.floats(0, 0.5),
)
def test_chances_are_chances_whatever_was_learned(said: list[str], so_far: str, misheard: float) -> None:
    found = (
        ContinuationModel().learned(said).complete(so_far, most=100, least_probability=0.0, misheard=misheard)
    )
    assert sum(one.probability for one in found) <= 1 + 1e-9
    assert len({(one.kept, one.words) for one in found}) == len(found)
    words = len(so_far.split())
    for one in found:
        assert isinstance(one, Continuation)
        assert one.kept in {words, words - 1}
        assert one.kept == words or one.words
