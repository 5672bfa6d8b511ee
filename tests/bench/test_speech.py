"""Synthesised utterances: only sound is left, every word has its place, and a pause is as long as it says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.audio import AudioFormat, first_audible
from antiphon.bench.speech import FORMAT, Speech, moved, place_words, say
from antiphon.core.events import Word
from antiphon.providers.base import SpeechChunk

MS = 1_000_000


class SlowVoice:
    """Says anything in a second: 200 ms of silence, 600 of sound, 200 of silence."""

    name = "slow"
    format = AudioFormat(8_000)

    def __init__(self, *words: Word) -> None:
        self.words = words

    async def stream(self, segments: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
        async for _ in segments:
            silence, sound = np.zeros(1_600, np.int16), np.full(4_800, 9_000, np.int16)
            yield SpeechChunk(np.concatenate([silence, sound[:2_400]]), 0, self.words)
            yield SpeechChunk(np.concatenate([sound[2_400:], silence]), 0)

    async def warm(self) -> None:
        """Always warm."""

    async def aclose(self) -> None:
        """Nothing is held."""


def spoken(text: str, length_ms: int) -> Speech:
    samples = np.full(FORMAT.rate_hz * length_ms // 1_000, 5_000, np.int16)
    return Speech(text, samples, tuple(place_words(text, [], FORMAT.samples_to_ns(len(samples)))))


async def test_silence_around_the_sound_is_cut_off_and_the_words_move_with_it() -> None:
    voice = SlowVoice(Word("one", 210 * MS, 0), Word("two", 500 * MS, 0))
    speech = await say(voice, "one two")
    assert speech.duration_ns == pytest.approx(600 * MS, abs=5 * MS)
    first, second = speech.words
    assert first_audible(speech.samples, FORMAT.rate_hz) == 0
    assert (first.text, second.text) == ("one", "two")
    assert first.end_ns == second.start_ns == pytest.approx(300 * MS, abs=5 * MS)
    assert second.end_ns == speech.duration_ns


async def test_marks_stay_with_their_words() -> None:
    speech = await say(SlowVoice(Word("yes", 200 * MS, 0), Word("sir.", 400 * MS, 0)), "yes, sir.")
    assert [word.text for word in speech.words] == ["yes,", "sir."]
    assert speech.words[1].start_ns == pytest.approx(200 * MS, abs=5 * MS)


def test_words_spoken_as_one_share_its_time() -> None:
    words = list(place_words("in the bedroom", [("in", 0), ("bedroom", 100)], 400))
    assert words == [Word("in", 0, 50), Word("the", 50, 100), Word("bedroom", 100, 400)]


def test_a_pause_is_as_long_as_it_says_and_moves_what_follows() -> None:
    whole = spoken("one", 200).then(spoken("two", 300), 400)
    assert whole.text == "one two"
    assert whole.duration_ns == 900 * MS
    assert [(word.start_ns // MS, word.end_ns // MS) for word in whole.words] == [(0, 200), (600, 900)]
    assert not whole.samples[FORMAT.rate_hz * 200 // 1_000 : FORMAT.rate_hz * 600 // 1_000].any()


def test_a_word_is_moved_as_a_whole() -> None:
    assert moved(Word("a", 1, 2), 10) == Word("a", 11, 12)


texts = st.lists(st.sampled_from(["a", "dog", "in", "the", "house"]), min_size=1).map(" ".join)


@given(texts, st.data())
def test_whatever_a_voice_tells_every_word_has_a_place_and_none_overlap(
    text: str, data: st.DataObject
) -> None:
    told = data.draw(st.lists(st.sampled_from(text.split())))
    starts = sorted(data.draw(st.lists(st.integers(0, 1_000), min_size=len(told), max_size=len(told))))
    words = list(place_words(text, list(zip(told, starts, strict=True)), 1_000))
    assert [word.text for word in words] == text.split()
    assert words[-1].end_ns == 1_000
    for earlier, later in pairwise(words):
        assert 0 <= earlier.start_ns <= earlier.end_ns == later.start_ns or earlier.end_ns <= later.start_ns
