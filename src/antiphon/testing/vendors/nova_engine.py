"""What Deepgram's v1/listen says to a stream of audio: a pure function of the audio and of what is asked."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from antiphon.core.events import Word
from antiphon.core.times import NS_PER_MS, NS_PER_S
from antiphon.testing.vendors.speech_source import Framer, SpeechSource

LONGEST_SEGMENT_NS = 5 * NS_PER_S  # then a part of it becomes final, in mid-speech too
FINALIZE_FLOOR_NS = 100 * NS_PER_MS  # less audio than this, and a request for a final is not answered


@dataclass(frozen=True, slots=True)
class ListenSettings:
    """What a client asked for in the address."""

    rate_hz: int = 16_000
    model: str = "nova-3"
    interims: bool = True
    endpointing_ms: int | None = 10
    utterance_end_ms: int | None = None
    vad_events: bool = False


@dataclass(frozen=True, slots=True)
class Ears:
    """How well the recogniser hears."""

    behind_voice_ms: float = 0
    interim_every_ms: float = 100
    misheard: float = 0  # share of words that are wrong in the first interim they appear in
    seed: int = 0


class NovaEngine:
    """One v1 stream."""

    def __init__(self, source: SpeechSource, settings: ListenSettings, ears: Ears, request_id: str) -> None:
        self._source = source
        self._settings = settings
        self._ears = ears
        self._request_id = request_id
        self._framer = Framer(settings.rate_hz)
        self._behind_ns = round(ears.behind_voice_ms * NS_PER_MS)
        self._interim_ns = round(ears.interim_every_ms * NS_PER_MS)
        self._next_interim_ns = self._interim_ns
        self._segment_start_ns = 0
        self._taken = 0  # words that are final
        self._shown = 0  # words that were in an interim
        self._speaking = False
        self._utterance_end_due = False

    def hear(self, audio: bytes) -> Iterator[Mapping[str, object]]:
        """The next audio."""
        for frame, end_ns in self._framer.frames(audio):
            self._source.hear(frame, end_ns)
            yield from self._step(end_ns)

    def finalize(self) -> Iterator[Mapping[str, object]]:
        """A final of all audio so far is asked for: none comes where there is next to nothing to finalise."""
        now_ns = self._framer.position_ns
        if now_ns - self._segment_start_ns < FINALIZE_FLOOR_NS:
            return
        self._source.settle()
        words = [word for word in self._source.words[self._taken :] if word.end_ns <= now_ns]
        yield self._final(words, now_ns, speech_final=True, from_finalize=True)

    def close(self) -> Iterator[Mapping[str, object]]:
        """No more audio comes."""
        now_ns = self._framer.position_ns
        self._source.settle()
        words = [word for word in self._source.words[self._taken :] if word.end_ns <= now_ns]
        if words:
            yield self._final(words, now_ns, speech_final=True)
        yield {
            "type": "Metadata",
            "transaction_key": "deprecated",
            "request_id": self._request_id,
            "sha256": "0" * 64,
            "created": "2025-01-01T00:00:00.000Z",
            "duration": now_ns / NS_PER_S,
            "channels": 1,
        }

    def _step(self, now_ns: int) -> Iterator[Mapping[str, object]]:
        heard = self._heard(now_ns)
        if heard and not self._speaking:
            self._speaking = True
            if self._settings.vad_events:
                yield {
                    "type": "SpeechStarted",
                    "channel": [0, 1],
                    "timestamp": heard[0].start_ns / NS_PER_S,
                }
        silence_ns = self._source.silence_ns(now_ns)
        if heard and self._is_endpoint(silence_ns):
            yield self._final(heard, now_ns, speech_final=True)
        elif now_ns - self._segment_start_ns >= LONGEST_SEGMENT_NS:
            yield self._final(heard, heard[-1].end_ns if heard else now_ns)
        elif now_ns >= self._next_interim_ns and self._settings.interims:
            yield self._interim(heard, now_ns)
        if now_ns >= self._next_interim_ns:
            self._next_interim_ns += self._interim_ns
        yield from self._utterance_end(silence_ns)

    def _heard(self, now_ns: int) -> Sequence[Word]:
        """The words of the segment that are far enough behind."""
        return [word for word in self._source.words[self._taken :] if word.end_ns + self._behind_ns <= now_ns]

    def _is_endpoint(self, silence_ns: int) -> bool:
        endpointing_ms = self._settings.endpointing_ms
        return endpointing_ms is not None and silence_ns >= max(
            endpointing_ms * NS_PER_MS, self._behind_ns, NS_PER_MS
        )

    def _utterance_end(self, silence_ns: int) -> Iterator[Mapping[str, object]]:
        wait_ms = self._settings.utterance_end_ms
        if self._utterance_end_due and wait_ms is not None and silence_ns >= wait_ms * NS_PER_MS:
            self._utterance_end_due = False
            last_ns = self._source.words[self._taken - 1].end_ns
            yield {"type": "UtteranceEnd", "channel": [0, 1], "last_word_end": last_ns / NS_PER_S}

    def _interim(self, heard: Sequence[Word], now_ns: int) -> Mapping[str, object]:
        newest = self._taken + len(heard) - 1
        words = list(heard)
        if words and newest >= self._shown and self._mishears(newest):
            last = words[-1]
            words[-1] = Word(last.text[: max(1, len(last.text) // 2)], last.start_ns, last.end_ns)
        self._shown = max(self._shown, newest + 1)
        return self._results(words, now_ns)

    def _mishears(self, index: int) -> bool:
        chance = random.Random(f"{self._ears.seed}/{index}")  # noqa: S311 - repeatable on purpose
        return chance.random() < self._ears.misheard

    def _final(
        self, words: Sequence[Word], end_ns: int, *, speech_final: bool = False, from_finalize: bool = False
    ) -> Mapping[str, object]:
        flags = {"is_final": True, "speech_final": speech_final, "from_finalize": from_finalize}
        message = {**self._results(words, end_ns), **flags}
        self._taken += len(words)
        self._segment_start_ns = end_ns
        if words:
            self._utterance_end_due = True
            self._speaking = not speech_final
        return message

    def _results(self, words: Sequence[Word], end_ns: int) -> Mapping[str, object]:
        alternative = {
            "transcript": " ".join(word.text for word in words),
            "confidence": 0.98 if words else 0.0,
            "words": [_word(word) for word in words],
        }
        return {
            "type": "Results",
            "channel_index": [0, 1],
            "start": self._segment_start_ns / NS_PER_S,
            "duration": (end_ns - self._segment_start_ns) / NS_PER_S,
            "is_final": False,
            "speech_final": False,
            "channel": {"alternatives": [alternative]},
            "metadata": {
                "request_id": self._request_id,
                "model_info": {"name": self._settings.model, "version": "double", "arch": "double"},
                "model_uuid": "00000000-0000-0000-0000-000000000000",
            },
            "from_finalize": False,
        }


def _word(word: Word) -> Mapping[str, object]:
    return {
        "word": word.text.strip(".,?!;:").lower(),
        "start": word.start_ns / NS_PER_S,
        "end": word.end_ns / NS_PER_S,
        "confidence": 0.98,
        "punctuated_word": word.text,
    }
