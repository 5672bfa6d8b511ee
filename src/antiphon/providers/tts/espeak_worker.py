"""The eSpeak NG worker: texts in, audio with word times out, several streams in turn.

A text arrives in short pieces, and one piece is spoken at a time: that bounds what a stream can hold, and
lets other streams in between. Audio goes out word by word. What a stream has no credit for waits here, and
its next piece is not spoken before that has gone. The pause between two segments comes with the second: that
there is one is not known before.
"""

from __future__ import annotations

import re
import struct
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from antiphon.providers.tts.word_cutter import CutAudio, WordCutter
from antiphon.providers.worker_child import Engine, Link, RefusedError, serve
from antiphon.providers.worker_wire import Facts, Kind, Message

if TYPE_CHECKING:
    from antiphon.providers.tts.espeak_library import Library

PIECE = struct.Struct("<I?")  # before a piece of text: its segment, and whether it is the segment's last
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
_CLAUSE_END = re.compile(r"[,;:–—-][\"'”’)\]]*$")


@dataclass(slots=True)
class _Stream:
    """One reply."""

    number: int
    credit: int
    pieces: deque[bytes] = field(default_factory=deque)  # within the parent's credit
    outbox: deque[tuple[Facts, bytes]] = field(default_factory=deque)  # what is left of one piece
    samples: int = 0  # spoken so far
    pause: int = 0  # samples of silence before the next piece, if there is one
    ended: bool = False  # no more text comes

    @property
    def has_work(self) -> bool:
        """Whether a turn would get it any further."""
        return self.credit > 0 if self.outbox or self.pieces else self.ended


class SpeechEngine:
    """Speaks the streams' texts, a piece of each in turn."""

    def __init__(self, library: Library, link: Link, facts: Facts) -> None:
        self._library = library
        self._link = link
        self._window_bytes: int = facts["receive_window_bytes"]
        self._clause_pause = library.rate_hz * int(facts["clause_pause_ms"]) // 1_000
        self._sentence_pause = library.rate_hz * int(facts["sentence_pause_ms"]) // 1_000
        self._streams: deque[_Stream] = deque()  # the next to have its turn first

    def handle(self, message: Message) -> None:
        """Take a message."""
        if message.kind is Kind.OPEN:
            self._streams.append(_Stream(message.stream, self._window_bytes))
            return
        stream = next((each for each in self._streams if each.number == message.stream), None)
        if stream is None:
            return  # it ended while this was on its way
        if message.kind is Kind.DATA:
            stream.pieces.append(message.payload)
        elif message.kind is Kind.CREDIT:
            stream.credit += message.facts["bytes"]
        elif message.kind is Kind.TELL:
            stream.ended = True
        elif message.kind is Kind.CLOSE:
            self._streams.remove(stream)

    def work(self) -> bool:
        """Give one stream its turn."""
        for _ in range(len(self._streams)):
            stream = self._streams.popleft()
            if not stream.has_work:
                self._streams.append(stream)
                continue
            if self._advance(stream):
                self._streams.append(stream)
            break
        return any(stream.has_work for stream in self._streams)

    def _advance(self, stream: _Stream) -> bool:
        """Send what waits, else speak the next piece; false when the stream is done."""
        if stream.outbox:
            self._send(stream)
        elif stream.pieces:
            piece = stream.pieces.popleft()
            self._speak(stream, piece)
            self._link.send(Kind.CREDIT, stream.number, {"bytes": len(piece)})
        else:
            self._link.send(Kind.ENDED, stream.number)
            return False
        return True

    def _speak(self, stream: _Stream, piece: bytes) -> None:
        segment, is_last_of_segment = PIECE.unpack_from(piece)
        text = piece[PIECE.size :].decode()
        goes_on = not (is_last_of_segment and stream.ended and not stream.pieces)
        if stream.pause:
            self._put(stream, segment, stream.samples, [CutAudio(bytes(2 * stream.pause))])
        stream.pause = self._pause_after(text)
        cutter = WordCutter(text, self._library.rate_hz)
        first_sample = stream.samples
        if goes_on and not (_SENTENCE_END.search(text) or _CLAUSE_END.search(text)):
            text += ","  # keeps the voice up: the sentence goes on in the next piece

        def hear(audio: bytes, beginnings: list[tuple[int, int]]) -> bool:
            self._put(stream, segment, first_sample, cutter.feed(audio, beginnings))
            try:
                return not self._link.is_closing(stream.number)
            except EOFError:  # can't leave a callback; the next look at the pipe finds it again
                return False

        self._library.synthesise(text, hear)
        self._put(stream, segment, first_sample, cutter.finish())

    def _pause_after(self, text: str) -> int:
        if _SENTENCE_END.search(text):
            return self._sentence_pause
        return self._clause_pause if _CLAUSE_END.search(text) else 0

    def _put(self, stream: _Stream, segment: int, first_sample: int, chunks: Iterable[CutAudio]) -> None:
        for chunk in chunks:
            words = [(word.text, first_sample + word.start, first_sample + word.end) for word in chunk.words]
            stream.samples += len(chunk.audio) // 2
            stream.outbox.append(({"segment": segment, "words": words}, chunk.audio))
            self._send(stream)

    def _send(self, stream: _Stream) -> None:
        while stream.outbox and stream.credit > 0:
            facts, audio = stream.outbox.popleft()
            stream.credit -= len(audio)
            self._link.send(Kind.TELL, stream.number, facts)
            self._link.send(Kind.DATA, stream.number, audio)


def make_engine(facts: Facts, link: Link) -> Engine:
    """The engine with the voice that is asked for.

    Raises:
        RefusedError: If the package is missing or there is no such voice.
    """
    try:
        from antiphon.providers.tts.espeak_library import PARAMETERS, Library  # noqa: PLC0415 - optional
    except ImportError as error:
        raise RefusedError(missing=f"espeakng-loader ({error})", extra="espeak") from error
    library = Library()
    language, _, variant = str(facts["voice"]).partition("+")
    languages = library.languages()
    identifier = languages.get(language.lower())
    if identifier is None:
        near = [tag for tag in languages if tag[:2] in {language[:2].lower(), "en"}]
        raise RefusedError(reason=f"no voice {language!r}; of {len(languages)}: {', '.join(near)}")
    if variant and variant not in library.variants():
        variants = ", ".join(sorted(library.variants()))
        raise RefusedError(reason=f"no variant {variant!r}; there are: {variants}")
    if not library.use_voice(f"{identifier}+{variant}" if variant else identifier):
        raise RefusedError(reason=f"eSpeak NG can't load the voice {facts['voice']!r}")
    for name in PARAMETERS:
        library.set_parameter(name, facts[name])
    return SpeechEngine(library, link, facts)


if __name__ == "__main__":
    serve(make_engine)
