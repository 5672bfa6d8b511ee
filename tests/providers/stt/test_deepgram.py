"""Deepgram's recognisers against the double: the contract, the address they connect to, their keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import numpy as np
import pytest

from antiphon.audio import AudioFrame
from antiphon.core.events import EagerEndOfTurn, Final, Interim, RecogniserEvent, VendorEndOfTurn
from antiphon.core.times import NS_PER_MS
from antiphon.errors import (
    ConfigError,
    MissingExtraError,
    ProviderAuthError,
    ProviderConnectionError,
    ProviderError,
    ProviderProtocolError,
    ProviderRateLimitError,
    ProviderRequestError,
    ProviderTimeoutError,
)
from antiphon.providers.base import STT, ProviderContext
from antiphon.providers.stt import deepgram
from antiphon.testing.contracts import Failure, STTContract, STTSubject
from antiphon.testing.vendors import DeepgramDouble, Fault, FaultPlan, spoken, voiced_audio

pytestmark = pytest.mark.real_time

UTTERANCES = ("hello there my friend", "how are you today", "one more thing")
SPEECH = voiced_audio((300, 1_600), rate_hz=16_000)
ROUTES = {"nova-3": "listen", "flux-general-en": "flux"}


def make(model: str, double: DeepgramDouble, **options: object) -> STT:
    return deepgram.create(model, options, ProviderContext(environ=double.environ()))


def failing(model: str, fault: Fault) -> Callable[[], AbstractAsyncContextManager[STTSubject]]:
    @asynccontextmanager
    async def subject() -> AsyncIterator[STTSubject]:
        async with DeepgramDouble(utterances=UTTERANCES) as double:
            double.faults[ROUTES[model]] = FaultPlan({0: fault})
            yield STTSubject(
                make(model, double, connect_timeout_s=0.1 if fault.kind == "slow-handshake" else 5.0), SPEECH
            )

    return subject


class DeepgramContract(STTContract):
    model: str
    patience_ms = 5_000

    @asynccontextmanager
    async def subject(self) -> AsyncIterator[STTSubject]:
        async with DeepgramDouble(utterances=UTTERANCES, repeat=True) as double:

            async def let_go() -> None:
                await double.requests[-1].done.wait()

            stt = make(self.model, double, flush_timeout_ms=self.patience_ms)
            yield STTSubject(stt, SPEECH, ("hello", "friend"), let_go=let_go)

    def failures(self) -> Mapping[str, Failure[STTSubject]]:
        expected: Mapping[str, tuple[Fault, type[ProviderError]]] = {
            "refused": (Fault("refuse"), ProviderConnectionError),
            "slow handshake": (Fault("slow-handshake", delay_ms=2_000), ProviderTimeoutError),
            "wrong key": (Fault("status", status=401), ProviderAuthError),
            "not allowed": (Fault("status", status=403), ProviderAuthError),
            "wrong request": (Fault("status", status=400), ProviderRequestError),
            "too many requests": (Fault("status", status=429), ProviderRateLimitError),
            "broken": (Fault("status", status=500), ProviderConnectionError),
            "overloaded": (Fault("status", status=503), ProviderRateLimitError),
            "closed at once": (Fault("close", at=0), ProviderConnectionError),
            "closed in mid-call": (Fault("close", at=4), ProviderConnectionError),
            "garbage": (Fault("malformed", at=2), ProviderProtocolError),
        }
        return {name: Failure(failing(self.model, fault), error) for name, (fault, error) in expected.items()}


class TestNovaKeepsTheContract(DeepgramContract):
    model = "nova-3"


class TestFluxKeepsTheContract(DeepgramContract):
    model = "flux-general-en"
    patience_ms = 600  # it ignores the end of a turn that never began

    def failures(self) -> Mapping[str, Failure[STTSubject]]:
        # Flux may drop the connection once it was told to end: with audio that is sent all at once, that is
        # so soon that a drop in mid-call can't be told from it.
        dropped = {"closed at once", "closed in mid-call"}
        return {name: failure for name, failure in super().failures().items() if name not in dropped}


# --- on the wire --------------------------------------------------------------------------------------


async def listen(stt: STT, samples: np.ndarray, *, flush: bool = True) -> list[RecogniserEvent]:
    async def speak() -> None:
        for at in range(0, len(samples), 320):
            await stream.send(AudioFrame(samples[at : at + 320], 16_000))
        if flush:
            await stream.flush()
        await stream.end()

    async with stt.open() as stream, asyncio.TaskGroup() as group:
        group.create_task(speak())
        return [event async for event in stream]


async def test_nova_connects_with_its_settings_and_key() -> None:
    async with DeepgramDouble(keys={"k-1"}) as double:
        stt = make(
            "nova-3",
            double,
            api_key="k-1",
            keyterms=["Antiphon", "Robin"],
            extra_query={"tag": "test", "numerals": True},
        )
        await listen(stt, np.zeros(160, np.int16))
        record = double.requests[0]
    assert record.path == "/v1/listen"
    assert record.headers["authorization"] == "Token k-1"
    assert record.query == {
        "model": "nova-3",
        "encoding": "linear16",
        "sample_rate": "16000",
        "channels": "1",
        "interim_results": "true",
        "language": "en",
        "endpointing": "10",
        "punctuate": "true",
        "smart_format": "false",
        "keyterm": "Robin",
        "tag": "test",
        "numerals": "true",
    }


async def test_flux_connects_with_its_settings() -> None:
    async with DeepgramDouble() as double:
        stt = make("flux-general-multi", double, eot_threshold=0.8, eot_timeout_ms=3_000, language="es")
        await listen(stt, np.zeros(160, np.int16))
        record = double.requests[0]
    assert record.path == "/v2/listen"
    assert "authorization" not in record.headers
    assert record.query == {
        "model": "flux-general-multi",
        "encoding": "linear16",
        "sample_rate": "16000",
        "eot_threshold": "0.8",
        "eot_timeout_ms": "3000",
        "eager_eot_threshold": "0.5",
        "language_hint": "es",
    }


async def test_options_are_passed_on() -> None:
    async with DeepgramDouble() as double:
        stt = make("nova-2", double, smart_format=True, endpointing_ms=0, language="de", sample_rate_hz=8_000)
        assert stt.format.rate_hz == 8_000
        async with stt.open() as stream:
            await stream.end()
            assert [event async for event in stream] == []
        query = double.requests[0].query
    assert (query["smart_format"], query["no_delay"], query["endpointing"]) == ("true", "true", "false")
    assert (query["language"], query["sample_rate"]) == ("de", "8000")


async def test_words_have_the_times_of_the_script() -> None:
    async with DeepgramDouble(spoken("two words", 200)) as double:
        events = await listen(make("nova-3", double), np.zeros(16_000, np.int16))
    finals = [event for event in events if isinstance(event, Final) and event.text]
    assert [(word.text, word.start_ns, word.end_ns) for final in finals for word in final.words] == [
        ("two", 200 * NS_PER_MS, 500 * NS_PER_MS),
        ("words", 500 * NS_PER_MS, 800 * NS_PER_MS),
    ]


async def test_interims_may_be_wrong_and_are_put_right() -> None:
    async with DeepgramDouble(spoken("wonderful weather", 200), misheard=1.0) as double:
        events = await listen(make("nova-3", double, endpointing_ms=0), np.zeros(16_000, np.int16))
    texts = [event.text for event in events if isinstance(event, Interim)]
    assert texts[:2] == ["wond", "wonderful"]
    assert isinstance(events[-1], Final)
    assert events[-1].text == "wonderful weather"


async def test_flux_tells_an_eager_end_of_turn_and_then_the_end() -> None:
    async with DeepgramDouble(spoken("yes please", 200)) as double:
        events = await listen(make("flux-general-en", double), np.zeros(32_000, np.int16), flush=False)
    kinds = [type(event) for event in events if not isinstance(event, Interim)]
    assert kinds == [EagerEndOfTurn, Final, VendorEndOfTurn]


async def test_without_a_word_the_vendor_hangs_up() -> None:
    async with DeepgramDouble(idle_timeout_ms=30) as double, make("nova-3", double).open() as stream:
        with pytest.raises(ProviderConnectionError, match="code 1011, NET-0001") as caught:
            await anext(aiter(stream))
    assert caught.value.status == 1011


async def test_a_refused_key_is_explained_in_one_line() -> None:
    async with DeepgramDouble(keys={"right"}) as double:
        stt = deepgram.create(
            "", {}, ProviderContext(environ={**double.environ(), "DEEPGRAM_API_KEY": "wr0ng"})
        )
        with pytest.raises(ProviderAuthError) as caught:
            await stt.open().__aenter__()
    assert str(caught.value) == (
        "deepgram/nova-3: the Deepgram key from DEEPGRAM_API_KEY was refused; set DEEPGRAM_API_KEY or the "
        "option api_key to one that is valid, status 401, request 00000000-0000-4000-8000-000000000000"
    )
    assert "wr0ng" not in str(caught.value) + repr(stt)


async def test_nobody_there_is_a_connection_error() -> None:
    async with DeepgramDouble() as double:
        stt = make("nova-3", double)
    with pytest.raises(ProviderConnectionError, match=r"deepgram/nova-3: can't reach http://127"):
        await stt.open().__aenter__()


@pytest.mark.parametrize(
    ("model", "options", "message"),
    [
        ("nova-3", {"modle": 1}, "unknown option 'modle'"),
        ("nova-3", {"chunk_ms": 80}, "unknown option 'chunk_ms'"),
        ("nova-3", {"endpointing_ms": -1}, "endpointing_ms = -1"),
        ("nova-3", {"sample_rate_hz": 4_000}, "sample_rate_hz = 4000"),
        ("flux-general-en", {"punctuate": True}, "unknown option 'punctuate'"),
        ("flux-general-en", {"eot_threshold": 0.3}, "eot_threshold = 0.3"),
        ("flux-general-en", {"eager_eot_threshold": 0.8}, "from 0.3 to eot_threshold"),
        ("flux-general-en", {"eager_eot_threshold": 0.1}, "from 0.3 to eot_threshold"),
    ],
)
def test_a_wrong_option_is_refused(model: str, options: Mapping[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=f"deepgram/{model}: .*{message}"):
        deepgram.create(model, {"api_key": "k", **options}, ProviderContext())


def test_no_key_is_refused_before_anything_is_connected() -> None:
    with pytest.raises(ConfigError, match="no Deepgram key: set DEEPGRAM_API_KEY"):
        deepgram.create("nova-3", {}, ProviderContext())


def test_a_missing_library_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "websockets", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'antiphon\[deepgram\]'"):
        deepgram.create("nova-3", {"api_key": "k"}, ProviderContext())
