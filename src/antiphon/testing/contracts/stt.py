"""What every recogniser must do."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial

import numpy as np

from antiphon.audio import AudioFrame, Samples
from antiphon.core.events import Final, Interim, RecogniserEvent
from antiphon.core.times import NS_PER_S
from antiphon.providers.base import STT, STTStream
from antiphon.testing.contracts.common import (
    Failure,
    check_cancellation,
    check_failure,
    nobody_to_ask,
    run,
)

FRAME_MS = 20
NEAR_NS = 250_000_000  # a recogniser may count its audio in blocks of this length
QUIET_S = 0.3  # in which a second answer to a flush would show


@dataclass(frozen=True, slots=True)
class STTSubject:
    """A recogniser under test.

    Attributes:
        stt: The recogniser.
        speech: Audio in its format, in which something is said, with silence at its end.
        words: What is said in it, or a part of that; empty: anything will do.
        long_s: How much audio is a lot for it.
        let_go: Waits until the vendor has seen the newest connection closed.
    """

    stt: STT
    speech: Samples
    words: tuple[str, ...] = ()
    long_s: int = 60
    let_go: Callable[[], Awaitable[object]] = nobody_to_ask


class STTContract(ABC):
    """Subclass it with a name that begins with ``Test``, and give a subject."""

    @abstractmethod
    def subject(self) -> AbstractAsyncContextManager[STTSubject]:
        """A recogniser that works; entered on the loop it is used on."""

    def failures(self) -> Mapping[str, Failure[STTSubject]]:
        """Ways for its vendor to fail, by name."""
        return {}

    def test_speech_becomes_text(self) -> None:
        """What was said is in the finals, and no final is sent twice."""

        async def scenario(subject: STTSubject) -> None:
            events = await _transcribe(subject, [subject.speech])
            finals = [event for event in events if isinstance(event, Final)]
            said = " ".join(final.text for final in finals).lower()
            assert said.strip(), "nothing was heard"
            missing = [word for word in subject.words if word.lower() not in said]
            assert not missing, f"{missing} not in {said!r}"
            spans = [(final.start_ns, final.end_ns) for final in finals if final.text]
            assert len(set(spans)) == len(spans), f"a final came twice: {spans}"

        self._run(scenario)

    def test_events_come_in_the_order_of_the_audio(self) -> None:
        """Finals don't overlap or go back, interims end after the final before them, words are in order."""

        async def scenario(subject: STTSubject) -> None:
            events = await _transcribe(subject, [subject.speech, subject.speech])
            final_ns = 0
            for event in events:
                if isinstance(event, Interim):
                    assert event.start_ns <= event.end_ns, f"ends before it starts: {event}"
                    assert event.end_ns > final_ns, f"an interim of audio that is final already: {event}"
                elif isinstance(event, Final):
                    assert event.start_ns <= event.end_ns, f"ends before it starts: {event}"
                    assert event.start_ns >= final_ns - NEAR_NS, f"a final of audio that was final: {event}"
                    assert event.end_ns >= final_ns, f"finals go back: {event}"
                    starts = [word.start_ns for word in event.words]
                    assert starts == sorted(starts), f"words out of order: {event.words}"
                    final_ns = event.end_ns

        self._run(scenario)

    def test_a_flush_is_answered_by_exactly_one_final(self) -> None:
        """It covers all audio sent before; nothing else becomes final while no more is sent."""

        async def scenario(subject: STTSubject) -> None:
            async with subject.stt.open() as stream, _Listener(stream) as listener:
                for count in (1, 2):
                    await _send(stream, subject.stt, subject.speech)
                    await stream.flush()
                    sent_ns = count * subject.stt.format.samples_to_ns(len(subject.speech))
                    while (await listener.next_final()).end_ns < sent_ns - NEAR_NS:
                        pass  # it became final unasked, before the flush
                    more = await listener.quiet()
                    assert not more, f"more than one final for a flush: {more}"

        self._run(scenario)

    def test_a_flush_of_nothing_is_answered_by_an_empty_final(self) -> None:
        """Before any audio, and again when all is final already."""

        async def scenario(subject: STTSubject) -> None:
            async with subject.stt.open() as stream, _Listener(stream) as listener:
                for _ in range(2):
                    await stream.flush()
                    text = (await listener.next_final()).text
                    assert not text, f"heard {text!r} in nothing"

        self._run(scenario)

    def test_silence_is_answered_by_an_empty_final(self) -> None:
        """Where nothing was said, nothing was heard."""

        async def scenario(subject: STTSubject) -> None:
            silence = np.zeros(subject.stt.format.rate_hz, np.int16)
            async with subject.stt.open() as stream, _Listener(stream) as listener:
                await _send(stream, subject.stt, silence)
                await stream.flush()
                text = (await listener.next_final()).text
                assert not text, f"heard {text!r} in silence"

        self._run(scenario)

    def test_audio_may_come_in_frames_of_any_length(self) -> None:
        """Empty ones and odd ones too."""

        async def scenario(subject: STTSubject) -> None:
            speech, rate_hz = subject.speech, subject.stt.format.rate_hz
            async with subject.stt.open() as stream, _Listener(stream) as listener:
                at = 0
                for length in (0, 1, 7, 161, 1_003, 4_099, len(speech)):
                    await stream.send(AudioFrame(speech[at : at + length], rate_hz))
                    at += length
                await stream.flush()
                answer = await listener.next_final()
                assert answer.end_ns > 0, f"{answer} covers nothing"

        self._run(scenario)

    def test_long_audio_loses_nothing_while_nobody_listens(self) -> None:
        """A lot is sent before the first event is taken; all of it is covered."""

        async def scenario(subject: STTSubject) -> None:
            rate_hz = subject.stt.format.rate_hz
            lot = np.resize(subject.speech, subject.long_s * rate_hz)
            async with subject.stt.open() as stream, asyncio.TaskGroup() as group:
                sender = group.create_task(_say_all(stream, subject.stt, lot))
                await asyncio.sleep(0.2)
                finals = [event async for event in stream if isinstance(event, Final)]
                await sender
            covered_ns = finals[-1].end_ns + NEAR_NS
            assert covered_ns >= subject.long_s * NS_PER_S, f"the last final is {finals[-1]}"

        self._run(scenario)

    def test_the_iteration_ends_after_the_end(self) -> None:
        """Also where no audio was sent at all."""

        async def scenario(subject: STTSubject) -> None:
            async with subject.stt.open() as stream:
                await stream.end()
                texts = [event.text async for event in stream if isinstance(event, Final) and event.text]
                assert not texts, f"heard {texts} in nothing"

        self._run(scenario)

    def test_streams_do_not_disturb_each_other(self) -> None:
        """Two calls at once hear the same."""

        async def scenario(subject: STTSubject) -> None:
            transcribe = partial(_transcribe, subject, [subject.speech])
            both = await asyncio.gather(transcribe(), transcribe())
            texts = [
                " ".join(event.text for event in events if isinstance(event, Final)).split()
                for events in both
            ]
            assert texts[0] == texts[1], f"{texts[0]} and {texts[1]}"

        self._run(scenario)

    def test_a_cancelled_stream_lets_go_at_once(self) -> None:
        """Within 50 ms its connection is closed."""

        async def scenario(subject: STTSubject) -> None:
            async def work(under_way: asyncio.Event) -> None:
                async with subject.stt.open() as stream:
                    await _send(stream, subject.stt, subject.speech)
                    under_way.set()
                    async for _ in stream:
                        pass

            await check_cancellation(work, subject.let_go)

        self._run(scenario)

    def test_failures_become_our_errors(self) -> None:
        """Each of the vendor's failures is raised as one of ``antiphon.errors``, in one line."""
        for failure in self.failures().values():

            async def scenario(failure: Failure[STTSubject] = failure) -> None:
                async with failure.subject() as subject:
                    await check_failure(_transcribe(subject, [subject.speech]), failure.error)

            run(scenario)

    def _run(self, scenario: Callable[[STTSubject], Awaitable[None]]) -> None:
        async def entered() -> None:
            async with self.subject() as subject:
                try:
                    await scenario(subject)
                finally:
                    await subject.stt.aclose()

        run(entered)


