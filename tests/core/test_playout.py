from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.audio import AudioFormat
from antiphon.core.events import Word
from antiphon.core.playout import NS_PER_CHARACTER, SpokenText
from antiphon.core.speech import Link, Speech

FORMAT = AudioFormat(1_000)
MS = 1_000_000
PER_CHARACTER = NS_PER_CHARACTER // MS  # samples, at one a millisecond


def spoken(*segments: tuple[str, int], complete: bool = True) -> SpokenText:
    """Segments of text, each with the samples of audio that have arrived for it."""
    text = SpokenText(FORMAT)
    for segment, _ in segments:
        text.add_text(segment)
    for index, (_, samples) in enumerate(segments):
        if samples:
            text.add_audio(samples, index, ())
    if complete:
        text.complete()
    return text


def test_nothing_played_is_nothing_heard() -> None:
    assert spoken(("Sure,", 500)).heard(0) == ""
    assert SpokenText(FORMAT).heard(100) == ""


def test_all_played_is_all_heard() -> None:
    text = spoken(("Sure, ", 500), ("a table for two. ", 900))
    assert (text.heard(1_400), text.samples) == ("Sure, a table for two.", 1_400)
    assert text.text == "Sure, a table for two. "


@pytest.mark.parametrize(
    ("samples", "heard"),
    [
        (100, ""),
        (300, "Sure,"),
        (600, "Sure, a"),
        (1_000, "Sure, a table"),
        (1_500, "Sure, a table for two."),
    ],
)
def test_within_a_segment_time_is_shared_by_the_characters(samples: int, heard: str) -> None:
    assert spoken(("Sure, a table for two.", 1_600)).heard(samples) == heard


def test_a_segment_is_heard_whole_before_the_next_begins() -> None:
    text = spoken(("Sure, ", 500), ("a table.", 500))
    assert text.heard(500) == "Sure,"
    assert text.heard(800) == "Sure, a"


def test_while_audio_still_comes_its_length_is_estimated() -> None:
    text = spoken(("one two three four five", 300), complete=False)
    assert text.heard(300) == "one"
    assert text.heard(4 * PER_CHARACTER) == "one"


def test_audio_longer_than_estimated_is_believed() -> None:
    text = spoken(("one two", 10_000), complete=False)
    assert text.heard(2_000) == ""
    assert text.heard(9_999) == "one two"


def test_with_word_times_a_word_counts_from_half_of_it() -> None:
    text = SpokenText(FORMAT)
    text.add_text("Sure, a table")
    text.add_audio(
        1_000,
        0,
        (Word("Sure", 0, 400 * MS), Word("a", 400 * MS, 500 * MS), Word("table", 500 * MS, 1_000 * MS)),
    )
    text.complete()
    assert [text.heard(at) for at in (150, 250, 449, 460, 700, 760)] == [
        "",
        "Sure,",
        "Sure,",
        "Sure, a",
        "Sure, a",
        "Sure, a table",
    ]


def test_a_voice_that_counts_words_differently_keeps_the_share() -> None:
    text = SpokenText(FORMAT)
    text.add_text("at 7:30 sharp")
    words = [
        Word(word, at * 100 * MS, (at + 1) * 100 * MS)
        for at, word in enumerate(["at", "seven", "thirty", "sharp", "x", "y"])
    ]
    text.add_audio(600, 0, words)
    text.complete()
    assert text.heard(399) == "at 7:30"


def test_word_times_that_are_still_coming_count_one_by_one() -> None:
    text = SpokenText(FORMAT)
    text.add_text("at seven thirty sharp")
    text.add_audio(200, 0, (Word("at", 0, 100 * MS), Word("seven", 100 * MS, 200 * MS)))
    assert text.heard(190) == "at seven"


def test_the_audio_of_a_segment_may_come_in_many_pieces() -> None:
    text = SpokenText(FORMAT)
    text.add_text("Sure, ")
    text.add_text("a table.")
    for segment in (0, 0, 1, 1):
        text.add_audio(250, segment, ())
    text.complete()
    assert [text.heard(at) for at in (200, 499, 500, 1_000)] == ["", "Sure,", "Sure,", "Sure, a table."]


def test_audio_of_an_unknown_segment_belongs_to_the_last_one() -> None:
    text = SpokenText(FORMAT)
    text.add_text("Sure.")
    text.add_audio(300, 5, ())
    text.complete()
    assert text.heard(300) == "Sure."


def test_a_segment_without_any_sound_does_not_hide_what_follows() -> None:
    text = spoken(("Sure. ", 500), ("😀 ", 0), ("A table for two.", 1_000), ("Bye.", 500))
    assert text.heard(1_500) == "Sure. 😀 A table for two."


TIME = Speech(
    "at 7:30 sharp", "at seven thirty sharp", (Link(0, 2, 0, 2), Link(3, 7, 3, 15), Link(8, 13, 16, 21))
)


def test_what_is_spoken_is_timed_and_what_is_written_is_heard() -> None:
    text = SpokenText(FORMAT)
    text.add_text(TIME)
    words = [Word(word, at * 100 * MS, (at + 1) * 100 * MS) for at, word in enumerate(TIME.spoken.split())]
    text.add_audio(400, 0, words)
    text.complete()
    assert [text.heard(at) for at in (100, 200, 300, 400)] == ["at", "at", "at 7:30", "at 7:30 sharp"]


def test_without_word_times_too_the_written_words_are_heard() -> None:
    text = SpokenText(FORMAT)
    text.add_text(TIME)
    text.add_audio(2_100, 0, ())
    assert [text.heard(at) for at in (300, 600, 1_300, 1_500)] == ["at", "at", "at 7:30", "at 7:30"]
    assert text.text == "at 7:30 sharp"


def test_silent_text_is_heard_with_what_comes_before_it() -> None:
    text = SpokenText(FORMAT)
    text.add_silent("nothing yet")
    text.add_text("Sure, yes.")
    text.add_silent(" 😀")
    text.add_audio(1_000, 0, ())
    text.complete()
    assert [text.heard(at) for at in (600, 1_000)] == ["Sure,", "Sure, yes. 😀"]


SEGMENTS = st.lists(
    st.tuples(st.text(alphabet="ab .,", min_size=1, max_size=20).filter(str.strip), st.integers(1, 2_000)),
    min_size=1,
    max_size=5,
)


@given(SEGMENTS, st.booleans(), st.lists(st.integers(0, 12_000), min_size=2, max_size=5))
def test_more_played_is_never_less_heard_and_always_a_beginning_of_the_text(
    segments: list[tuple[str, int]], complete: bool, moments: list[int]
) -> None:
    text = spoken(*segments, complete=complete)
    heard = [text.heard(at) for at in sorted(moments)]
    for less, more in itertools.pairwise(heard):
        assert more.startswith(less)
    whole = text.text.strip()
    assert all(whole.startswith(each) for each in heard)
