"""Speech over the wire: as long as its text, silent where it should be, at its pace."""

from __future__ import annotations

from typing import Any

import httpx2
import numpy as np
import pytest

from antiphon.core.times import NS_PER_MS
from antiphon.runtime.clock import Clock
from antiphon.testing.vendors import OpenAIDouble, Profile
from antiphon.testing.vendors.openai_speech import RATE_HZ, speech_samples


async def ask(double: OpenAIDouble, **more: Any) -> httpx2.Response:
    async with httpx2.AsyncClient() as client:
        body = {"model": "m", "voice": "v", "input": "ten chars.", "response_format": "pcm", **more}
        return await client.post(f"{double.url}/audio/speech", json=body)


def test_speech_begins_after_its_silence_and_is_loud_at_once() -> None:
    samples = speech_samples("ten chars.", Profile(ms_per_character=10, leading_silence_ms=50))
    silence = RATE_HZ // 20
    assert len(samples) == silence + RATE_HZ // 10
    assert not samples[:silence].any()
    assert samples[silence] > 7_000


async def test_text_is_spoken_whole() -> None:
    profile = Profile(ms_per_character=10, leading_silence_ms=5)
    async with OpenAIDouble(profile=profile, piece_bytes=999) as double:
        answer = await ask(double)
        assert double.requests[0].sent == -(-len(answer.content) // 999)
    assert answer.headers["content-type"] == "audio/pcm"
    assert np.array_equal(np.frombuffer(answer.content, "<i2"), speech_samples("ten chars.", profile))


async def test_speed_makes_it_shorter() -> None:
    async with OpenAIDouble() as double:
        lengths = [len((await ask(double, speed=speed)).content) for speed in (1, 2)]
    assert lengths == [2 * 14_400, 14_400]


@pytest.mark.parametrize(
    "wrong",
    [{"input": ""}, {"input": None}, {"input": "x" * 4_097}, {"response_format": "mp3"}, {"speed": 9}],
)
async def test_what_can_not_be_spoken_is_refused(wrong: dict[str, object]) -> None:
    async with OpenAIDouble() as double:
        answer = await ask(double, **wrong)
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


async def test_audio_comes_at_its_pace() -> None:
    profile = Profile(first_byte_ms=40, faster_than_real_time=10, ms_per_character=60)
    async with OpenAIDouble(profile=profile, piece_bytes=4_800) as double:
        clock = Clock()
        began_ns = clock.now_ns()
        await ask(double)
        took_ms = (clock.now_ns() - began_ns) / NS_PER_MS
        record = double.requests[0]
    assert record.first_sent_ns is not None
    assert (record.first_sent_ns - record.received_ns) / NS_PER_MS >= 39
    assert took_ms >= 40 + 50 - 1, "600 ms of audio, the last 100 ms of which are sent at 500 ms / 10"
