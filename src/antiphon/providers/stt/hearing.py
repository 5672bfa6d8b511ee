"""From one call's audio to interims and finals: what is decoded, at which level, and what is news.

Two things about the audio cost many errors if nothing is done about them. The acoustic model has a level it
expects, and the decoder adapts to another only over seconds: so the first half second that may be speech
sets a gain for the call. And it has never heard the perfect silence between words of a synthetic or a
noise-gated voice: so a line that falls silent perfectly gets a little noise.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Protocol

import numpy as np

from antiphon.audio import Samples
from antiphon.providers.stt.voice_gate import Stretch, VoiceGate
from antiphon.providers.worker_wire import Facts

RATE_HZ = 16_000
FRAME = RATE_HZ // 100  # samples of one of the decoder's frames

# The mean of the cepstra at the start of a call, where the decoder has not heard the line yet: about what it
# settled at on recordings of read speech and on synthetic voices, at LEVEL. With it a first utterance has
# 29 errors in a hundred words where the decoder's own has 37. Within a call the decoder carries it on itself.
CEPSTRAL_MEAN = "55,2,-2,15,-13,2,-6,-6,-1,-4,3,-2,-4"
LEVEL = 5_000.0  # RMS of the loudest 20 ms of speech, of 32,767
LEVEL_SAMPLES = RATE_HZ // 2  # of what may be speech, to take the level from
SMALLEST_GAIN, LARGEST_GAIN = 0.2, 30.0
PERFECT_SILENCE = 2.0  # RMS; recordings have more, even in quiet rooms
NOISE = 48.0  # RMS, 40 dB below speech
MAX_UTTERANCE = 60 * RATE_HZ  # becomes final unasked
STABLE_OVER = 3  # hypotheses
_FILLER = re.compile(r"[<\[+].*|.*[>\]+]")
_VARIANT = re.compile(r"\(\d+\)$")


class Hypothesis(Protocol):
    """What the decoder takes the audio so far to say."""

    hypstr: str


class Segment(Protocol):
    """A word or a filler with its frames."""

    word: str
    start_frame: int
    end_frame: int  # its last


class Decoder(Protocol):
    """What is used of PocketSphinx."""

    def start_utt(self) -> None:
        """Begin an utterance."""
        ...

    def process_raw(self, data: bytes, no_search: bool, full_utt: bool) -> int:
        """Decode the next audio, 16 bit at 16 kHz."""
        ...

    def end_utt(self) -> None:
        """End the utterance."""
        ...

    def hyp(self) -> Hypothesis | None:
        """The words so far."""
        ...

    def seg(self) -> Iterable[Segment]:
        """The words and fillers of an utterance that has ended."""
        ...

    def set_cmn(self, cmn: str) -> None:
        """Say what the line's cepstral mean is."""
        ...


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard; places are samples of the call."""

    text: str
    start: int
    end: int
    words: tuple[tuple[str, int, int], ...] = ()  # text, start, end
    stability: float | None = None
    is_final: bool = False

    @property
    def facts(self) -> Facts:
        """As it goes to the parent."""
        return {
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "words": self.words,
            "stability": self.stability,
            "final": self.is_final,
        }


class Hearing:
    """One call.

    Args:
        decoder: Its own for as long as the call lasts.
        interim_every_ms: Of audio, between two looks at what has been heard.
    """

    def __init__(self, decoder: Decoder, interim_every_ms: int) -> None:
        self._decoder = decoder
        self._interim_every = RATE_HZ * interim_every_ms // 1_000
        self._gate = VoiceGate(RATE_HZ)
        self._noise = np.random.default_rng(0).normal(0, NOISE, RATE_HZ).astype(np.float32)
        self._gain: float | None = None
        self._unlevelled: list[Stretch] = []  # held until the gain is known: at most LEVEL_SAMPLES
        self._received = 0
        self._final_end = 0
        self._unlooked = 0  # samples received since the last look
        self._shown = ""
        self._looks: deque[list[str]] = deque(maxlen=STABLE_OVER)
        self._decoded = 0  # samples of the utterance; 0: there is none
        self._places: list[tuple[int, int]] = []  # where in the call a stretch of the utterance begins
        decoder.set_cmn(CEPSTRAL_MEAN)

    @property
    def is_pending(self) -> bool:
        """Whether there is audio that is not final."""
        return self._received > self._final_end

    def hear(self, samples: Samples) -> Iterator[Transcript]:
        """Take the next audio; answer an interim if there is news."""
        self._received += len(samples)
        self._unlooked += len(samples)
        for stretch in self._gate.push(samples):
            self._level(stretch)
        if self._decoded >= MAX_UTTERANCE:
            yield self.flush()
        elif self._decoded and self._unlooked >= self._interim_every:
            self._unlooked = 0
            yield from self._look()

    def flush(self) -> Transcript:
        """Make all audio so far final."""
        for stretch in self._gate.flush():
            self._level(stretch)
        self._settle_level()
        words: tuple[tuple[str, int, int], ...] = ()
        if self._decoded:
            self._decoder.end_utt()
            words = tuple(self._words())
        start, self._final_end = self._final_end, self._received
        self._begin_again()
        return Transcript(" ".join(text for text, _, _ in words), start, self._received, words, is_final=True)

    def close(self) -> None:
        """Leave the decoder as it was found."""
        if self._decoded:
            self._decoder.end_utt()
            self._begin_again()

    def _begin_again(self) -> None:
        self._decoded = 0
        self._places.clear()
        self._looks.clear()
        self._shown = ""

    def _level(self, stretch: Stretch) -> None:
        """Decode at the call's level; until that is known, hold."""
        if self._gain is not None:
            self._decode(stretch, self._gain)
            return
        self._unlevelled.append(stretch)
        if sum(len(held.samples) for held in self._unlevelled) >= LEVEL_SAMPLES:
            self._settle_level()

    def _settle_level(self) -> None:
        if not self._unlevelled:
            return
        held = np.concatenate([stretch.samples for stretch in self._unlevelled]).astype(np.float32)
        blocks = held[: len(held) - len(held) % (2 * FRAME)].reshape(-1, 2 * FRAME)
        loudest = float(np.sqrt((blocks**2).mean(axis=1)).max(initial=1.0))
        self._gain = min(LARGEST_GAIN, max(SMALLEST_GAIN, LEVEL / loudest))
        for stretch in self._unlevelled:
            self._decode(stretch, self._gain)
        self._unlevelled.clear()

    def _decode(self, stretch: Stretch, gain: float) -> None:
        if not self._decoded:
            self._decoder.start_utt()
        if not self._places or stretch.start != self._in_call(self._decoded):
            self._places.append((self._decoded, stretch.start))
        audio = stretch.samples * np.float32(gain)
        if self._gate.quietest < PERFECT_SILENCE:
            audio += self._noise[np.arange(stretch.start, stretch.start + len(audio)) % len(self._noise)]
        data = np.clip(audio, -32_768, 32_767).astype(np.int16).tobytes()
        self._decoder.process_raw(data, False, False)
        self._decoded += len(stretch.samples)

    def _look(self) -> Iterator[Transcript]:
        hypothesis = self._decoder.hyp()
        words = [] if hypothesis is None else list(_real_words(hypothesis.hypstr.split()))
        self._looks.append(words)
        text = " ".join(words)
        if text == self._shown:
            return
        self._shown = text
        since = zip(words, self._looks[0], strict=False)
        kept = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], since))
        stability = kept / len(words) if words else 1.0
        yield Transcript(text, self._final_end, self._received, stability=stability)

    def _words(self) -> Iterator[tuple[str, int, int]]:
        for segment in self._decoder.seg():
            for word in _real_words([segment.word]):
                start = self._in_call(segment.start_frame * FRAME)
                yield word, start, max(start, self._in_call((segment.end_frame + 1) * FRAME))

    def _in_call(self, sample: int) -> int:
        """Where in the call a sample of the utterance is."""
        decoded, place = max(self._places[0], *(each for each in self._places if each[0] <= sample))
        return place + sample - decoded


def _real_words(words: Iterable[str]) -> Iterator[str]:
    """Without the decoder's marks: fillers such as ``<sil>`` and ``[NOISE]``, numbers of pronunciations."""
    for word in words:
        if not _FILLER.fullmatch(word):
            yield _VARIANT.sub("", word).lower()
