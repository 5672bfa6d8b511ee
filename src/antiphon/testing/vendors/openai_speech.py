"""The double's speech: a tone as long as the text would take to say, streamed."""

from __future__ import annotations

import numpy as np

from antiphon.audio import Samples
from antiphon.core.times import NS_PER_MS, NS_PER_S
from antiphon.testing.vendors.http_answer import HttpAnswer
from antiphon.testing.vendors.profiles import Pace, Profile
from antiphon.testing.vendors.replies import Body

RATE_HZ = 24_000
TONE_HZ = 240  # whole periods in a second, so that seconds can be joined
AMPLITUDE = 8_000
_SECOND = (AMPLITUDE * np.cos(2 * np.pi * TONE_HZ / RATE_HZ * np.arange(RATE_HZ))).astype(np.int16)


def speech_samples(text: str, profile: Profile, speed: float = 1.0) -> Samples:
    """A text as the double says it: silence, then a tone at full level from its first sample on."""
    silence = round(profile.leading_silence_ms * RATE_HZ / 1_000)
    length = round(len(text) * profile.ms_per_character * RATE_HZ / 1_000 / speed)
    tone = np.tile(_SECOND, length // RATE_HZ + 1)[:length]
    return np.concatenate((np.zeros(silence, np.int16), tone))


async def answer_speech(
    answer: HttpAnswer, body: Body, profile: Profile, pace: Pace, piece_bytes: int
) -> None:
    """One text spoken."""
    text, audio_format = body.get("input"), body.get("response_format", "mp3")
    speed = body.get("speed", 1.0)
    if not isinstance(text, str) or not text.strip() or len(text) > 4_096:
        await answer.refuse(400, "invalid_input")
        return
    if audio_format != "pcm" or not isinstance(speed, int | float) or not 0.25 <= speed <= 4:
        await answer.refuse(400, "unsupported_value")
        return
    clock = answer.exchange.clock
    first_ns = clock.now_ns() + round(pace.vary(profile.first_byte_ms) * NS_PER_MS)
    audio = speech_samples(text, profile, speed).astype("<i2").tobytes()
    await clock.sleep_until(first_ns)
    await answer.begin("audio/pcm")
    for at in range(0, len(audio), piece_bytes):
        if profile.faster_than_real_time:
            seconds = at / (2 * RATE_HZ * profile.faster_than_real_time)
            await clock.sleep_until(first_ns + round(seconds * NS_PER_S))
        await answer.send(audio[at : at + piece_bytes])
    await answer.end()
