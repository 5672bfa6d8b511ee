from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from antiphon.audio import AudioFormat
from antiphon.core.captions import Captions
from antiphon.core.events import Word
from antiphon.core.playout import SpokenText, TimedWord
from antiphon.core.speech import Link, Speech

FORMAT = AudioFormat(1_000)
MS = 1_000_000
TIME = Speech(
    "at 7:30 sharp", "at seven thirty sharp", (Link(0, 2, 0, 2), Link(3, 7, 3, 15), Link(8, 13, 16, 21))
)


def words(text: str, from_ms: int = 0, each_ms: int = 100) -> list[Word]:
    return [
        Word(word, (from_ms + at * each_ms) * MS, (from_ms + (at + 1) * each_ms) * MS)
        for at, word in enumerate(text.split())
    ]


def test_each_word_is_given_once_as_it_begins() -> None:
    spoken = SpokenText(FORMAT)
    spoken.add_text(TIME)
    spoken.add_audio(400, 0, words(TIME.spoken))
    spoken.complete()
    captions = Captions(spoken)
    assert captions.begun(0) == []
    assert captions.begun(50) == [TimedWord("at", 0, 100)]
    assert captions.begun(60) == []
    assert captions.begun(400) == [TimedWord("7:30", 100, 300), TimedWord("sharp", 300, 400)]
    assert captions.begun(500) == []


def test_without_word_times_they_are_shared_by_the_characters() -> None:
    spoken = SpokenText(FORMAT)
    spoken.add_text(Speech.plain("one two "))
    spoken.add_audio(800, 0, ())
    spoken.complete()
    assert Captions(spoken).begun(800) == [TimedWord("one", 0, 300), TimedWord("two", 400, 700)]


def test_a_voice_that_counts_words_differently_keeps_the_share() -> None:
    spoken = SpokenText(FORMAT)
    spoken.add_text("at 7:30 sharp")
    spoken.add_audio(600, 0, words("at seven thirty sharp x y"))
    spoken.complete()
    assert Captions(spoken).begun(600) == [
        TimedWord("at", 0, 200),
        TimedWord("7:30", 200, 400),
        TimedWord("sharp", 400, 600),
    ]
    spoken = SpokenText(FORMAT)
    spoken.add_text("one two three")
    spoken.add_audio(600, 0, words("onetwothree"))
    spoken.complete()
    assert [word.text for word in Captions(spoken).begun(600)] == ["one", "two", "three"]


def test_words_that_a_voice_tells_late_are_waited_for() -> None:
    spoken = SpokenText(FORMAT)
    captions = Captions(spoken)
    assert captions.begun(100) == []
    spoken.add_text(TIME)
    assert captions.begun(100) == []
    spoken.add_audio(200, 0, words("at seven"))
    assert [word.text for word in captions.begun(200)] == ["at"]
    spoken.add_audio(200, 0, words("thirty sharp", 200))
    assert [word.text for word in captions.begun(400)] == ["7:30", "sharp"]


def test_they_go_on_from_segment_to_segment() -> None:
    spoken = SpokenText(FORMAT)
    captions = Captions(spoken)
    for index, text in enumerate(("Sure, ", "at seven.", "Bye.")):
        spoken.add_text(text)
        spoken.add_audio(200, index, words(text, 200 * index))
    assert [word.text for word in captions.begun(250)] == ["Sure,", "at"]
    assert [word.text for word in captions.begun(600)] == ["seven.", "Bye."]


@given(
    st.lists(
        st.tuples(st.sampled_from(["a b. ", "Sure, ", "x", "one two three "]), st.integers(0, 900)),
        max_size=5,
    ),
    st.lists(st.integers(1, 400), max_size=40),
)
def test_every_word_is_given_at_most_once_and_in_order(
    segments: list[tuple[str, int]], steps: list[int]
) -> None:
    spoken = SpokenText(FORMAT)
    for text, _ in segments:
        spoken.add_text(text)
    for index, (_, samples) in enumerate(segments):
        if samples:
            spoken.add_audio(samples, index, ())
    spoken.complete()
    captions, at, given_words = Captions(spoken), 0, []
    for step in steps:
        at += step
        given_words += captions.begun(at)
    given_words += captions.begun(10_000)
    if all(samples for _, samples in segments):
        assert [word.text for word in given_words] == [word for text, _ in segments for word in text.split()]
    starts = [word.start_sample for word in given_words]
    assert starts == sorted(starts)
