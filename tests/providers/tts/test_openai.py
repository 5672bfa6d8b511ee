"""OpenAI's voices against the double: the contract, the requests, one ahead and no more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager

import numpy as np
import pytest

from antiphon.core.times import NS_PER_MS
from antiphon.errors import (
    ConfigError,
    MissingExtraError,
    ProviderAuthError,
    ProviderConnectionError,
    ProviderError,
    ProviderRateLimitError,
    ProviderRequestError,
    ProviderTimeoutError,
)
from antiphon.providers.base import ProviderContext, SpeechChunk
from antiphon.providers.tts import openai
from antiphon.providers.tts.openai import LONGEST_TEXT, OpenAITTS
from antiphon.runtime.clock import Clock
from antiphon.testing.contracts import Failure, TTSContract, TTSSubject
from antiphon.testing.vendors import Fault, FaultPlan, OpenAIDouble, Profile
from antiphon.testing.vendors.openai_speech import speech_samples

pytestmark = pytest.mark.real_time

REAL_TIME = Profile(faster_than_real_time=1)


def make(double: OpenAIDouble, **options: object) -> OpenAITTS:
    tts = openai.create("", options, ProviderContext(environ=double.environ()))
    assert isinstance(tts, OpenAITTS)
    return tts


@asynccontextmanager
async def using(double: OpenAIDouble, **options: object) -> AsyncIterator[OpenAITTS]:
    async with double:
        tts = make(double, **options)
        try:
            yield tts
        finally:
            await tts.aclose()


def failing(fault: Fault) -> Callable[[], AbstractAsyncContextManager[TTSSubject]]:
    @asynccontextmanager
    async def subject() -> AsyncIterator[TTSSubject]:
        async with OpenAIDouble() as double:
            double.faults["speech"] = FaultPlan({1: fault})  # the second segment's
            patience_s = 0.1 if fault.kind in {"stall", "slow-handshake"} else 5.0
            yield TTSSubject(make(double, first_byte_timeout_s=patience_s, stall_timeout_s=patience_s))

    return subject


class TestOpenAIKeepsTheContract(TTSContract):
    @asynccontextmanager
    async def subject(self) -> AsyncIterator[TTSSubject]:
        async with OpenAIDouble(profile=Profile(ms_per_character=20), piece_bytes=3_001) as double:

            async def let_go() -> None:
                await double.requests[-1].done.wait()

            yield TTSSubject(make(double), let_go)

    def failures(self) -> Mapping[str, Failure[TTSSubject]]:
        expected: Mapping[str, tuple[Fault, type[ProviderError]]] = {
            "refused": (Fault("refuse"), ProviderConnectionError),
            "late": (Fault("slow-handshake", delay_ms=2_000), ProviderTimeoutError),
            "silent before the first byte": (Fault("stall", at=0), ProviderTimeoutError),
            "silent after it": (Fault("stall", at=2), ProviderTimeoutError),
            "wrong key": (Fault("status", status=401), ProviderAuthError),
            "wrong request": (Fault("status", status=400), ProviderRequestError),
            "too many requests": (Fault("status", status=429), ProviderRateLimitError),
            "broken": (Fault("status", status=500), ProviderConnectionError),
            "closed before the first byte": (Fault("close", at=0), ProviderConnectionError),
            "closed in mid-speech": (Fault("close", at=2), ProviderConnectionError),
            "garbage": (Fault("malformed", at=2), ProviderConnectionError),
        }
        return {name: Failure(failing(fault), error) for name, (fault, error) in expected.items()}


async def texts(*given: str) -> AsyncIterator[str]:
    for text in given:
        yield text


async def spoken(tts: OpenAITTS, *given: str) -> list[SpeechChunk]:
    return [chunk async for chunk in tts.stream(texts(*given))]


def joined(chunks: Sequence[SpeechChunk], segment: int) -> np.ndarray:
    return np.concatenate([chunk.samples for chunk in chunks if chunk.segment == segment])


# --- requests and audio -------------------------------------------------------------------------------


async def test_each_segment_is_a_request() -> None:
    options = {"api_key": "k-1", "voice": "ash", "speed": 1.25, "instructions": "Warmly."}
    async with using(double := OpenAIDouble(keys={"k-1"}), **options) as tts:
        await spoken(tts, "Good morning. ", "How are you?")
    assert [record.path for record in double.requests] == ["/v1/audio/speech"] * 2
    assert double.requests[0].headers["authorization"] == "Bearer k-1"
    assert double.requests[0].body == {
        "model": "gpt-4o-mini-tts",
        "input": "Good morning.",
        "voice": "ash",
        "response_format": "pcm",
        "speed": 1.25,
        "instructions": "Warmly.",
    }


async def test_what_is_not_set_is_left_to_the_vendor() -> None:
    async with using(double := OpenAIDouble()) as tts:
        await spoken(tts, "Hello.")
    assert double.requests[0].body == {
        "model": "gpt-4o-mini-tts",
        "input": "Hello.",
        "voice": "alloy",
        "response_format": "pcm",
    }


@pytest.mark.parametrize("piece_bytes", [1, 997, 4_096])
async def test_samples_survive_however_their_bytes_are_cut(piece_bytes: int) -> None:
    profile = Profile(ms_per_character=4, leading_silence_ms=3)
    async with using(OpenAIDouble(profile=profile, piece_bytes=piece_bytes)) as tts:
        chunks = await spoken(tts, "One, ", "and two.")
    for segment, text in enumerate(("One,", "and two.")):
        assert np.array_equal(joined(chunks, segment), speech_samples(text, profile))
    assert all(chunk.samples.flags.writeable for chunk in chunks)


async def test_audio_comes_out_as_it_comes_in() -> None:
    async with using(double := OpenAIDouble(profile=REAL_TIME)) as tts:
        stream = tts.stream(texts("word " * 200))
        first = await anext(stream)
        await stream.aclose()  # type: ignore[attr-defined]
    assert len(first.samples) < 24_000, "of a minute of audio"
    assert double.requests[0].sent < 70, "a tenth of what there is to send"


async def test_a_text_too_long_for_a_request_is_sent_in_parts() -> None:
    async with using(double := OpenAIDouble(profile=Profile(ms_per_character=1))) as tts:
        chunks = await spoken(tts, "word " * 2_000, "End.")
    lengths = [len(str(record.body["input"])) for record in double.requests]  # type: ignore[index]
    assert len(lengths) == 4
    assert max(lengths) <= LONGEST_TEXT
    assert {chunk.segment for chunk in chunks} == {0, 1}


async def test_blank_segments_cost_no_request() -> None:
    async with using(double := OpenAIDouble()) as tts:
        chunks = await spoken(tts, "", " \n", "Hello.")
    assert len(double.requests) == 1
    assert {chunk.segment for chunk in chunks} == {2}


# --- one ahead ----------------------------------------------------------------------------------------


async def test_the_next_segment_is_begun_while_one_is_heard_and_no_third() -> None:
    async with using(double := OpenAIDouble(profile=REAL_TIME)) as tts:
        sentences = ("word " * 40, "word " * 40, "word " * 40)
        async with aclosing(tts.stream(texts(*sentences))) as stream:  # type: ignore[type-var]
            assert (await anext(stream)).segment == 0
            second = await double.requests.wait_for("speech", 2)
            await second.wait_until(lambda record: record.sent > 0)
            assert len(double.requests) == 2
        await asyncio.gather(*(record.done.wait() for record in double.requests))
    assert len(double.requests) == 2
    assert all(record.closed_early for record in double.requests)


async def test_no_latency_falls_between_segments() -> None:
    """With 100 ms to the first byte, the second segment follows the first without a gap."""
    gaps_ms: list[float] = []
    async with using(OpenAIDouble(profile=Profile(first_byte_ms=100, faster_than_real_time=4))) as tts:
        clock = Clock()
        while not gaps_ms or (gaps_ms[-1] > 60 and len(gaps_ms) < 5):  # a busy machine may be late
            last_ns, last_segment = 0, 0
            async for chunk in tts.stream(texts("word " * 4, "more.")):  # 1.1 s of audio in 285 ms
                if chunk.segment != last_segment:
                    gaps_ms.append((clock.now_ns() - last_ns) / NS_PER_MS)
                last_ns, last_segment = clock.now_ns(), chunk.segment
    assert min(gaps_ms) < 60, gaps_ms


@pytest.mark.parametrize("pieces", [0, 3])
async def test_a_cancelled_reply_is_closed_at_the_vendor_within_50_ms(pieces: int) -> None:
    profile = Profile(first_byte_ms=0 if pieces else 60_000, faster_than_real_time=1)
    took_ms = []
    async with using(double := OpenAIDouble(profile=profile)) as tts:
        clock = Clock()
        for attempt in range(10):
            reached = asyncio.Event()

            async def listen(reached: asyncio.Event = reached) -> None:
                count = 0
                async for _ in tts.stream(texts("word " * 100)):
                    count += 1
                    if count == pieces:
                        reached.set()

            async with asyncio.TaskGroup() as group:
                listener = group.create_task(listen())
                record = await double.requests.wait_for("speech", attempt + 1)
                if pieces:
                    await reached.wait()
                asked_ns = clock.now_ns()
                listener.cancel()
                await record.done.wait()
            assert record.closed_early
            assert record.ended_ns is not None
            took_ms.append((record.ended_ns - asked_ns) / NS_PER_MS)
            if took_ms[-1] <= 50:
                break
    assert min(took_ms) <= 50, took_ms


async def test_a_text_that_fails_in_its_making_fails_as_it_is() -> None:
    async def broken() -> AsyncIterator[str]:
        yield "Hello. "
        raise ProviderConnectionError("openai/model", "the model died")

    async with using(OpenAIDouble()) as tts:
        with pytest.raises(ProviderConnectionError, match="the model died"):
            async for _ in tts.stream(broken()):
                pass


# --- setting it up ------------------------------------------------------------------------------------


async def test_it_is_warmed_by_a_connection() -> None:
    async with using(double := OpenAIDouble()) as tts:
        await tts.warm()
    assert [record.route for record in double.requests] == ["models"]


@pytest.mark.parametrize(
    ("options", "message"),
    [({"pitch": 1}, "unknown option"), ({"speed": 5}, "speed = 5"), ({"voice": ""}, "voice = ''")],
)
def test_a_wrong_option_is_refused(options: Mapping[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=f"openai/gpt-4o-mini-tts: .*{message}"):
        openai.create("", {"api_key": "k", **options}, ProviderContext())


def test_a_missing_library_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "openai", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'antiphon\[openai\]'"):
        openai.create("", {"api_key": "k"}, ProviderContext())
