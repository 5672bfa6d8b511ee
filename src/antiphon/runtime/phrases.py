"""Audio of what is often said: a text and a voice's samples of it, bounded, in memory.

Replies begin alike. The first segments of a reply that were spoken before are taken from here; what follows
goes to the voice, which is not asked (nor paid) for them again. Every beginning is remembered when it is
spoken, openings, greetings and apologies among them; what is not said again goes first.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import numpy as np

from antiphon.audio import Samples
from antiphon.core.events import Word
from antiphon.core.times import NS_PER_S
from antiphon.providers.base import TTS, SpeechChunk
from antiphon.runtime.helpers import closing

MOST_PHRASES = 10_000


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text as a voice spoke it.

    Attributes:
        text: The text.
        samples: int16, mono, at the voice's rate.
        words: Its words, times since its first sample.
    """

    text: str
    samples: Samples
    words: tuple[Word, ...] = ()


@dataclass(slots=True)
class PhraseStats:
    """What a cache has done.

    Attributes:
        hits: Phrases served.
        misses: Beginnings of replies that had to be spoken.
        characters: Of the phrases served: what the voice did not have to be paid for.
    """

    hits: int = 0
    misses: int = 0
    characters: int = 0

    @property
    def hit_rate(self) -> float | None:
        """Share of the beginnings that were served; ``None`` before there was one."""
        asked = self.hits + self.misses
        return self.hits / asked if asked else None


@dataclass(slots=True)
class _Kept:
    phrase: Phrase
    used: int = 0


@dataclass(slots=True)
class PhraseCache:
    """One voice's phrases.

    Attributes:
        rate_hz: The voice's.
        limit_s: Audio kept, at most.
        longest: Characters of a phrase, at most.
        stats: What it has done.
    """

    rate_hz: int
    limit_s: float
    longest: int
    stats: PhraseStats = field(default_factory=PhraseStats)
    _kept: dict[str, _Kept] = field(default_factory=dict)  # those used last are last
    _samples: int = 0

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def held_s(self) -> float:
        """Audio kept."""
        return self._samples / self.rate_hz

    def get(self, text: str) -> Phrase | None:
        """A phrase that was spoken before."""
        key = phrase_key(text)
        kept = self._kept.pop(key, None)
        if kept is None:
            return None
        self._kept[key] = kept
        kept.used += 1
        self.stats.hits += 1
        self.stats.characters += len(text)
        return kept.phrase

    def put(self, phrase: Phrase) -> None:
        """Remember a phrase, if it is short enough; those used least, and longest ago, make room."""
        key = phrase_key(phrase.text)
        size = len(phrase.samples)
        if not key or not size or len(phrase.text) > self.longest or key in self._kept:
            return
        if size > self.limit_s * self.rate_hz:
            return
        while self._kept and (
            self._samples + size > self.limit_s * self.rate_hz or len(self._kept) >= MOST_PHRASES
        ):
            least = min(self._kept, key=lambda each: self._kept[each].used)
            self._samples -= len(self._kept.pop(least).phrase.samples)
        self._kept[key] = _Kept(phrase)
        self._samples += size

    def frequent(self) -> list[Phrase]:
        """The phrases that were served at least once since they were spoken or read."""
        return [kept.phrase for kept in self._kept.values() if kept.used]

    async def speak(
        self, segments: AsyncIterator[str], voice: TTS, bill: Callable[[int], None]
    ) -> AsyncIterator[SpeechChunk]:
        """A reply's audio: its beginning from here as far as it is known, the rest from the voice.

        Args:
            segments: The reply's text as it comes.
            voice: Who speaks it.
            bill: Told how many characters the voice was given.
        """
        said = 0
        samples = 0
        async for segment in segments:
            phrase = self.get(segment)
            if phrase is None:
                self.stats.misses += not said
                rest = self._by_voice(segment, segments, voice, bill, record=said == 0)
                async with closing(rest) as chunks:
                    async for chunk in chunks:
                        words = _moved(chunk.words, samples * NS_PER_S // self.rate_hz)
                        yield SpeechChunk(chunk.samples, chunk.segment + said, words)
                return
            words = _moved(phrase.words, samples * NS_PER_S // self.rate_hz)
            yield SpeechChunk(phrase.samples, said, words)
            samples += len(phrase.samples)
            said += 1

    async def _by_voice(
        self,
        first: str,
        segments: AsyncIterator[str],
        voice: TTS,
        bill: Callable[[int], None],
        *,
        record: bool,
    ) -> AsyncIterator[SpeechChunk]:
        """What the voice speaks; its first segment is remembered if it begins the reply."""
        heard: list[SpeechChunk] = []

        async def text() -> AsyncIterator[str]:
            bill(len(first))
            yield first
            async for segment in segments:
                bill(len(segment))
                yield segment

        async with closing(text()) as given, closing(voice.stream(given)) as chunks:
            async for chunk in chunks:
                if record and chunk.segment == 0 and len(first) <= self.longest:
                    heard.append(chunk)
                elif heard:
                    self._remember(first, heard)
                    heard = []
                yield chunk
        if heard:
            self._remember(first, heard)

    def _remember(self, text: str, chunks: list[SpeechChunk]) -> None:
        words = tuple(word for chunk in chunks for word in chunk.words)
        self.put(Phrase(text, np.concatenate([chunk.samples for chunk in chunks]), words))


def phrase_key(text: str) -> str:
    """Texts that differ in white space alone sound the same."""
    return " ".join(text.split())


def _moved(words: tuple[Word, ...], by_ns: int) -> tuple[Word, ...]:
    return tuple(Word(word.text, word.start_ns + by_ns, word.end_ns + by_ns) for word in words)
