"""Synthesised callers: utterances as sound whose words' places and last voiced sample are known exactly."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from antiphon.audio import AudioFormat, Samples, first_audible, last_audible, resample
from antiphon.core.events import Word
from antiphon.core.times import NS_PER_MS
from antiphon.providers.base import TTS

FORMAT = AudioFormat(16_000)
_MARKS = ".,;:?!"


@dataclass(frozen=True, slots=True)
class Speech:
    """An utterance as sound in ``FORMAT``, from its first audible sample to its last.

    Attributes:
        text: What is said.
        samples: How it sounds.
        words: With their places in it.
    """

    text: str
    samples: Samples
    words: tuple[Word, ...]

    @property
    def duration_ns(self) -> int:
        """How long it takes."""
        return FORMAT.samples_to_ns(len(self.samples))

    def then(self, other: Speech, pause_ms: int) -> Speech:
        """This, a silence, and another utterance."""
        pause = np.zeros(FORMAT.ns_to_samples(pause_ms * NS_PER_MS), np.int16)
        shift_ns = self.duration_ns + FORMAT.samples_to_ns(len(pause))
        words = (*self.words, *(moved(word, shift_ns) for word in other.words))
        samples = np.concatenate((self.samples, pause, other.samples))
        return Speech(f"{self.text} {other.text}", samples, words)


async def say(voice: TTS, text: str) -> Speech:
    """A text spoken by a voice that tells its words' times.

    Raises:
        ProviderError: If the voice fails.
    """
    chunks, words = [np.empty(0, np.int16)], list[Word]()
    async for chunk in voice.stream(_once(text)):
        chunks.append(chunk.samples)
        words += chunk.words
    samples = resample(np.concatenate(chunks), voice.format.rate_hz, FORMAT.rate_hz)
    first, last = first_audible(samples, FORMAT.rate_hz), last_audible(samples, FORMAT.rate_hz)
    assert first is not None
    assert last is not None, f"no sound came of {text!r}"
    heard = samples[first : last + 1]
    cut_ns, length_ns = FORMAT.samples_to_ns(first), FORMAT.samples_to_ns(len(heard))
    begun_ns = [(word.text.strip(_MARKS), min(max(0, word.start_ns - cut_ns), length_ns)) for word in words]
    return Speech(text, heard, tuple(place_words(text, begun_ns, length_ns)))


async def _once(text: str) -> AsyncIterator[str]:
    yield text


def moved(word: Word, by_ns: int) -> Word:
    """A word at another place."""
    return Word(word.text, word.start_ns + by_ns, word.end_ns + by_ns)


def place_words(text: str, begun_ns: Sequence[tuple[str, int]], length_ns: int) -> Iterator[Word]:
    """All words of a text, where a voice has told where some of them begin.

    A voice may speak two words as one ("in the") and tell of the first only: they share its time evenly. Each
    word ends where the next begins, the last with the sound.

    Args:
        text: What is said; its words are what white space separates.
        begun_ns: Words that the voice told of, in order, and where each begins.
        length_ns: Where the sound ends.
    """
    groups: list[tuple[int, list[str]]] = []
    told = deque(begun_ns)
    for word in text.split():
        if told and told[0][0] == word.strip(_MARKS):
            groups.append((told.popleft()[1], [word]))
        elif groups:
            groups[-1][1].append(word)
        else:
            groups.append((0, [word]))
    for (start_ns, words), (end_ns, _) in zip(groups, [*groups[1:], (length_ns, [])], strict=True):
        edges_ns = [start_ns + (end_ns - start_ns) * index // len(words) for index in range(len(words) + 1)]
        for word, (from_ns, to_ns) in zip(words, pairwise(edges_ns), strict=True):
            yield Word(word, from_ns, to_ns)
