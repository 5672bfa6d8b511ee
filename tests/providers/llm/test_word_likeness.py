import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.providers.llm.word_likeness import (
    INFLECTED,
    NEAREST,
    SAME,
    Vocabulary,
    likeness,
    sound_key,
    stem,
)


@pytest.mark.parametrize(
    "words",
    [
        "close closes closed closing",
        "ticket tickets ticket's",
        "visit visits visited",
        "party parties",
        "stop stopped",
    ],
)
def test_the_forms_of_a_word_have_one_stem(words: str) -> None:
    assert len({stem(word) for word in words.split()}) == 1


@pytest.mark.parametrize(
    ("heard", "known"),
    [("clothes", "close"), ("launch", "lunch"), ("barking", "parking"), ("left", "lift"), ("coast", "cost")],
)
def test_words_that_are_easily_misheard_are_alike(heard: str, known: str) -> None:
    assert 0.6 < likeness(heard, known) <= NEAREST


@pytest.mark.parametrize(
    ("heard", "known"),
    [("dog", "fog"), ("bus", "boss"), ("tour", "door"), ("monday", "sunday"), ("price", "pram")],
)
def test_words_that_mean_something_else_are_not(heard: str, known: str) -> None:
    assert likeness(heard, known) < 0.85


def test_the_same_word_is_most_alike() -> None:
    assert likeness("open", "open") == SAME
    assert likeness("opening", "open") == INFLECTED


@given(st.text(), st.text())
def test_likeness_is_a_share_and_goes_both_ways(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, other) == pytest.approx(likeness(other, one))
    assert likeness(one, one) == SAME


@given(st.text())
def test_any_word_has_a_stem_and_a_sound(word: str) -> None:
    assert len(stem(word)) <= len(word) + 1
    sound_key(word)


def test_a_vocabulary_finds_what_may_have_been_meant() -> None:
    vocabulary = Vocabulary(["close", "closing", "lunch", "dog"])
    assert "closed" in vocabulary
    assert "opened" not in vocabulary
    assert vocabulary.alike("closed") == {"clos": INFLECTED}
    assert vocabulary.alike("launch").keys() == {"lunch"}
    assert vocabulary.alike("xylophone") == {}
    assert vocabulary.alike("do") == {}


words_of_few_letters = st.text(st.sampled_from("abcdest"), min_size=1)


@given(st.lists(words_of_few_letters, max_size=20), words_of_few_letters)
def test_a_vocabulary_finds_what_comparing_each_word_would(words: list[str], heard: str) -> None:
    expected: dict[str, float] = {}
    for word in words:
        if (value := likeness(heard, word)) > expected.get(stem(word), 0.0):
            expected[stem(word)] = value
    assert Vocabulary(words).alike(heard) == expected
