import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from antiphon.audio import AudioFrame, Samples, read_audio, resample
from antiphon.core.events import Final, Interim, RecogniserEvent
from antiphon.errors import AudioError, ConfigError, SessionClosedError, WorkerDiedError
from antiphon.providers.base import ProviderContext, STTStream
from antiphon.providers.stt.pocketsphinx import FORMAT, PocketSphinxSTT, create
from antiphon.providers.tts.espeak import EspeakTTS, EspeakVoice

RECORDINGS = Path(__file__).parents[4] / "shared" / "audio"  # beside the project, where there are any
HANDBOOK = """# Harbour museum

## Opening hours

- When are you open?
- What time do you open on Sunday?

On Sunday, we open at eleven.
"""
pytestmark = [pytest.mark.embedded, pytest.mark.asyncio(loop_scope="module")]


async def speech(*sentences: str) -> Samples:
    """Sentences spoken by the embedded voice, with silence around them."""
    tts = EspeakTTS(EspeakVoice("en-us", rate=150))
    parts = [np.zeros(8_000, np.int16)]
    for sentence in sentences:

        async def text(sentence: str = sentence) -> AsyncIterator[str]:
            yield sentence

        spoken = np.concatenate([chunk.samples async for chunk in tts.stream(text())])
        parts += [resample(spoken, tts.format.rate_hz, FORMAT.rate_hz), np.zeros(8_000, np.int16)]
    await tts.aclose()
    return np.concatenate(parts)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stt() -> AsyncIterator[PocketSphinxSTT]:
    stt = PocketSphinxSTT(handbook=HANDBOOK)
    yield stt
    await stt.aclose()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def question() -> Samples:
    return await speech("what time do you open on sunday")


async def send(stream: STTStream, samples: Samples, size: int = 320) -> None:
    for start in range(0, len(samples), size):
        await stream.send(AudioFrame(samples[start : start + size], FORMAT.rate_hz))


async def events(stt: PocketSphinxSTT, samples: Samples) -> list[RecogniserEvent]:
    async with stt.open() as stream, asyncio.TaskGroup() as group:

        async def speak() -> None:
            await send(stream, samples)
            await stream.flush()
            await stream.end()

        group.create_task(speak())
        return [event async for event in stream]


async def test_a_question_about_the_handbook_is_understood(stt: PocketSphinxSTT, question: Samples) -> None:
    heard = await events(stt, question)
    interims, final = heard[:-1], heard[-1]
    assert isinstance(final, Final)
    assert final.text == "what time do you open on sunday"
    assert (final.start_ns, final.end_ns) == (0, FORMAT.samples_to_ns(len(question)))
    assert " ".join(word.text for word in final.words) == final.text
    assert final.words[0].start_ns == pytest.approx(500_000_000, abs=100_000_000)
    for before, after in pairwise(final.words):
        assert before.start_ns < before.end_ns <= after.start_ns
    texts = [interim.text for interim in interims if isinstance(interim, Interim)]
    assert len(texts) == len(interims) > 0
    assert all(one != other for one, other in pairwise(texts))


async def test_each_flush_gives_one_final_of_what_came_since(stt: PocketSphinxSTT, question: Samples) -> None:
    async with stt.open() as stream:
        for _ in range(2):
            await send(stream, question)
            await stream.flush()
            await stream.flush()
        await stream.end()
        finals = [event async for event in stream if isinstance(event, Final)]
    assert [final.text for final in finals] == ["what time do you open on sunday", ""] * 2
    assert [final.start_ns for final in finals[1:]] == [final.end_ns for final in finals[:-1]]
    assert finals[2].words[0].start_ns > finals[0].end_ns


async def test_silence_is_an_empty_final(stt: PocketSphinxSTT) -> None:
    (final,) = await events(stt, np.zeros(3 * FORMAT.rate_hz, np.int16))
    assert final == Final("", 0, 3_000_000_000)


async def test_a_recogniser_that_is_killed_tells_every_call_once_and_hears_again(
    stt: PocketSphinxSTT, question: Samples
) -> None:
    async with stt.open() as one, stt.open() as other:
        await send(one, question[:9_000])
        os.kill(stt.process_ids[0], signal.SIGKILL)
        for stream in (one, other):
            with pytest.raises(WorkerDiedError, match="signal 9"):
                async for _ in stream:
                    pass
            await send(stream, question)
            await stream.flush()
            assert [event async for event in stream] == []
    heard = await events(stt, question)
    assert isinstance(heard[-1], Final)
    assert heard[-1].text == "what time do you open on sunday"


async def test_the_loop_stays_free_while_a_call_is_decoded(stt: PocketSphinxSTT, question: Samples) -> None:
    """Decoding takes a good part of a second of one processor: none of it may be taken here."""
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async with asyncio.TaskGroup() as group:
        counter = group.create_task(count())
        await events(stt, np.tile(question, 3))
        counter.cancel()
    assert turns > 1_000


async def test_closing_leaves_no_process(question: Samples) -> None:
    stt = PocketSphinxSTT(handbook=HANDBOOK)
    async with stt.open() as stream:
        await send(stream, question[:9_000])
        (process,) = stt.process_ids
        await stt.aclose()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


async def test_audio_at_another_rate_is_refused(stt: PocketSphinxSTT) -> None:
    async with stt.open() as stream:
        with pytest.raises(AudioError, match=r"audio at 8000 Hz: pocketsphinx takes 16000"):
            await stream.send(AudioFrame(np.zeros(10, np.int16), 8_000))


async def test_a_stream_is_entered_before_it_is_used(stt: PocketSphinxSTT) -> None:
    with pytest.raises(SessionClosedError, match="async with"):
        await stt.open().flush()


@pytest.mark.parametrize(
    ("model", "options", "language", "message"),
    [
        ("", {"grammar": "x"}, "en", "pocketsphinx: unknown option 'grammar'"),
        ("", {"pool": 0}, "en", "pool = 0: expected a number from 1 to 16"),
        ("", {}, "de", "language = 'de': it knows English only"),
        ("large", {}, "en", 'pocketsphinx/large: there is but one model: write "pocketsphinx"'),
    ],
)
async def test_settings_are_checked(
    model: str, options: dict[str, object], language: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        create(model, options, ProviderContext(language=language))


@pytest.mark.real_speech
@pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"needs the recordings in {RECORDINGS}")
async def test_a_recording_is_understood_without_a_handbook() -> None:
    recording, _ = read_audio(RECORDINGS / "austen-0880.wav", FORMAT.rate_hz)
    stt = create("", {}, ProviderContext())
    assert isinstance(stt, PocketSphinxSTT)
    final = (await events(stt, recording))[-1]
    await stt.aclose()
    assert isinstance(final, Final)
    said = ["he", "was", "not", "an", "ill", "disposed", "young", "man"]
    assert len(set(said) & set(final.text.split())) >= 5
