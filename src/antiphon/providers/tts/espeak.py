"""A voice that needs no network and no key: eSpeak NG, in a process of its own.

It speaks a clause in a millisecond or two. To be heard as a cloud's voice would be, it can be slowed: a
time before the first audio, and a speed at which audio comes.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, dataclass

import numpy as np

from antiphon.audio import AudioFormat
from antiphon.core.events import Word
from antiphon.errors import ProviderError
from antiphon.providers.background import Background
from antiphon.providers.base import TTS, ProviderContext, SpeechChunk
from antiphon.providers.options import OptionReader
from antiphon.providers.tts.espeak_worker import PIECE
from antiphon.providers.worker import WorkerPool, WorkerSpec
from antiphon.providers.worker_stream import WorkerStream
from antiphon.providers.worker_wire import Kind

FORMAT = AudioFormat(22_050)
AUDIO_AHEAD_BYTES = 2 * 2 * FORMAT.rate_hz  # 2 s that nobody has taken yet
TEXT_AHEAD_BYTES = 400  # not spoken yet; what comes after waits where it is made
PIECE_CHARS = 160  # spoken in one go: some 10 s of speech, a few milliseconds of work
OPTIONS = {
    "clause_pause_ms",
    "faster_than_real_time",
    "first_byte_ms",
    "pitch",
    "pitch_range",
    "pool",
    "rate",
    "sentence_pause_ms",
    "volume",
}
_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+")
_MARKUP = re.compile(r"(?<!\w)[*_`~]+|[*_`~]+(?!\w)")


@dataclass(frozen=True, slots=True)
class EspeakVoice:
    """How it speaks.

    Attributes:
        voice: A language tag of eSpeak NG, with a variant after a plus: ``"en-gb"``, ``"en-us+f3"``.
        rate: Words a minute, 80 to 450.
        pitch: 0 to 100.
        pitch_range: 0 (monotone) to 100.
        volume: 0 to 200; 100 is as it comes.
        clause_pause_ms: Silence after a segment that ends in a comma, a colon or a dash and is not the last.
        sentence_pause_ms: ... that ends a sentence.
    """

    voice: str = "en-gb"
    rate: int = 165
    pitch: int = 50
    pitch_range: int = 50
    volume: int = 100
    clause_pause_ms: int = 150
    sentence_pause_ms: int = 300


@dataclass(frozen=True, slots=True)
class Pace:
    """How much slower than it could be.

    Attributes:
        first_byte_ms: From the first text to the first audio.
        faster_than_real_time: How fast audio comes, against how long it lasts; 0: as fast as it can.
    """

    first_byte_ms: float = 0
    faster_than_real_time: float = 0


class EspeakTTS:
    """eSpeak NG.

    Args:
        voice: How it speaks.
        pace: How much slower than it could be.
        pool: Worker processes; one speaks for dozens of calls.
    """

    def __init__(
        self,
        voice: EspeakVoice | None = None,
        pace: Pace | None = None,
        *,
        pool: int = 1,
        name: str = "espeak",
    ) -> None:
        self.name = name
        self.format = FORMAT
        self._pace = pace or Pace()
        spec = WorkerSpec(
            provider=name,
            module="antiphon.providers.tts.espeak_worker",
            configuration=asdict(voice or EspeakVoice()),
            send_window_bytes=TEXT_AHEAD_BYTES,
            receive_window_bytes=AUDIO_AHEAD_BYTES,
        )
        self._pool = WorkerPool(spec, pool)

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The worker processes that run."""
        return self._pool.process_ids

    async def stream(self, segments: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
        """An async generator of audio for text that arrives while it speaks."""
        feeder = _Feeder(segments)
        worker = await self._pool.open()
        try:
            async with Background() as background:
                background.start(feeder.feed(worker))
                pace = _Metronome(self._pace)
                async for chunk in _chunks(worker):
                    await pace.before(len(chunk.samples))
                    yield chunk
        finally:
            worker.close()
        if feeder.error is not None:
            raise feeder.error

    async def warm(self) -> None:
        """Start the worker processes."""
        await self._pool.warm()

    async def aclose(self) -> None:
        """End the worker processes."""
        await self._pool.aclose()


class _Feeder:
    """Takes text as it comes to a worker."""

    def __init__(self, segments: AsyncIterator[str]) -> None:
        self._segments = segments
        self.error: ProviderError | None = None  # why there was no more text

    async def feed(self, worker: WorkerStream) -> None:
        segment = 0
        try:
            async for text in self._segments:
                pieces = speakable_pieces(text)
                for index, piece in enumerate(pieces):
                    header = PIECE.pack(segment, index == len(pieces) - 1)
                    await worker.send(header + piece.encode())
                segment += 1
                if worker.is_over:
                    return
        except ProviderError as error:
            self.error = error
            worker.close()
        worker.tell(end=True)


class _Metronome:
    """Lets audio come as slowly as it is asked to."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._begun = False

    async def before(self, samples: int) -> None:
        """Wait until the next chunk may come."""
        speed = self._pace.faster_than_real_time
        if not self._begun:
            self._begun = True
            await asyncio.sleep(self._pace.first_byte_ms / 1_000)
        elif speed:
            await asyncio.sleep(samples / FORMAT.rate_hz / speed)


async def _chunks(worker: WorkerStream) -> AsyncIterator[SpeechChunk]:
    """A worker's messages as chunks: each audio comes after what there is to say of it."""
    segment = 0
    words: tuple[Word, ...] = ()
    while (message := await worker.receive()) is not None:
        if message.kind is Kind.TELL:
            facts = message.facts
            segment, words = facts["segment"], tuple(_word(*word) for word in facts["words"])
        elif message.kind is Kind.DATA:
            yield SpeechChunk(np.frombuffer(message.payload, np.int16), segment, words)


def _word(text: str, start: int, end: int) -> Word:
    return Word(text, FORMAT.samples_to_ns(start), FORMAT.samples_to_ns(end))


def speakable_pieces(text: str) -> list[str]:
    """A segment as the voice gets it: what can't be said is left out, long text is cut between words.

    Markdown's emphasis is taken for markup, not read out. A piece ends with a sentence if it can, else with a
    clause, else with a word, and within one that is longer than ``PIECE_CHARS``.
    """
    text = " ".join(_MARKUP.sub("", _UNSPEAKABLE.sub(" ", text)).split())
    pieces = []
    while len(text) > PIECE_CHARS:
        end = _piece_end(text[:PIECE_CHARS])
        pieces.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*pieces, text] if text else pieces


