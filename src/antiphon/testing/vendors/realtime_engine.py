"""What a realtime transcription session says to a stream of audio: a pure function of audio and commits."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping

from antiphon.core.times import NS_PER_MS, NS_PER_S
from antiphon.testing.vendors.speech_source import Framer, SpeechSource

RATE_HZ = 24_000
SHORTEST_COMMIT_NS = 100 * NS_PER_MS
NATIVELY_STREAMING = frozenset({"gpt-live-transcribe", "gpt-realtime-whisper"})  # deltas before the commit
_TRANSCRIPTION = "conversation.item.input_audio_transcription."


class RealtimeEngine:
    """One session."""

    def __init__(self, new_source: Callable[[int], SpeechSource], behind_voice_ms: float) -> None:
        self._source = new_source(RATE_HZ)
        self._framer = Framer(RATE_HZ)
        self._behind_ns = round(behind_voice_ms * NS_PER_MS)
        self._events = 0
        self._items = 0
        self._committed_ns = 0
        self._taken = 0  # words of committed items
        self._told = 0  # words that a delta told
        self._model: object = None

    def created(self) -> Mapping[str, object]:
        """The first message."""
        return self._event("session.created", {"session": {"type": "transcription", "id": "sess_double"}})

    def update(self, message: Mapping[str, object]) -> Mapping[str, object]:
        """The client's settings."""
        session = message.get("session")
        if not isinstance(session, Mapping) or session.get("type") != "transcription":
            return self._error("invalid_value", "session.type must be 'transcription'")
        audio_input = _table(_table(session, "audio"), "input")
        audio_format = _table(audio_input, "format")
        if audio_format.get("type") != "audio/pcm" or audio_format.get("rate") != RATE_HZ:
            return self._error("invalid_value", "audio.input.format must be PCM at 24000 Hz")
        self._model = _table(audio_input, "transcription").get("model")
        return self._event("session.updated", {"session": session})

    def append(self, message: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
        """More audio."""
        try:
            audio = base64.b64decode(str(message.get("audio")), validate=True)
        except binascii.Error:
            yield self._error("invalid_value", "audio is not Base64")
            return
        for frame, end_ns in self._framer.frames(audio):
            self._source.hear(frame, end_ns)
            if self._model in NATIVELY_STREAMING:
                yield from self._deltas(end_ns - self._behind_ns)

    def commit(self) -> tuple[list[Mapping[str, object]], list[Mapping[str, object]]]:
        """The audio so far becomes an item.

        Returns:
            What is said at once, and what when it has been transcribed.
        """
        now_ns = self._framer.position_ns
        length_ns = now_ns - self._committed_ns
        if length_ns < SHORTEST_COMMIT_NS:
            said = f"buffer too small: {length_ns / NS_PER_MS:.2f} ms of audio, 100 ms are needed"
            return [self._error("input_audio_buffer_commit_empty", said)], []
        self._source.settle()
        item = self._item_id
        previous = f"item_{self._items - 1}" if self._items else None
        committed = self._event(
            "input_audio_buffer.committed", {"item_id": item, "previous_item_id": previous}
        )
        transcribed = list(self._deltas(now_ns))
        words = self._source.words[self._taken : self._told]
        completed = {
            "item_id": item,
            "content_index": 0,
            "transcript": " ".join(word.text for word in words),
            "usage": {"type": "duration", "seconds": length_ns / NS_PER_S},
        }
        transcribed.append(self._event(_TRANSCRIPTION + "completed", completed))
        self._committed_ns, self._taken = now_ns, self._told
        self._items += 1
        return [committed], transcribed

    def unknown(self, kind: str) -> Mapping[str, object]:
        """The client said something that is not in the protocol."""
        return self._error("invalid_value", f"unknown event type {kind!r}")

    @property
    def _item_id(self) -> str:
        return f"item_{self._items}"

    def _deltas(self, until_ns: int) -> Iterator[Mapping[str, object]]:
        """The words that have ended by then and were not told yet."""
        while self._told < len(self._source.words) and self._source.words[self._told].end_ns <= until_ns:
            text = self._source.words[self._told].text
            delta = text if self._told == self._taken else f" {text}"
            self._told += 1
            fields = {"item_id": self._item_id, "content_index": 0, "delta": delta}
            yield self._event(_TRANSCRIPTION + "delta", fields)

    def _error(self, code: str, message: str) -> Mapping[str, object]:
        error = {"type": "invalid_request_error", "code": code, "message": message, "param": None}
        return self._event("error", {"error": error})

    def _event(self, kind: str, fields: Mapping[str, object]) -> Mapping[str, object]:
        self._events += 1
        return {"type": kind, "event_id": f"event_{self._events}", **fields}


def _table(parent: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = parent.get(name)
    return value if isinstance(value, Mapping) else {}
