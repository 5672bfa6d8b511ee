"""What Deepgram's v2/listen says to a stream of audio: a pure function of the audio and of what is asked.

The double's confidence that a turn is over grows with the silence as ``1 - exp(-silence / 216 ms)``: it
reaches the vendor's default threshold of 0.7 after 260 ms.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from antiphon.core.events import Word
from antiphon.core.times import NS_PER_MS, NS_PER_S
from antiphon.testing.vendors.speech_source import Framer, SpeechSource

CONFIDENCE_NS = 216 * NS_PER_MS
UPDATE_NS = 250 * NS_PER_MS


@dataclass(frozen=True, slots=True)
class FluxSettings:
    """What a client asked for, in the address or since."""

    rate_hz: int = 16_000
    eager_eot_threshold: float | None = None
    eot_threshold: float = 0.7
    eot_timeout_ms: float = 5_000


class _Turn(Enum):
    NONE = auto()
    ONGOING = auto()
    MAY_BE_OVER = auto()


class FluxEngine:
    """One v2 stream."""

    def __init__(
        self, source: SpeechSource, settings: FluxSettings, behind_voice_ms: float, request_id: str
    ) -> None:
        self._source = source
        self._settings = settings
        self._behind_ns = round(behind_voice_ms * NS_PER_MS)
        self._request_id = request_id
        self._framer = Framer(settings.rate_hz)
        self._sequence = 0
        self._turn = _Turn.NONE
        self._turn_index = 0
        self._turn_start_ns = 0
        self._taken = 0  # words of earlier turns
        self._eager_words = 0  # in the transcript of the eager end of turn
        self._next_update_ns = UPDATE_NS

    def connected(self) -> Mapping[str, object]:
        """The first message."""
        return self._message("Connected", {})

    def configure(self, message: Mapping[str, object]) -> Mapping[str, object]:
        """The client changes its thresholds."""
        given = message.get("thresholds")
        thresholds = {
            name: float(value)
            for name, value in (given.items() if isinstance(given, Mapping) else ())
            if name in {"eager_eot_threshold", "eot_threshold", "eot_timeout_ms"}
            and isinstance(value, int | float)
        }
        self._settings = replace(self._settings, **thresholds)  # type: ignore[arg-type]
        return self._message("ConfigureSuccess", {"thresholds": thresholds})

    def error(self, code: str, description: str) -> Mapping[str, object]:
        """The client did something wrong."""
        return self._message("Error", {"code": code, "description": description})

    def hear(self, audio: bytes) -> Iterator[Mapping[str, object]]:
        """The next audio."""
        for frame, end_ns in self._framer.frames(audio):
            self._source.hear(frame, end_ns)
            yield from self._step(end_ns)

    def force_end_turn(self) -> Iterator[Mapping[str, object]]:
        """The client ends the turn, on what was transcribed so far; there may be none."""
        self._source.settle()
        now_ns = self._framer.position_ns
        if self._turn is not _Turn.NONE:
            yield self._end_of_turn(self._heard(now_ns), now_ns, "manual")

    def close(self) -> Iterator[Mapping[str, object]]:
        """The audio that was received is transcribed; the turn does not end by that."""
        self._source.settle()
        now_ns = self._framer.position_ns
        words = [word for word in self._source.words[self._taken :] if word.end_ns <= now_ns]
        if words:
            yield self._turn_info("Update", words, now_ns)

    def _step(self, now_ns: int) -> Iterator[Mapping[str, object]]:
        heard = self._heard(now_ns)
        events = list(self._changes(heard, now_ns))
        yield from events
        if now_ns >= self._next_update_ns:
            self._next_update_ns += UPDATE_NS
            if not events:
                yield self._turn_info("Update", heard, now_ns)

    def _changes(self, heard: Sequence[Word], now_ns: int) -> Iterator[Mapping[str, object]]:
        settings = self._settings
        confidence = self._confidence(now_ns)
        if self._turn is _Turn.NONE and heard:
            self._turn = _Turn.ONGOING
            yield self._turn_info("StartOfTurn", heard, now_ns)
        elif self._turn is _Turn.MAY_BE_OVER and (len(heard) > self._eager_words or not confidence):
            self._turn = _Turn.ONGOING
            yield self._turn_info("TurnResumed", heard, now_ns)
        eager = settings.eager_eot_threshold
        if self._turn is _Turn.ONGOING and eager is not None and confidence >= eager:
            self._turn = _Turn.MAY_BE_OVER
            self._eager_words = len(heard)
            yield self._turn_info("EagerEndOfTurn", heard, now_ns)
        if self._turn is _Turn.NONE:
            return
        if confidence >= settings.eot_threshold and settings.eot_threshold < 1:
            yield self._end_of_turn(heard, now_ns, "model")
        elif self._source.silence_ns(now_ns) >= settings.eot_timeout_ms * NS_PER_MS:
            yield self._end_of_turn(heard, now_ns, "timeout")

    def _heard(self, now_ns: int) -> Sequence[Word]:
        return [word for word in self._source.words[self._taken :] if word.end_ns + self._behind_ns <= now_ns]

    def _confidence(self, now_ns: int) -> float:
        silence_ns = self._source.silence_ns(now_ns)
        return 1 - math.exp(-silence_ns / CONFIDENCE_NS) if silence_ns > self._behind_ns else 0.0

    def _end_of_turn(self, heard: Sequence[Word], now_ns: int, trigger: str) -> Mapping[str, object]:
        message = {**self._turn_info("EndOfTurn", heard, now_ns), "trigger": trigger}
        self._turn = _Turn.NONE
        self._turn_index += 1
        self._turn_start_ns = now_ns
        self._taken += len(heard)
        return message

    def _turn_info(self, event: str, words: Sequence[Word], now_ns: int) -> Mapping[str, object]:
        return self._message(
            "TurnInfo",
            {
                "event": event,
                "turn_index": self._turn_index,
                "audio_window_start": self._turn_start_ns / NS_PER_S,
                "audio_window_end": now_ns / NS_PER_S,
                "transcript": " ".join(word.text for word in words),
                "words": [{"word": word.text, "confidence": 0.98} for word in words],
                "end_of_turn_confidence": round(self._confidence(now_ns), 4),
            },
        )

    def _message(self, kind: str, fields: Mapping[str, object]) -> Mapping[str, object]:
        message = {
            "type": kind,
            "request_id": self._request_id,
            "sequence_id": self._sequence,
            **fields,
        }
        self._sequence += 1
        return message
