"""OpenAI's recognisers against the double: the contract, the session they ask for, their keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import numpy as np
import pytest

from antiphon.audio import AudioFrame
from antiphon.core.events import Final, Interim, RecogniserEvent
from antiphon.errors import (
    ConfigError,
    ProviderAuthError,
    ProviderConnectionError,
    ProviderError,
    ProviderProtocolError,
    ProviderRateLimitError,
    ProviderRequestError,
    ProviderTimeoutError,
)
from antiphon.providers.base import STT, ProviderContext
from antiphon.providers.stt import openai
from antiphon.testing.contracts import Failure, STTContract, STTSubject
from antiphon.testing.vendors import Fault, FaultPlan, OpenAIDouble, spoken, voiced_audio

pytestmark = pytest.mark.real_time

UTTERANCES = ("hello there my friend", "how are you today", "one more thing")
SPEECH = voiced_audio((300, 1_600), rate_hz=24_000)


def make(double: OpenAIDouble, model: str = "gpt-live-transcribe", **options: object) -> STT:
    return openai.create(model, options, ProviderContext(language="en-GB", environ=double.environ()))


def failing(fault: Fault) -> Callable[[], AbstractAsyncContextManager[STTSubject]]:
    @asynccontextmanager
    async def subject() -> AsyncIterator[STTSubject]:
        async with OpenAIDouble(utterances=UTTERANCES) as double:
            double.faults["transcribe"] = FaultPlan({0: fault})
            yield STTSubject(
                make(double, connect_timeout_s=0.1 if fault.kind == "slow-handshake" else 5.0), SPEECH
            )

    return subject


class TestOpenAIKeepsTheContract(STTContract):
    model = "gpt-live-transcribe"

    @asynccontextmanager
    async def subject(self) -> AsyncIterator[STTSubject]:
        async with OpenAIDouble(utterances=UTTERANCES, repeat=True) as double:

            async def let_go() -> None:
                await double.requests[-1].done.wait()

            yield STTSubject(make(double, self.model), SPEECH, ("hello", "friend"), let_go=let_go)

    def failures(self) -> Mapping[str, Failure[STTSubject]]:
        expected: Mapping[str, tuple[Fault, type[ProviderError]]] = {
            "refused": (Fault("refuse"), ProviderConnectionError),
            "slow handshake": (Fault("slow-handshake", delay_ms=2_000), ProviderTimeoutError),
            "wrong key": (Fault("status", status=401), ProviderAuthError),
            "wrong request": (Fault("status", status=400), ProviderRequestError),
            "too many requests": (Fault("status", status=429), ProviderRateLimitError),
            "broken": (Fault("status", status=500), ProviderConnectionError),
            "closed at once": (Fault("close", at=0), ProviderConnectionError),
            "closed in mid-call": (Fault("close", at=4), ProviderConnectionError),
            "garbage": (Fault("malformed", at=2), ProviderProtocolError),
        }
        return {name: Failure(failing(fault), error) for name, (fault, error) in expected.items()}


class TestModelsThatTranscribeAfterTheCommitKeepTheContract(TestOpenAIKeepsTheContract):
    model = "gpt-4o-transcribe"


async def listen(stt: STT) -> list[RecogniserEvent]:
    async def speak() -> None:
        for at in range(0, 24_000, 480):
            await stream.send(AudioFrame(np.zeros(480, np.int16), 24_000))
            if at == 12_000:
                await stream.flush()
        await stream.end()

    async with stt.open() as stream, asyncio.TaskGroup() as group:
        group.create_task(speak())
        return [event async for event in stream]


async def test_the_session_is_set_up_as_the_options_say() -> None:
    async with OpenAIDouble(keys={"k-1"}) as double:
        await listen(make(double, api_key="k-1", keywords=["Antiphon"], prompt="Names.", delay="low"))
        record = double.requests[0]
    assert (record.path, record.query) == ("/v1/realtime", {"intent": "transcription"})
    assert record.headers["authorization"] == "Bearer k-1"
    session = record.messages[0]["session"]
    assert session["audio"]["input"]["transcription"] == {  # type: ignore[index]
        "model": "gpt-live-transcribe",
        "language": "en",
        "keywords": ["Antiphon"],
        "prompt": "Names.",
        "delay": "low",
    }
    assert [message["type"] for message in record.messages].count("input_audio_buffer.commit") == 2
    assert 48_000 <= record.audio_bytes <= 48_000 + 100


async def test_a_live_model_tells_words_before_the_flush() -> None:
    async with OpenAIDouble(script=spoken("one two three", 0, 100)) as double:
        events = await listen(make(double))
    first_final = next(index for index, event in enumerate(events) if isinstance(event, Final))
    assert [event.text for event in events[:first_final] if isinstance(event, Interim)] == [
        "one",
        "one two",
        "one two three",
    ]
    assert [event.text for event in events if isinstance(event, Final) and event.text] == ["one two three"]


async def test_a_model_that_waits_for_the_commit_tells_them_after_it() -> None:
    async with OpenAIDouble(script=spoken("one two three", 0, 100)) as double:
        events = await listen(make(double, "gpt-4o-transcribe"))
    finals = [event for event in events if isinstance(event, Final) and event.text]
    assert [final.text for final in finals] == ["one two three"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"endpointing_ms": 10}, "unknown option"),
        ({"prompt": 3}, "prompt = 3"),
        ({"keywords": "a"}, "keywords"),
    ],
)
def test_a_wrong_option_is_refused(options: Mapping[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=f"openai/gpt-live-transcribe: .*{message}"):
        openai.create("", {"api_key": "k", **options}, ProviderContext())


def test_no_key_is_refused_before_anything_is_connected() -> None:
    with pytest.raises(ConfigError, match="no OpenAI key: set OPENAI_API_KEY"):
        openai.create("", {}, ProviderContext())
