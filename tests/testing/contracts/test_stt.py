"""A recogniser that keeps the contract passes; each way of breaking it is found."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

import numpy as np
import pytest

from antiphon.audio import AudioFormat, AudioFrame
from antiphon.core.events import Final, Interim, RecogniserEvent, Word
from antiphon.errors import ProviderAuthError
from antiphon.testing.contracts import Failure, STTContract, STTSubject

FORMAT = AudioFormat(8_000)


class Stream:
    """Hears one word in each second of sound; ``breach`` names what it does wrong."""

    def __init__(self, breach: str) -> None:
        self._breach = breach
        self._events: asyncio.Queue[RecogniserEvent | None] = asyncio.Queue(10_000)
        self._samples = 0
        self._final_ns = 0
        self._words = 0

    async def send(self, frame: AudioFrame) -> None:
        if self._breach == "odd frames" and len(frame.samples) % 2:
            raise ValueError("odd")
        before = self._samples // FORMAT.rate_hz
        self._samples += len(frame.samples)
        heard = bool(frame.samples.any()) or self._breach == "hears silence"
        if heard and (not self._words or self._samples // FORMAT.rate_hz > before):
            self._words += 1
            start_ns = self._final_ns if self._breach != "old interims" else 0
            end_ns = FORMAT.samples_to_ns(self._samples)
            if self._breach == "old interims" and self._final_ns:
                end_ns = self._final_ns
            self._events.put_nowait(Interim("word " * self._words, start_ns, end_ns))

    async def flush(self) -> None:
        end_ns = FORMAT.samples_to_ns(self._samples)
        text = " ".join(["word"] * self._words)
        words = tuple(Word("word", end_ns - n, end_ns) for n in range(self._words))
        self._words = 0
        start_ns = 0 if self._breach == "overlaps" else self._final_ns
        if self._breach == "short":
            end_ns = max(0, end_ns - 1_000_000_000)
        if self._breach == "invents":
            text = "word"
        words = words if self._breach == "word order" else words[::-1]
        self._final_ns = end_ns
        self._events.put_nowait(Final(text, start_ns, end_ns, words))
        if self._breach == "two finals":
            self._events.put_nowait(Final(text, start_ns, end_ns, words))

    async def end(self) -> None:
        if self._words:
            await self.flush()
        if self._breach != "never ends":
            self._events.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[RecogniserEvent]:
        while (event := await self._events.get()) is not None:
            yield event

    async def __aenter__(self) -> Self:
        if self._breach == "leaves a task":
            self._task = asyncio.get_running_loop().create_task(asyncio.Event().wait())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._breach == "lingers" and kind is not None:
            await asyncio.sleep(0.02)


class Recogniser:
    name = "scripted"
    format = FORMAT

    def __init__(self, breach: str = "") -> None:
        self._breach = breach

    def open(self) -> Stream:
        return Stream(self._breach)

    async def aclose(self) -> None:
        pass


SPEECH = np.concatenate((np.full(12_000, 1_000), np.zeros(8_000))).astype(np.int16)


class TestAGoodRecogniser(STTContract):
    breach = ""

    @asynccontextmanager
    async def subject(self) -> AsyncIterator[STTSubject]:
        yield STTSubject(Recogniser(self.breach), SPEECH, ("word",))


@pytest.mark.parametrize(
    ("breach", "test", "complaint"),
    [
        ("two finals", "test_a_flush_is_answered_by_exactly_one_final", "more than one final"),
        ("two finals", "test_speech_becomes_text", "a final came twice"),
        ("short", "test_a_flush_is_answered_by_exactly_one_final", None),
        ("overlaps", "test_events_come_in_the_order_of_the_audio", "a final of audio that was final"),
        ("old interims", "test_events_come_in_the_order_of_the_audio", "an interim of audio that is final"),
        ("word order", "test_events_come_in_the_order_of_the_audio", "words out of order"),
        ("hears silence", "test_silence_is_answered_by_an_empty_final", "in silence"),
        ("invents", "test_a_flush_of_nothing_is_answered_by_an_empty_final", "in nothing"),
        ("odd frames", "test_audio_may_come_in_frames_of_any_length", "odd"),
        ("never ends", "test_the_iteration_ends_after_the_end", None),
        ("leaves a task", "test_speech_becomes_text", "tasks left behind"),
        ("lingers", "test_a_cancelled_stream_lets_go_at_once", "cancelling took"),
    ],
)
def test_a_breach_is_found(
    breach: str, test: str, complaint: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.testing.contracts.common.SCENARIO_S", 0.5)
    monkeypatch.setattr("antiphon.testing.contracts.stt.QUIET_S", 0.05)
    monkeypatch.setattr("antiphon.testing.contracts.common.CANCEL_MS", 5)
    contract = TestAGoodRecogniser()
    contract.breach = breach
    with pytest.raises((AssertionError, ValueError, TimeoutError), match=complaint):
        getattr(contract, test)()


def test_what_was_said_must_be_heard() -> None:
    class Deaf(TestAGoodRecogniser):
        @asynccontextmanager
        async def subject(self) -> AsyncIterator[STTSubject]:
            yield STTSubject(Recogniser(), SPEECH, ("something",))

    with pytest.raises(AssertionError, match=r"\['something'\] not in 'word"):
        Deaf().test_speech_becomes_text()


def test_a_failure_that_does_not_show_is_found() -> None:
    class Lenient(TestAGoodRecogniser):
        def failures(self) -> dict[str, Failure[STTSubject]]:
            return {"wrong key": Failure(self.subject, ProviderAuthError)}

    with pytest.raises(AssertionError, match="nothing was raised: expected ProviderAuthError"):
        Lenient().test_failures_become_our_errors()
