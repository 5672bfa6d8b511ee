"""A voice that keeps the contract passes; each way of breaking it is found."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from antiphon.audio import AudioFormat
from antiphon.core.events import Word
from antiphon.errors import ProviderAuthError
from antiphon.providers.base import SpeechChunk
from antiphon.testing.contracts import Failure, TTSContract, TTSSubject

FORMAT = AudioFormat(8_000)


class Voice:
    """A tone of 50 ms for each character; ``breach`` names what it does wrong."""

    name = "scripted"
    format = FORMAT

    def __init__(self, breach: str) -> None:
        self._breach = breach
        self._busy = False
        self._warm = False

    async def stream(self, segments: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
        if self._breach == "one at a time" and self._busy:
            raise ValueError("busy")
        self._busy = True
        at = 0
        segment = -1
        try:
            texts = segments
            if self._breach == "waits for all":
                texts = _again([text async for text in segments])
            async for text in texts:
                segment += 1
                if self._breach == "fears emoji" and "🙂" in text:
                    raise ValueError("emoji")
                if not text.strip():
                    if self._breach == "fears blanks":
                        raise ValueError("blank")
                    if self._breach == "skips numbers":
                        segment -= 1
                    continue
                samples = self._samples(text)
                start_ns = FORMAT.samples_to_ns(at)
                if self._breach == "word order":
                    start_ns = 1_000 * (2 - segment)
                if self._breach == "word beyond":
                    start_ns += 10**12
                words = (Word(text.split()[0], start_ns, start_ns + 1),)
                number = {"backwards": -segment, "first only": 0}.get(self._breach, segment)
                for piece in np.array_split(samples, 4):
                    await asyncio.sleep(0)
                    yield SpeechChunk(piece, number, words)
                    words = ()
                at += len(samples)
        finally:
            self._busy = False
            if self._breach == "lingers":
                await asyncio.sleep(0.02)

    def _samples(self, text: str) -> np.ndarray:
        length = 4 if self._breach == "too short" else 400 * len(text)
        level = 10 if self._breach == "inaudible" else 5_000
        kind = np.float32 if self._breach == "floats" else np.int16
        shape = (0,) if self._breach == "empty" else (length,)
        return np.full(shape, level, kind)

    async def warm(self) -> None:
        if self._breach == "warms once" and self._warm:
            raise ValueError("warm already")
        self._warm = True

    async def aclose(self) -> None:
        pass


async def _again(texts: list[str]) -> AsyncIterator[str]:
    for text in texts:
        yield text


class TestAGoodVoice(TTSContract):
    breach = ""

    @asynccontextmanager
    async def subject(self) -> AsyncIterator[TTSSubject]:
        yield TTSSubject(Voice(self.breach))


@pytest.mark.parametrize(
    ("breach", "test", "complaint"),
    [
        ("floats", "test_text_becomes_audio", "not 16 bit"),
        ("empty", "test_text_becomes_audio", "or empty"),
        ("too short", "test_text_becomes_audio", "only 12 samples"),
        ("inaudible", "test_text_becomes_audio", "nothing can be heard"),
        ("backwards", "test_segments_are_spoken_in_order", "out of order"),
        ("first only", "test_segments_are_spoken_in_order", "segments spoken"),
        ("word order", "test_word_times_are_in_order_and_in_the_audio", "words out of order"),
        ("word beyond", "test_word_times_are_in_order_and_in_the_audio", "ns of audio"),
        ("waits for all", "test_the_first_segment_is_spoken_before_the_second_is_there", None),
        ("fears blanks", "test_nothing_to_say_is_said_in_silence", "blank"),
        ("skips numbers", "test_nothing_to_say_is_said_in_silence", "segments spoken"),
        ("fears emoji", "test_any_text_can_be_spoken", "emoji"),
        ("one at a time", "test_replies_do_not_disturb_each_other", "busy"),
        ("warms once", "test_it_may_be_warmed_more_than_once", "warm already"),
        ("lingers", "test_a_cancelled_reply_lets_go_at_once", "cancelling took"),
        ("lingers", "test_a_reply_is_cancelled_while_its_text_is_awaited", "cancelling took"),
    ],
)
def test_a_breach_is_found(
    breach: str, test: str, complaint: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.testing.contracts.common.SCENARIO_S", 0.5)
    monkeypatch.setattr("antiphon.testing.contracts.common.CANCEL_MS", 5)
    contract = TestAGoodVoice()
    contract.breach = breach
    with pytest.raises((AssertionError, ValueError, TimeoutError), match=complaint):
        getattr(contract, test)()


def test_a_failure_that_does_not_show_is_found() -> None:
    class Lenient(TestAGoodVoice):
        def failures(self) -> dict[str, Failure[TTSSubject]]:
            return {"wrong key": Failure(self.subject, ProviderAuthError)}

    with pytest.raises(AssertionError, match="nothing was raised: expected ProviderAuthError"):
        Lenient().test_failures_become_our_errors()
