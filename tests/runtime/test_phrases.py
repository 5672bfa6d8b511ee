"""Phrases that were spoken before."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.events import Word
from antiphon.providers.base import SpeechChunk
from antiphon.runtime import phrases
from antiphon.runtime.helpers import closing
from antiphon.runtime.phrases import Phrase, PhraseCache

from .fakes import MS, FakeTTS, virtually


def cache(limit_s: float = 60, longest: int = 80) -> PhraseCache:
    return PhraseCache(1_000, limit_s, longest)


def phrase(text: str, samples: int = 100) -> Phrase:
    return Phrase(text, np.arange(samples, dtype=np.int16))


class Billed:
    """Who pays the voice."""

    def __init__(self) -> None:
        self.characters = 0

    def __call__(self, characters: int) -> None:
        self.characters += characters


async def text(*segments: str) -> AsyncGenerator[str, None]:
    for segment in segments:
        yield segment


async def spoken(kept: PhraseCache, voice: FakeTTS, *segments: str) -> tuple[list[SpeechChunk], int]:
    billed = Billed()
    return [chunk async for chunk in kept.speak(text(*segments), voice, billed)], billed.characters


def audio(chunks: list[SpeechChunk]) -> list[int]:
    return np.concatenate([chunk.samples for chunk in chunks]).tolist()


# --- spoken again -------------------------------------------------------------------------------------


@virtually
async def test_what_a_reply_began_with_is_not_asked_of_the_voice_again() -> None:
    kept, voice = cache(), FakeTTS()
    first, billed = await spoken(kept, voice, "Of course.", " A table for two.")
    assert billed == len("Of course. A table for two.")
    again, billed = await spoken(kept, voice, "Of course.", " At seven.")
    assert voice.spoken == ["Of course.", " A table for two.", " At seven."]
    assert billed == len(" At seven.")
    begun = [sample for chunk in first if chunk.segment == 0 for sample in chunk.samples.tolist()]
    assert audio(again)[: len(begun)] == begun
    assert [chunk.segment for chunk in again] == sorted(chunk.segment for chunk in again)
    assert {chunk.segment for chunk in again} == {0, 1}
    assert kept.stats.hit_rate == 0.5
    assert kept.stats.characters == len("Of course.")


@virtually
async def test_a_reply_of_one_segment_is_served_whole() -> None:
    kept, voice = cache(), FakeTTS()
    await spoken(kept, voice, "Sorry, once more please.")
    again, billed = await spoken(kept, voice, "Sorry,  once more please. ")
    assert billed == 0
    assert voice.spoken == ["Sorry, once more please."]
    assert audio(again)


@virtually
async def test_only_the_beginnings_of_replies_are_remembered() -> None:
    kept, voice = cache(), FakeTTS()
    await spoken(kept, voice, "Yes.", " It is open.")
    await spoken(kept, voice, "It is open.")
    assert voice.spoken == ["Yes.", " It is open.", "It is open."]


@virtually
async def test_words_keep_their_places_behind_a_phrase_from_memory() -> None:
    kept = cache()
    kept.put(Phrase("One two.", np.ones(300, np.int16), (Word("One", 0, 100 * MS),)))
    kept.put(Phrase("Three.", np.ones(200, np.int16), (Word("Three", 10 * MS, 90 * MS),)))

    class Voice(FakeTTS):
        async def stream(self, segments: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
            async for _ in segments:
                yield SpeechChunk(np.ones(50, np.int16), 0, (Word("Four", 0, 20 * MS),))

    chunks, _ = await spoken(kept, Voice(), "One two.", "Three.", "Four.")
    words = [word for chunk in chunks for word in chunk.words]
    assert [(word.text, word.start_ns // MS) for word in words] == [("One", 0), ("Three", 310), ("Four", 500)]
    assert [chunk.segment for chunk in chunks] == [0, 1, 2]


@virtually
async def test_a_reply_without_a_word_is_silent() -> None:
    kept = cache()
    assert await spoken(kept, FakeTTS()) == ([], 0)
    assert kept.stats.hit_rate is None


@virtually
async def test_what_a_voice_that_is_cut_off_has_said_is_not_remembered() -> None:
    kept = cache()
    async with (
        aclosing(text("Of course I can do that.", " Now.")) as segments,
        closing(kept.speak(segments, FakeTTS(), Billed())) as chunks,
    ):
        await anext(chunks)
    assert len(kept) == 0


# --- bounds -------------------------------------------------------------------------------------------


def test_what_was_never_used_makes_room_first_then_what_was_used_longest_ago() -> None:
    kept = cache(limit_s=0.3)
    for text_ in ("one", "two", "three"):
        kept.put(phrase(text_))
    kept.get("one")
    kept.get("three")
    kept.put(phrase("four"))
    assert kept.get("two") is None
    kept.get("four")
    kept.put(phrase("five"))
    assert kept.get("one") is None
    assert kept.get("three") is not None
    assert [each.text for each in kept.frequent()] == ["four", "three"]


def test_long_phrases_silent_ones_and_those_longer_than_the_memory_are_not_kept() -> None:
    kept = cache(limit_s=1, longest=5)
    kept.put(phrase("too long"))
    kept.put(phrase("", 10))
    kept.put(phrase("none", 0))
    kept.put(phrase("big", 1_001))
    kept.put(phrase("fine"))
    kept.put(phrase("fine", 7))
    assert len(kept) == 1
    assert kept.held_s == pytest.approx(0.1)


def test_there_are_never_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrases, "MOST_PHRASES", 2)
    kept = cache()
    for text_ in ("one", "two", "three"):
        kept.put(phrase(text_))
    assert len(kept) == 2


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(1, 400), st.booleans()), max_size=60))
def test_memory_is_bounded_whatever_is_said(said: list[tuple[str, int, bool]]) -> None:
    kept = cache(limit_s=1)
    for text_, samples, used in said:
        kept.put(phrase(text_, samples))
        if used:
            kept.get(text_)
        assert kept.held_s <= 1
        assert kept.held_s == pytest.approx(
            sum(len(each.phrase.samples) for each in kept._kept.values()) / 1_000
        )
