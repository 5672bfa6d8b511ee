import asyncio
import os
import signal
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from typing import cast

import numpy as np
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from antiphon.audio import Samples, first_audible, last_audible
from antiphon.errors import ConfigError, ProviderConnectionError, ProviderRequestError, WorkerDiedError
from antiphon.providers.base import ProviderContext, SpeechChunk
from antiphon.providers.tts.espeak import (
    FORMAT,
    PIECE_CHARS,
    EspeakTTS,
    EspeakVoice,
    Pace,
    create,
    speakable_pieces,
)

CONTEXT = ProviderContext()
embedded = pytest.mark.embedded


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def voice() -> AsyncIterator[EspeakTTS]:
    tts = EspeakTTS()
    yield tts
    await tts.aclose()


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def text(*segments: str) -> AsyncIterator[str]:
    for segment in segments:
        yield segment


async def spoken(tts: EspeakTTS, *segments: str) -> list[SpeechChunk]:
    return [chunk async for chunk in tts.stream(text(*segments))]


def audio(chunks: list[SpeechChunk]) -> Samples:
    return np.concatenate([chunk.samples for chunk in chunks])


def said(chunks: list[SpeechChunk]) -> list[str]:
    return [word.text for chunk in chunks for word in chunk.words]


@embedded
async def test_words_are_those_of_the_text_and_lie_where_they_are_said(voice: EspeakTTS) -> None:
    chunks = await spoken(voice, "On Sunday, we open at 10:30, ", "and close at four.")
    assert said(chunks) == ["On", "Sunday,", "we", "open", "at", "10:30,", "and", "close", "at", "four."]
    at = 0
    for chunk in chunks:
        end = at + len(chunk.samples)
        for word in chunk.words:
            assert FORMAT.samples_to_ns(at) <= word.start_ns < word.end_ns <= FORMAT.samples_to_ns(end)
        at = end


@embedded
async def test_a_segment_that_is_not_the_last_is_followed_by_a_pause(voice: EspeakTTS) -> None:
    def seconds(chunks: list[SpeechChunk]) -> float:
        return len(audio(chunks)) / FORMAT.rate_hz

    alone = seconds(await spoken(voice, "Yes,")) + seconds(await spoken(voice, "we are open."))
    together = seconds(await spoken(voice, "Yes,", "we are open."))
    assert together - alone == pytest.approx(0.15, abs=0.001)


@embedded
async def test_speech_begins_at_once_and_ends_with_the_last_word(voice: EspeakTTS) -> None:
    samples = audio(await spoken(voice, "We are open today."))
    begins, ends = first_audible(samples, FORMAT.rate_hz), last_audible(samples, FORMAT.rate_hz)
    assert begins is not None
    assert ends is not None
    assert begins < 0.03 * FORMAT.rate_hz
    assert len(samples) - ends < 0.05 * FORMAT.rate_hz


@embedded
async def test_markup_and_strange_characters_are_not_spoken(voice: EspeakTTS) -> None:
    plain = await spoken(voice, "We are open.")
    marked = await spoken(voice, "We\x00 are\u200b **open**.\ud800")
    assert said(marked) == ["We", "are", "open."]
    assert len(audio(marked)) == pytest.approx(len(audio(plain)), rel=0.1)


@embedded
async def test_a_voice_that_is_killed_tells_every_reply_once_and_speaks_again(voice: EspeakTTS) -> None:
    async def endless() -> AsyncIterator[str]:
        while True:
            yield "and so on and so on, "

    streams = [voice.stream(endless()) for _ in range(3)]
    for stream in streams:
        await anext(stream)
    (worker,) = voice.process_ids
    os.kill(worker, signal.SIGKILL)
    for stream in streams:
        with pytest.raises(WorkerDiedError, match="signal 9"):
            async for _ in stream:
                pass
        assert [chunk async for chunk in stream] == []
    assert said(await spoken(voice, "Hello again.")) == ["Hello", "again."]
    assert voice.process_ids != (worker,)


@embedded
async def test_a_reply_that_is_closed_frees_the_voice_at_once(voice: EspeakTTS) -> None:
    taken: list[str] = []

    async def endless() -> AsyncIterator[str]:
        while True:
            taken.append("and so on and so on, ")
            yield taken[-1]

    async with aclosing(cast("AsyncGenerator[SpeechChunk]", voice.stream(endless()))) as stream:
        await anext(stream)
    count = len(taken)
    assert said(await spoken(voice, "Next.")) == ["Next."]
    assert len(taken) == count


