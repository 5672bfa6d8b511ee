"""What a double's recogniser hears: a script in stream time, or utterances read out where there is sound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from antiphon.audio import AudioFormat, Samples
from antiphon.core.checks import check_range
from antiphon.core.events import Word
from antiphon.core.times import NS_PER_MS

FRAME_MS = 10  # audio is looked at in frames of this length
SETTLE_NS = 100 * NS_PER_MS  # silence that may be the end of an utterance, where a final is asked for


class SpeechSource(Protocol):
    """Knows what is said in the audio that a double is sent."""

    def hear(self, frame: Samples, end_ns: int) -> None:
        """The next ``FRAME_MS`` of audio, which end at ``end_ns``."""
        ...

    def settle(self) -> None:
        """The recogniser is to finalise: what may have been said by now, has been."""
        ...

    def silence_ns(self, at_ns: int) -> int:
        """How long it has been silent at the newest position, 0 where there is voice."""
        ...

    @property
    def words(self) -> Sequence[Word]:
        """All words known of, in order; times are those of the stream."""
        ...


class ScriptedSpeech:
    """Words at given times, whatever the audio sounds like."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = tuple(words)
        for earlier, later in zip(self.words, self.words[1:], strict=False):
            assert earlier.end_ns <= later.start_ns + NS_PER_MS, f"{later} begins before {earlier} ends"

    def hear(self, frame: Samples, end_ns: int) -> None:
        """Nothing depends on it."""

    def settle(self) -> None:
        """Nothing depends on it."""

    def silence_ns(self, at_ns: int) -> int:
        """Since the last word that has begun."""
        begun = [word for word in self.words if word.start_ns < at_ns]
        return max(0, at_ns - begun[-1].end_ns) if begun else at_ns


def script(*words: tuple[str, float, float]) -> tuple[Word, ...]:
    """Words from ``(text, start_ms, end_ms)``."""
    return tuple(Word(text, round(start * NS_PER_MS), round(end * NS_PER_MS)) for text, start, end in words)


def spoken(text: str, start_ms: float, ms_per_word: float = 300) -> tuple[Word, ...]:
    """A sentence as words of equal length, one right after the other."""
    return script(
        *(
            (word, start_ms + index * ms_per_word, start_ms + (index + 1) * ms_per_word)
            for index, word in enumerate(text.split())
        )
    )


def voiced_audio(*spans_ms: tuple[float, float], rate_hz: int, silence_ms: float = 1_000) -> Samples:
    """Audio that is voiced in some spans of time, a tone, and silent elsewhere, with silence at its end."""
    format_ = AudioFormat(rate_hz)
    end_ms = max((end for _, end in spans_ms), default=0) + silence_ms
    time_s = np.arange(format_.ns_to_samples(round(end_ms * NS_PER_MS))) / rate_hz
    tone = 8_000 * np.sin(2 * np.pi * 220 * time_s)
    is_voiced = np.zeros(len(time_s), np.bool_)
    for start, end in spans_ms:
        is_voiced |= (time_s >= start / 1_000) & (time_s < end / 1_000)
    return np.where(is_voiced, tone, 0).astype(np.int16)


class VoicedSpeech:
    """Reads a list of utterances out, one for each stretch of voiced audio.

    Args:
        utterances: What is said, in order.
        rate_hz: Of the audio.
        ms_per_word: Voiced audio for each word but the last ones: those not said when the stretch ends, are
            taken to have been.
        gap_ms: So much silence ends a stretch; a shorter pause belongs to it.
        repeat: Whether they are said again when all have been; otherwise the rest says nothing.
        threshold_dbfs: RMS above which a frame is voiced.
    """

    def __init__(
        self,
        utterances: Sequence[str],
        rate_hz: int,
        *,
        ms_per_word: float = 300,
        gap_ms: float = 900,
        repeat: bool = False,
        threshold_dbfs: float = -45,
    ) -> None:
        check_range("ms_per_word", ms_per_word, 10, 10_000)
        check_range("gap_ms", gap_ms, FRAME_MS, 60_000)
        self._format = AudioFormat(rate_hz)
        self._utterances = [utterance.split() for utterance in utterances]
        self._next = 0
        self._repeat = repeat
        self._current: list[str] = []
        self._frames_per_word = max(1, round(ms_per_word / FRAME_MS))
        self._gap_ns = round(gap_ms * NS_PER_MS)
        self._threshold = 32_768 * 10 ** (threshold_dbfs / 20)
        self._said: list[Word] = []
        self._word_start_ns = 0
        self._word_frames = 0
        self._voice_end_ns: int | None = None  # of the current stretch
        self._last_voice_ns = 0
        self._now_ns = 0

    @property
    def words(self) -> Sequence[Word]:
        """All words said so far."""
        return self._said

    def hear(self, frame: Samples, end_ns: int) -> None:
        """The next frame: voiced, it is a part of a word."""
        self._now_ns = end_ns
        level = float(np.sqrt(np.mean(np.square(frame.astype(np.float64))))) if len(frame) else 0.0
        if level > self._threshold:
            if self._voice_end_ns is None:
                self._begin(end_ns - FRAME_MS * NS_PER_MS)
            self._voice_end_ns = self._last_voice_ns = end_ns
            self._word_frames += 1
            if self._current and self._word_frames >= self._frames_per_word:
                self._say(self._current.pop(0), end_ns)
        elif self._voice_end_ns is not None and end_ns - self._voice_end_ns >= self._gap_ns:
            self.settle()
            self._voice_end_ns = None

    def settle(self) -> None:
        """In silence, the words that are left of the current utterance end where the voice did."""
        if self._voice_end_ns is None or self._now_ns - self._voice_end_ns < SETTLE_NS:
            return
        while self._current:
            self._say(self._current.pop(0), self._voice_end_ns)

    def silence_ns(self, at_ns: int) -> int:
        """Since the last voiced frame."""
        return max(0, at_ns - self._last_voice_ns)

    def _begin(self, start_ns: int) -> None:
        if self._repeat and self._next == len(self._utterances):
            self._next = 0
        self._current = list(self._utterances[self._next]) if self._next < len(self._utterances) else []
        self._next += 1
        self._word_start_ns = start_ns
        self._word_frames = 0

    def _say(self, text: str, end_ns: int) -> None:
        self._said.append(Word(text, min(self._word_start_ns, end_ns), end_ns))
        self._word_start_ns = end_ns
        self._word_frames = 0


class Framer:
    """Cuts audio, as it comes, into frames of ``FRAME_MS``."""

    def __init__(self, rate_hz: int) -> None:
        self.format = AudioFormat(rate_hz)
        self.samples = 0  # received so far
        self._length = rate_hz * FRAME_MS // 1_000
        self._rest = np.empty(0, np.int16)

    @property
    def position_ns(self) -> int:
        """The audio received so far."""
        return self.format.samples_to_ns(self.samples)

    def frames(self, audio: bytes) -> Iterator[tuple[Samples, int]]:
        """The frames that little-endian 16-bit audio completes, each with the time where it ends."""
        samples = np.frombuffer(audio[: len(audio) // 2 * 2], "<i2").astype(np.int16)
        whole = np.concatenate((self._rest, samples))
        begin = self.samples - len(self._rest)
        self.samples += len(samples)
        count = len(whole) // self._length
        self._rest = whole[count * self._length :]
        for index in range(count):
            end = (index + 1) * self._length
            yield whole[end - self._length : end], self.format.samples_to_ns(begin + end)
