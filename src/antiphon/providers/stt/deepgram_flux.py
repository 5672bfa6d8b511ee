"""Deepgram's v2/listen, which serves the Flux models, as a dialect.

Flux follows turns by itself: ``TurnInfo`` messages give the whole transcript of the current turn, about
every 250 ms of audio (``Update``) and whenever the turn's state changes: ``StartOfTurn``, ``EagerEndOfTurn``
(it may be over), ``TurnResumed`` (it is not), ``EndOfTurn``. ``ForceEndTurn`` ends the turn on what was
transcribed so far, and is ignored when there is none. ``CloseStream`` has the audio already received
transcribed, but ends no turn: the last ``Update`` is all there will be. There is no keep-alive message, so a
pause in the audio is filled with a little silence; times are given without it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel

from antiphon.audio import AudioFormat, Samples
from antiphon.core.events import (
    EagerEndOfTurn,
    Final,
    RecogniserEvent,
    TurnResumed,
    VendorEndOfTurn,
)
from antiphon.errors import ProviderError, ProviderProtocolError
from antiphon.providers.http_errors import one_line
from antiphon.providers.stt.finals import Finals
from antiphon.providers.stt.socket_stream import FlushPlan
from antiphon.providers.websocket import Json, Outgoing
from antiphon.providers.wire import parsed

IDLE_SILENCE_NS = 100_000_000


class _TurnInfo(BaseModel):
    event: str
    turn_index: int
    audio_window_end: float
    transcript: str
    end_of_turn_confidence: float | None = None


class FluxDialect:
    """One v2/listen stream; audio is sent in chunks of ``chunk_samples``, as Flux takes it in."""

    finished = False  # Deepgram closes the connection itself ...
    ends_abruptly = True  # ... and gives no status code

    def __init__(self, provider: str, audio_format: AudioFormat, chunk_samples: int) -> None:
        self._provider = provider
        self._format = audio_format
        self._chunk_samples = max(1, chunk_samples)
        self._unsent = np.empty(0, np.int16)
        self._given_samples = 0  # by the caller, those unsent included
        self._silences: list[tuple[int, int]] = []  # (at, length) in samples, as Flux counts them
        self._finals = Finals()
        self._turn_index = 0
        self._turn_words = 0  # of the newest transcript
        self._said = (-1, 0)  # a turn, and how many of its words became final before its end

    def opened(self) -> Sequence[Outgoing]:
        """Nothing: all settings are in the address."""
        return ()

    def audio(self, samples: Samples) -> Sequence[Outgoing]:
        """In chunks of the length that Flux works with."""
        self._given_samples += len(samples)
        self._unsent = np.concatenate((self._unsent, samples))
        length = self._chunk_samples
        whole = len(self._unsent) // length * length
        ready, self._unsent = self._unsent[:whole], self._unsent[whole:]
        return [_bytes(ready[at : at + length]) for at in range(0, whole, length)]

    def flush(self) -> FlushPlan:
        """``ForceEndTurn``, unless all audio is final already."""
        number, events = self._finals.flush(self._position_ns)
        messages = (*self._rest(), '{"type": "ForceEndTurn"}') if number else ()
        return FlushPlan(messages, events, number)

    def flush_overdue(self, number: int) -> Sequence[RecogniserEvent]:
        """The newest interim becomes final; what the turn says beyond it is still to come."""
        events = self._finals.overdue(number)
        if any(isinstance(event, Final) and event.text for event in events):
            self._said = (self._turn_index, self._turn_words)
        return events

    def idle(self) -> Sequence[Outgoing]:
        """A little silence."""
        rest = self._rest()
        length = self._format.ns_to_samples(IDLE_SILENCE_NS)
        at = self._given_samples + sum(earlier for _, earlier in self._silences)
        if self._silences and sum(self._silences[-1]) == at:
            self._silences[-1] = (self._silences[-1][0], self._silences[-1][1] + length)
        else:
            self._silences.append((at, length))
        return (*rest, _bytes(np.zeros(length, np.int16)))

    def end(self) -> Sequence[Outgoing]:
        """``CloseStream``."""
        return (*self._rest(), '{"type": "CloseStream"}')

    def received(self, message: Json) -> Sequence[RecogniserEvent]:
        """``TurnInfo`` tells something; ``Connected``, ``Warning`` and answers to settings do not."""
        match message.get("type"):
            case "TurnInfo":
                return self._turn_info(message)
            case "Error" | "FatalError":
                said = f"{message.get('code', 'error')}: {message.get('description', 'no reason given')}"
                raise ProviderError(self._provider, one_line(said))
            case str():
                return ()
        raise ProviderProtocolError(self._provider, "sent a message without a type")

    def closed(self) -> Sequence[RecogniserEvent]:
        """The last ``Update`` is the final."""
        return self._finals.close(self._position_ns)

    @property
    def _position_ns(self) -> int:
        return self._format.samples_to_ns(self._given_samples)

    def _rest(self) -> Sequence[Outgoing]:
        rest, self._unsent = self._unsent, self._unsent[:0]
        return (_bytes(rest),) if len(rest) else ()

    def _turn_info(self, message: Json) -> Sequence[RecogniserEvent]:
        turn = parsed(self._provider, _TurnInfo, "a TurnInfo", message)
        text = self._news(turn)
        end_ns = self._stream_ns(turn.audio_window_end)
        match turn.event:
            case "Update" | "StartOfTurn":
                return self._finals.interim(text, end_ns)
            case "EagerEndOfTurn":
                eager = EagerEndOfTurn(text, turn.end_of_turn_confidence)
                return (*self._finals.interim(text, end_ns), eager)
            case "TurnResumed":
                return (TurnResumed(), *self._finals.interim(text, end_ns))
            case "EndOfTurn":
                return self._end_of_turn(text, end_ns, turn.end_of_turn_confidence)
        return ()

    def _end_of_turn(self, text: str, end_ns: int, confidence: float | None) -> Sequence[RecogniserEvent]:
        """Any end of a turn answers a flush: ours may have crossed it on its way."""
        asked_for = self._finals.waiting
        final = Final(text, self._finals.end_ns, end_ns)
        events = self._finals.final(final, answers_flush=True)
        return events if asked_for else (*events, VendorEndOfTurn(confidence))

    def _news(self, turn: _TurnInfo) -> str:
        """A turn's transcript without those of its words that are final already."""
        words = turn.transcript.split()
        self._turn_index, self._turn_words = turn.turn_index, len(words)
        said_turn, said_words = self._said
        return " ".join(words[said_words:] if turn.turn_index == said_turn else words)

    def _stream_ns(self, seconds: float) -> int:
        """A time of Flux's as a time in the caller's audio."""
        samples = round(seconds * self._format.rate_hz)
        inserted = sum(min(length, samples - at) for at, length in self._silences if samples > at)
        return self._format.samples_to_ns(samples - inserted)


def _bytes(samples: Samples) -> bytes:
    return samples.astype("<i2", copy=False).tobytes()
