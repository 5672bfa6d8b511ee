"""Deepgram's v1/listen, which serves the Nova models, as a dialect.

Raw audio goes up in binary frames; ``Results`` come down for a segment of the stream that begins at
``start`` and grows, until one of them ``is_final`` and the next segment begins. ``Finalize`` asks for a final
of what was sent and is answered by a result ``from_finalize``, but possibly not at all if there was little to
finalise. ``KeepAlive`` holds a connection open on which no audio flows; without either it is closed after
10 s. ``CloseStream`` has the rest recognised, a ``Metadata`` sent and the connection closed.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from antiphon.audio import AudioFormat, Samples
from antiphon.core.events import Final, RecogniserEvent, Word
from antiphon.errors import ProviderError, ProviderProtocolError
from antiphon.providers.http_errors import one_line
from antiphon.providers.stt.finals import Finals
from antiphon.providers.stt.socket_stream import FlushPlan
from antiphon.providers.websocket import Json, Outgoing
from antiphon.providers.wire import parsed


class _Word(BaseModel):
    word: str
    start: float
    end: float
    punctuated_word: str | None = None


class _Alternative(BaseModel):
    transcript: str
    confidence: float | None = None
    words: list[_Word] = []


class _Channel(BaseModel):
    alternatives: list[_Alternative]


class _Results(BaseModel):
    start: float
    duration: float
    channel: _Channel
    is_final: bool = False
    from_finalize: bool = False


class NovaDialect:
    """One v1/listen stream."""

    finished = False  # Deepgram closes the connection itself ...
    ends_abruptly = False  # ... in good order

    def __init__(self, provider: str, audio_format: AudioFormat) -> None:
        self._provider = provider
        self._format = audio_format
        self._sent_samples = 0
        self._finals = Finals()

    def opened(self) -> Sequence[Outgoing]:
        """Nothing: all settings are in the address."""
        return ()

    def audio(self, samples: Samples) -> Sequence[Outgoing]:
        """As it comes."""
        self._sent_samples += len(samples)
        return (samples.astype("<i2", copy=False).tobytes(),) if len(samples) else ()

    def flush(self) -> FlushPlan:
        """``Finalize``, unless all audio is final already."""
        number, events = self._finals.flush(self._position_ns)
        return FlushPlan(('{"type": "Finalize"}',) if number else (), events, number)

    def flush_overdue(self, number: int) -> Sequence[RecogniserEvent]:
        """The newest interim becomes final."""
        return self._finals.overdue(number)

    def idle(self) -> Sequence[Outgoing]:
        """``KeepAlive``."""
        return ('{"type": "KeepAlive"}',)

    def end(self) -> Sequence[Outgoing]:
        """``CloseStream``."""
        return ('{"type": "CloseStream"}',)

    def received(self, message: Json) -> Sequence[RecogniserEvent]:
        """``Results`` tell something; ``Metadata``, ``SpeechStarted`` and ``UtteranceEnd`` do not."""
        match message.get("type"):
            case "Results":
                return self._results(message)
            case "Error":
                said = message.get("description") or message.get("message") or "no reason given"
                raise ProviderError(self._provider, one_line(str(said)))
            case str():
                return ()
        raise ProviderProtocolError(self._provider, "sent a message without a type")

    def closed(self) -> Sequence[RecogniserEvent]:
        """The newest interim, should its final not have come."""
        return self._finals.close(self._position_ns)

    @property
    def _position_ns(self) -> int:
        return self._format.samples_to_ns(self._sent_samples)

    def _results(self, message: Json) -> Sequence[RecogniserEvent]:
        results = parsed(self._provider, _Results, "Results", message)
        start_ns, end_ns = _ns(results.start), _ns(results.start + results.duration)
        best = next(iter(results.channel.alternatives), _Alternative(transcript=""))
        words = tuple(
            Word(one.punctuated_word or one.word, _ns(one.start), _ns(one.end)) for one in best.words
        )
        text = best.transcript.strip()
        known_ns = self._finals.guessed_ns
        if start_ns < known_ns < end_ns and words:  # it goes on from audio that was made final without it
            words = tuple(word for word in words if word.start_ns + word.end_ns >= 2 * known_ns)
            start_ns, text = known_ns, " ".join(word.text for word in words)
        if not results.is_final:
            return self._finals.interim(text, end_ns)
        final = Final(text, start_ns, end_ns, words, best.confidence if text else None)
        return self._finals.final(final, answers_flush=results.from_finalize)


def _ns(seconds: float) -> int:
    return round(seconds * 1_000_000_000)
