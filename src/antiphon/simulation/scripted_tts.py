"""A voice that speaks at a vendor's pace; every sample tells which synthesis made it."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from random import Random

from antiphon.audio import AudioFormat
from antiphon.core.events import Word
from antiphon.core.times import NS_PER_MS
from antiphon.providers.base import SpeechChunk
from antiphon.runtime.clock import Clock
from antiphon.simulation.faults import Fault, FaultsAt, Kind, Stage, Where
from antiphon.simulation.obedience import Obedience
from antiphon.simulation.profile import Voice
from antiphon.simulation.scripted_llm import error_of
from antiphon.simulation.signal import FORMAT, NS_PER_SAMPLE, spoken_samples
from antiphon.simulation.vendor_log import PlacedWord, Synthesis, VendorLog

# As vendors send them: short ones while somebody may be waiting.
SHORT_CHUNK_MS, LONG_CHUNK_MS = 400, 2_000
SHORT_CHUNKS = 2
SLOWED = 12  # a voice five times faster than real time then takes more than twice as long as it speaks
_WORD = re.compile(r"\S+")
_STOPS = (Kind.STALL, Kind.ERROR, Kind.DISCONNECT)


class ScriptedTTS:
    """Speaks at a vendor's pace."""

    name = "scripted/tts"
    format: AudioFormat = FORMAT

    def __init__(
        self, settings: Voice, random: Random, clock: Clock, log: VendorLog, faults: FaultsAt | None = None
    ) -> None:
        self._settings, self._random, self._clock, self._log = settings, random, clock, log
        self._faults = faults or FaultsAt((), Where.TTS)

    async def stream(self, segments: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
        """The speech."""
        log, clock = self._log, self._clock
        synthesis = Synthesis(len(log.syntheses), clock.now_ns())
        log.syntheses.append(synthesis)
        log.open_streams += 1
        obedience = Obedience(clock, self._faults.find(synthesis.synthesis_id, Kind.IGNORE_CANCEL))
        try:
            async with aclosing(self._speak(synthesis, segments, obedience)) as chunks:
                async for chunk in chunks:
                    synthesis.samples += len(chunk.samples)
                    synthesis.made.append((clock.now_ns(), synthesis.samples))
                    yield chunk
        finally:
            try:
                await obedience.close()
            finally:
                log.open_streams -= 1
                synthesis.closed_ns = clock.now_ns()

    async def _speak(
        self, synthesis: Synthesis, segments: AsyncIterator[str], obedience: Obedience
    ) -> AsyncGenerator[SpeechChunk, None]:
        """The chunks, each when it is due."""
        number, find = synthesis.synthesis_id, self._faults.find
        fault, empty, twice = find(number, *_STOPS), find(number, Kind.EMPTY), find(number, Kind.DUPLICATE)
        slowed = SLOWED if find(number, Kind.SLOW) else 1
        step_ns = round(NS_PER_SAMPLE / self._settings.faster_than_real_time) * slowed
        ready_ns, index, chunks = 0, 0, 0
        async for segment in segments:
            now_ns = self._clock.now_ns()
            synthesis.text += segment
            synthesis.handed.append((now_ns, len(synthesis.text)))
            if not chunks:
                ready_ns = now_ns + round(self._settings.first_byte_ms.draw(self._random) * NS_PER_MS)
            for chunk in [] if empty else self._chunks(synthesis, segment, index, chunks):
                ready_ns = max(ready_ns, now_ns) + (len(chunk.samples) * step_ns if chunks else 0)
                if fault is not None and _hits(fault, chunks):
                    if fault.kind is Kind.DISCONNECT:
                        return
                    ready_ns += await self._suffer(fault, obedience)
                    fault = None
                await obedience.sleep_until(ready_ns)
                yield chunk
                if twice is not None and _hits(twice, chunks):
                    yield SpeechChunk(chunk.samples, chunk.segment)
                chunks += 1
            index += 1
        synthesis.complete = True
        if fault is not None and fault.kind is not Kind.DISCONNECT:
            await self._suffer(fault, obedience)

    def _chunks(self, synthesis: Synthesis, segment: str, index: int, chunks: int) -> list[SpeechChunk]:
        """A segment's audio."""
        spoken, ms = segment.strip(), self._settings.audio_ms_per_character
        begin, end = synthesis.samples, synthesis.samples + len(spoken) * ms
        words = [
            PlacedWord(word.group(), begin + word.start() * ms, begin + word.end() * ms)
            for word in _WORD.finditer(spoken)
        ]
        synthesis.words += words
        cut = []
        while begin < end:
            stop = min(end, begin + (SHORT_CHUNK_MS if chunks < SHORT_CHUNKS else LONG_CHUNK_MS))
            told = tuple(
                Word(word.text, word.start * NS_PER_SAMPLE, word.end * NS_PER_SAMPLE)
                for word in words
                if begin <= word.start < stop
            )
            cut.append(SpeechChunk(spoken_samples(synthesis.synthesis_id, stop - begin), index, told))
            begin, chunks = stop, chunks + 1
        return cut

    async def _suffer(self, fault: Fault, obedience: Obedience) -> int:
        """Stall, and answer for how long in ns; or raise an error."""
        if fault.kind is Kind.ERROR:
            raise error_of(fault, self.name)
        await obedience.sleep_until(self._clock.now_ns() + fault.ms * NS_PER_MS)
        return fault.ms * NS_PER_MS

    async def warm(self) -> None:
        """Always warm."""

    async def aclose(self) -> None:
        """Nothing is held."""


def _hits(fault: Fault, chunks: int) -> bool:
    return chunks == {Stage.START: 0, Stage.MIDDLE: 2, Stage.END: -1}[fault.stage]
