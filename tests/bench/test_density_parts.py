from __future__ import annotations

from collections.abc import AsyncIterator

import numpy as np

from antiphon.audio import AudioFrame
from antiphon.bench.density_parts import (
    ANSWER,
    FINAL_AFTER_MS,
    FIRST_AUDIO_MS,
    FIRST_TOKEN_MS,
    HEARD,
    ScriptedModel,
    ScriptedRecogniser,
    ScriptedVoice,
)
from antiphon.core.events import Final, Interim, RecogniserEvent
from antiphon.core.messages import Message
from antiphon.providers.base import LLMRequest, TextDelta

from ..runtime.fakes import now_ms, virtually


def frame(value: int) -> AudioFrame:
    return AudioFrame(np.full(320, value, np.int16), 16_000)


@virtually
async def test_what_is_loud_is_heard_word_by_word_and_final_after_a_vendor_s_time() -> None:
    recogniser = ScriptedRecogniser()
    async with recogniser.open() as stream:
        for value in (9_000,) * 50:
            await stream.send(frame(value))
        await stream.flush()
        assert now_ms() == FINAL_AFTER_MS
        await stream.flush()
        await stream.end()
        heard: list[RecogniserEvent] = [event async for event in stream]
    interims = [event.text for event in heard if isinstance(event, Interim)]
    assert all(HEARD.startswith(text) for text in interims)
    assert len(interims) == 6
    assert [event.text for event in heard if isinstance(event, Final)] == [HEARD, "", ""]
    await recogniser.aclose()


@virtually
async def test_silence_is_no_words() -> None:
    async with ScriptedRecogniser().open() as stream:
        await stream.send(frame(0))
        await stream.end()
        assert [event async for event in stream] == [Final("", 0, 20_000_000)]


@virtually
async def test_the_model_takes_a_model_s_time() -> None:
    model = ScriptedModel()
    await model.warm()
    text, first_ms = "", 0.0
    async for event in model.stream(LLMRequest((Message("user", "hello"),))):
        assert isinstance(event, TextDelta)
        first_ms = first_ms or now_ms()
        text += event.text
    assert first_ms == FIRST_TOKEN_MS
    assert text.strip() == ANSWER
    await model.aclose()


@virtually
async def test_the_voice_takes_a_voice_s_time_and_speaks_as_long() -> None:
    voice = ScriptedVoice()
    await voice.warm()

    async def segments() -> AsyncIterator[str]:
        yield "x" * 50
        yield "y"

    first_ms, spoken = 0.0, [0, 0]
    async for chunk in voice.stream(segments()):
        first_ms = first_ms or now_ms()
        spoken[chunk.segment] += len(chunk.samples)
    assert first_ms == FIRST_AUDIO_MS
    assert spoken == [3 * 24_000, 2_400]
    await voice.aclose()