class _Listener:
    """Takes a stream's events as they come."""

    def __init__(self, stream: STTStream) -> None:
        self._stream = stream
        self._finals: list[Final] = []
        self._taken = 0
        self._news = asyncio.Condition()
        self._group = asyncio.TaskGroup()

    async def __aenter__(self) -> _Listener:
        await self._group.__aenter__()
        self._task = self._group.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await self._group.__aexit__(None, None, None)

    async def next_final(self) -> Final:
        """The first final that was not taken yet."""
        async with self._news:
            await self._news.wait_for(lambda: len(self._finals) > self._taken)
        self._taken += 1
        return self._finals[self._taken - 1]

    async def quiet(self) -> list[Final]:
        """Finals that come within a while, though none should."""
        await asyncio.sleep(QUIET_S)
        return self._finals[self._taken :]

    async def _listen(self) -> None:
        async for event in self._stream:
            if isinstance(event, Final):
                async with self._news:
                    self._finals.append(event)
                    self._news.notify_all()


async def _transcribe(subject: STTSubject, parts: Sequence[Samples]) -> list[RecogniserEvent]:
    """All events for a few stretches of audio, with a flush after each."""

    async def speak(stream: STTStream) -> None:
        for part in parts:
            await _send(stream, subject.stt, part)
            await stream.flush()
        await stream.end()

    async with subject.stt.open() as stream:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(speak(stream))
                return [event async for event in stream]
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None


async def _say_all(stream: STTStream, stt: STT, samples: Samples) -> None:
    await _send(stream, stt, samples)
    await stream.flush()
    await stream.end()


async def _send(stream: STTStream, stt: STT, samples: Samples) -> None:
    length = stt.format.rate_hz * FRAME_MS // 1_000
    for at in range(0, len(samples), length):
        await stream.send(AudioFrame(samples[at : at + length], stt.format.rate_hz))
