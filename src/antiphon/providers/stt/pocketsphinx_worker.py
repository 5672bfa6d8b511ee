"""The PocketSphinx worker: audio in, interims and finals out, several calls in turn.

Each call has a decoder of its own; they share one language model, and are used again for later calls. What
a call sent waits in order, at most as much as it has credit for, and is decoded in turns of 100 ms.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from antiphon.providers.stt.hearing import Decoder, Hearing, Transcript
from antiphon.providers.worker_child import Engine, Link, RefusedError, serve
from antiphon.providers.worker_wire import Facts, Kind, Message

SPARE_DECODERS = 4  # kept for later calls
Order: TypeAlias = Mapping[str, bool]  # {"flush": True} or {"end": True}


@dataclass(slots=True)
class _Call:
    """One stream."""

    number: int
    decoder: Decoder
    hearing: Hearing
    waiting: deque[bytes | Order] = field(default_factory=deque)  # audio within its credit, and orders
    owed_bytes: int = 0  # decoded, credit not given yet


class RecognitionEngine:
    """Decodes the calls' audio, a stretch of each in turn."""

    def __init__(self, make_decoder: Callable[[], Decoder], link: Link, facts: Facts) -> None:
        self._make_decoder = make_decoder
        self._link = link
        self._interim_every_ms: int = facts["interim_every_ms"]
        self._credit_from: int = facts["send_window_bytes"] // 4
        self._spare = deque([make_decoder()], maxlen=SPARE_DECODERS)
        self._calls: deque[_Call] = deque()  # the next to have its turn first

    def handle(self, message: Message) -> None:
        """Take a message."""
        if message.kind is Kind.OPEN:
            decoder = self._spare.pop() if self._spare else self._make_decoder()
            hearing = Hearing(decoder, self._interim_every_ms)
            self._calls.append(_Call(message.stream, decoder, hearing))
            return
        call = next((each for each in self._calls if each.number == message.stream), None)
        if call is None:
            return  # it ended while this was on its way
        if message.kind is Kind.DATA:
            call.waiting.append(message.payload)
        elif message.kind is Kind.TELL:
            call.waiting.append(message.facts)
        elif message.kind is Kind.CLOSE:
            self._end(call)

    def work(self) -> bool:
        """Give one call its turn."""
        for _ in range(len(self._calls)):
            call = self._calls[0]
            self._calls.rotate(-1)
            if call.waiting:
                self._advance(call)
                break
        return any(call.waiting for call in self._calls)

    def _advance(self, call: _Call) -> None:
        item = call.waiting.popleft()
        if isinstance(item, bytes):
            for heard in call.hearing.hear(np.frombuffer(item, np.int16)):
                self._say(call, heard)
            call.owed_bytes += len(item)
            if call.owed_bytes >= self._credit_from:
                self._link.send(Kind.CREDIT, call.number, {"bytes": call.owed_bytes})
                call.owed_bytes = 0
        elif item.get("flush"):
            self._say(call, call.hearing.flush())
        else:
            if call.hearing.is_pending:
                self._say(call, call.hearing.flush())
            self._link.send(Kind.ENDED, call.number)
            self._end(call)

    def _say(self, call: _Call, heard: Transcript) -> None:
        self._link.send(Kind.TELL if heard.is_final else Kind.UPDATE, call.number, heard.facts)

    def _end(self, call: _Call) -> None:
        self._calls.remove(call)
        call.hearing.close()
        self._spare.append(call.decoder)


def make_engine(facts: Facts, link: Link) -> Engine:
    """The engine for a handbook, or for general English.

    Raises:
        RefusedError: If the package is missing.
    """
    try:
        from antiphon.providers.stt.pocketsphinx_decoders import decoder_maker  # noqa: PLC0415 - optional
    except ImportError as error:
        raise RefusedError(missing=f"pocketsphinx ({error})", extra="pocketsphinx") from error
    return RecognitionEngine(decoder_maker(facts["handbook"]), link, facts)


if __name__ == "__main__":
    serve(make_engine)