def _piece_end(text: str) -> int:
    for marks in (".!?…", ",;:–—"):
        ends = [text.rfind(f"{mark} ") for mark in marks]
        if (last := max(ends)) > 0:
            return last + 1
    return text.rfind(" ") if " " in text else len(text)


def create(model: str, options: Mapping[str, object], context: ProviderContext) -> TTS:
    """The voice that a configuration names, by default one for the agent's language.

    Raises:
        ConfigError: If an option is unknown or out of range.
    """
    name = f"espeak/{model}" if model else "espeak"
    read = OptionReader(name, options, OPTIONS)
    usual = EspeakVoice()
    voice = EspeakVoice(
        voice=model or context.language,
        rate=read.integer("rate", usual.rate, 80, 450),
        pitch=read.integer("pitch", usual.pitch, 0, 100),
        pitch_range=read.integer("pitch_range", usual.pitch_range, 0, 100),
        volume=read.integer("volume", usual.volume, 0, 200),
        clause_pause_ms=read.integer("clause_pause_ms", usual.clause_pause_ms, 0, 2_000),
        sentence_pause_ms=read.integer("sentence_pause_ms", usual.sentence_pause_ms, 0, 2_000),
    )
    pace = Pace(
        first_byte_ms=read.number("first_byte_ms", 0, 0, 10_000),
        faster_than_real_time=read.number("faster_than_real_time", 0, 0, 1_000),
    )
    return EspeakTTS(voice, pace, pool=read.integer("pool", 1, 1, 16), name=name)