@embedded
async def test_a_slow_listener_holds_the_text_back(voice: EspeakTTS) -> None:
    taken = 0

    async def endless() -> AsyncIterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield "and so on and so on and so on and so on, "

    async with aclosing(cast("AsyncGenerator[SpeechChunk]", voice.stream(endless()))) as stream:
        await anext(stream)
        assert await spoken(voice, *["Somebody else speaks meanwhile."] * 10)
        assert taken < 30


@embedded
async def test_text_that_fails_ends_the_reply_with_its_error(voice: EspeakTTS) -> None:
    async def broken() -> AsyncIterator[str]:
        yield "This far,"
        raise ProviderConnectionError("some/model", "the line went dead")

    with pytest.raises(ProviderConnectionError, match="went dead"):
        await asyncio.wait_for(_all(voice.stream(broken())), 10)


async def _all(stream: AsyncIterator[SpeechChunk]) -> list[SpeechChunk]:
    return [chunk async for chunk in stream]


@embedded
@pytest.mark.parametrize("name", ["en-us+f3", "EN-GB", "de"])
async def test_a_voice_is_chosen_by_name(name: str) -> None:
    tts = create(name, {"rate": 300, "pool": 1}, CONTEXT)
    assert tts.name == f"espeak/{name}"
    assert await _all(tts.stream(text("Hallo.")))
    await tts.aclose()


@embedded
@pytest.mark.parametrize(
    ("name", "message"), [("en-xx", "no voice 'en-xx'.*en-gb"), ("en-gb+f99", "no variant 'f99'.*f3")]
)
async def test_a_voice_that_is_not_there_is_refused_with_those_that_are(name: str, message: str) -> None:
    tts = create(name, {}, CONTEXT)
    with pytest.raises(ProviderRequestError, match=message):
        await tts.warm()
    await tts.aclose()


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    delays: list[float] = []
    real_sleep = asyncio.sleep

    async def sleep(delay: float) -> None:
        delays.append(delay)
        await real_sleep(0)

    monkeypatch.setattr("antiphon.providers.tts.espeak.asyncio.sleep", sleep)
    return iter([delays])


@embedded
async def test_it_can_be_as_slow_as_a_cloud(slept: Iterator[list[float]]) -> None:
    (delays,) = slept
    tts = EspeakTTS(pace=Pace(first_byte_ms=150, faster_than_real_time=5))
    chunks = await spoken(tts, "We are open,", "every day.")
    await tts.aclose()
    assert delays[0] == 0.15
    rest = sum(len(chunk.samples) for chunk in chunks[1:]) / FORMAT.rate_hz
    assert sum(delays[1:]) == pytest.approx(rest / 5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"speed": 2}, "espeak: unknown option 'speed'"),
        ({"rate": 20}, "espeak: rate = 20: expected a number from 80 to 450"),
        ({"pool": 1.5}, "espeak: pool = 1.5"),
        ({"faster_than_real_time": -1}, "faster_than_real_time"),
    ],
)
async def test_options_are_checked(options: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        create("", options, CONTEXT)


async def test_the_agents_language_chooses_the_voice() -> None:
    assert create("", {}, ProviderContext(language="de")).name == "espeak"
    assert EspeakVoice().voice == "en-gb"


async def test_long_text_is_cut_where_it_may_be() -> None:
    sentence = "We are open from ten until five, on most days of the week. "
    pieces = speakable_pieces(sentence * 4)
    assert [piece.endswith(".") for piece in pieces] == [True] * len(pieces)
    clause = "and then we are open, "
    assert speakable_pieces(clause * 20)[0].endswith(",")
    assert speakable_pieces("word " * 100)[0].endswith("word")
    assert max(len(piece) for piece in speakable_pieces("x" * 1_000)) == PIECE_CHARS


@given(st.text(max_size=600))
async def test_pieces_are_short_and_hold_what_can_be_said(segment: str) -> None:
    pieces = speakable_pieces(segment)
    for piece in pieces:
        assert 0 < len(piece) <= PIECE_CHARS
        assert piece == piece.strip()
        assert "\0" not in piece
        piece.encode()
    kept = "".join(char for char in segment if char.isalnum())
    assert "".join(char for char in "".join(pieces) if char.isalnum()) == kept
