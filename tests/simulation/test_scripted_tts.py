"""A voice at a vendor's pace."""

from contextlib import aclosing

import pytest

from antiphon.errors import ProviderError
from antiphon.providers.base import SpeechChunk
from antiphon.runtime.clock import Clock
from antiphon.simulation.chance import chance
from antiphon.simulation.faults import Fault, FaultsAt, Kind, Stage, Where
from antiphon.simulation.loop import run
from antiphon.simulation.profile import LogNormal, Voice
from antiphon.simulation.scripted_tts import ScriptedTTS
from antiphon.simulation.signal import mark_of
from antiphon.simulation.vendor_log import VendorLog

from .calls import MS, items

SEGMENTS = ("a table for two,", " that takes a moment and then it is done.")


def spoken(*faults: Fault) -> tuple[list[tuple[int, SpeechChunk]], VendorLog]:
    """What came, and when in ms."""
    log = VendorLog()

    async def main() -> list[tuple[int, SpeechChunk]]:
        clock, chunks = Clock(), []
        settings = Voice(first_byte_ms=LogNormal(150))
        tts = ScriptedTTS(settings, chance("tts"), clock, log, FaultsAt(faults, Where.TTS))
        await tts.warm()
        async with aclosing(items(*SEGMENTS)) as segments, aclosing(tts.stream(segments)) as stream:
            async for chunk in stream:
                chunks.append((clock.now_ns() // MS, chunk))
        await tts.aclose()
        return chunks

    return run(main), log


def fault(kind: Kind, stage: Stage = Stage.START, ms: int = 1_000) -> Fault:
    return Fault(Where.TTS, kind, 0, stage, ms)


def test_the_first_chunks_are_short_and_all_come_faster_than_they_sound() -> None:
    chunks, log = spoken()
    assert [at for at, _ in chunks[:2]] == [150, 230]
    assert [len(chunk.samples) for _, chunk in chunks[:2]] == [400, 400]
    total = sum(len(chunk.samples) for _, chunk in chunks)
    assert total == sum(60 * len(segment.strip()) for segment in SEGMENTS)
    (synthesis,) = log.syntheses
    assert synthesis.complete
    assert (synthesis.text, synthesis.samples) == ("".join(SEGMENTS), total)
    assert [count for _, count in synthesis.handed] == [len(SEGMENTS[0]), len("".join(SEGMENTS))]
    assert {int(sample) for _, chunk in chunks for sample in chunk.samples} == {mark_of(0)}


def test_each_word_is_told_with_the_chunk_it_begins_in_at_its_place() -> None:
    chunks, log = spoken()
    words = [word for _, chunk in chunks for word in chunk.words]
    assert [word.text for word in words] == "".join(SEGMENTS).split()
    assert [word.start_ns // MS for word in words] == [word.start for word in log.syntheses[0].words]
    reached = 0
    for _, chunk in chunks:
        assert all(reached <= word.start_ns // MS < reached + len(chunk.samples) for word in chunk.words)
        reached += len(chunk.samples)


def test_faults_hit_where_they_say() -> None:
    assert spoken(fault(Kind.STALL, ms=2_000))[0][0][0] == 2_150
    assert spoken(fault(Kind.EMPTY))[0] == []
    assert len(spoken(fault(Kind.DUPLICATE))[0]) == len(spoken()[0]) + 1
    assert spoken(fault(Kind.SLOW))[0][1][0] > 1_000
    chunks, log = spoken(fault(Kind.DISCONNECT, Stage.MIDDLE))
    assert len(chunks) == 2
    assert not log.syntheses[0].complete
    assert log.open_streams == 0


@pytest.mark.parametrize("stage", Stage)
def test_an_error_comes_before_during_or_after(stage: Stage) -> None:
    with pytest.raises(ProviderError):
        spoken(fault(Kind.ERROR, stage))
