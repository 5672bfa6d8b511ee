"""What every voice must do."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from typing import cast

import numpy as np

from antiphon.providers.base import TTS, SpeechChunk
from antiphon.testing.contracts.common import (
    Failure,
    check_cancellation,
    check_failure,
    nobody_to_ask,
    run,
)

SENTENCES = ("Good morning. ", "The soup today is tomato, ", "and it costs four pounds.")
SHORTEST_S = 0.2  # any voice takes longer than this for a sentence
AUDIBLE = 300  # of 32,767


@dataclass(frozen=True, slots=True)
class TTSSubject:
    """A voice under test.

    Attributes:
        tts: The voice.
        let_go: Waits until the vendor has seen the newest request's connection closed.
    """

    tts: TTS
    let_go: Callable[[], Awaitable[object]] = nobody_to_ask


class TTSContract(ABC):
    """Subclass it with a name that begins with ``Test``, and give a subject."""

    @abstractmethod
    def subject(self) -> AbstractAsyncContextManager[TTSSubject]:
        """A voice that works; entered on the loop it is used on."""

    def failures(self) -> Mapping[str, Failure[TTSSubject]]:
        """Ways for its vendor to fail, by name."""
        return {}

    def test_text_becomes_audio(self) -> None:
        """Mono, 16 bit, audible, never an empty chunk, and as long as speech takes."""

        async def scenario(subject: TTSSubject) -> None:
            chunks = await _chunks(subject.tts, SENTENCES)
            assert all(chunk.samples.dtype == np.int16 for chunk in chunks), "not 16 bit"
            assert all(chunk.samples.ndim == 1 and len(chunk.samples) for chunk in chunks), (
                "not mono, or empty"
            )
            samples = np.concatenate([chunk.samples for chunk in chunks])
            assert len(samples) > SHORTEST_S * subject.tts.format.rate_hz, f"only {len(samples)} samples"
            assert int(np.abs(samples.astype(np.int32)).max()) > AUDIBLE, "nothing can be heard"

        self._run(scenario)

    def test_segments_are_spoken_in_order(self) -> None:
        """Every one of them, and none begins before the one before it has ended."""

        async def scenario(subject: TTSSubject) -> None:
            segments = [chunk.segment for chunk in await _chunks(subject.tts, SENTENCES)]
            assert segments == sorted(segments), f"out of order: {segments}"
            assert set(segments) == {0, 1, 2}, f"segments spoken: {sorted(set(segments))}"

        self._run(scenario)

    def test_word_times_are_in_order_and_in_the_audio(self) -> None:
        """Where the voice gives them."""

        async def scenario(subject: TTSSubject) -> None:
            chunks = await _chunks(subject.tts, SENTENCES)
            length = subject.tts.format.samples_to_ns(sum(len(chunk.samples) for chunk in chunks))
            words = [word for chunk in chunks for word in chunk.words]
            starts = [word.start_ns for word in words]
            assert starts == sorted(starts), f"words out of order: {words}"
            assert all(0 <= word.start_ns <= word.end_ns for word in words), f"end before they start: {words}"
            assert not words or words[-1].start_ns < length, f"{words[-1]} begins after {length} ns of audio"

        self._run(scenario)

    def test_the_first_segment_is_spoken_before_the_second_is_there(self) -> None:
        """A voice that waits for the whole text makes the caller wait for the whole reply."""

        async def scenario(subject: TTSSubject) -> None:
            heard = asyncio.Event()

            async def segments() -> AsyncIterator[str]:
                yield SENTENCES[0]
                await heard.wait()
                yield SENTENCES[1]

            chunks = []
            async for chunk in subject.tts.stream(segments()):
                heard.set()
                chunks.append(chunk)
            assert chunks[-1].segment == 1, "the second segment was not spoken"

        self._run(scenario)

    def test_nothing_to_say_is_said_in_silence(self) -> None:
        """No segments, or blank ones, are no error; those after them keep their numbers."""

        async def scenario(subject: TTSSubject) -> None:
            assert not await _chunks(subject.tts, ()), "audio for no text"
            segments = {chunk.segment for chunk in await _chunks(subject.tts, (" ", SENTENCES[0]))}
            assert 1 in segments, f"segments spoken: {sorted(segments)}"

        self._run(scenario)

    def test_any_text_can_be_spoken(self) -> None:
        """Other scripts, emoji, numbers, punctuation alone, a long text: no error, and speech goes on."""

        async def scenario(subject: TTSSubject) -> None:
            texts = ("¿Qué? 你好 🙂 ", "7:30 — £4.50; «A» & B. ", "… ", "and so on " * 500, "Thank you.")
            chunks = await _chunks(subject.tts, texts)
            assert chunks[-1].segment == len(texts) - 1, f"ended in segment {chunks[-1].segment}"

        self._run(scenario)

    def test_a_slow_listener_loses_nothing(self) -> None:
        """Audio waits for whoever takes it."""

        async def scenario(subject: TTSSubject) -> None:
            quick = sum(len(chunk.samples) for chunk in await _chunks(subject.tts, SENTENCES))
            slow = 0
            async for chunk in subject.tts.stream(_segments(SENTENCES)):
                await asyncio.sleep(0.002)
                slow += len(chunk.samples)
            assert abs(slow - quick) <= quick // 4, f"{slow} samples where {quick} came before"

        self._run(scenario)

    def test_replies_do_not_disturb_each_other(self) -> None:
        """Three at once are all spoken."""

        async def scenario(subject: TTSSubject) -> None:
            replies = await asyncio.gather(*(_chunks(subject.tts, SENTENCES) for _ in range(3)))
            spoken = [sorted({chunk.segment for chunk in reply}) for reply in replies]
            assert spoken == [[0, 1, 2]] * 3, f"segments spoken: {spoken}"

        self._run(scenario)

    def test_it_may_be_warmed_more_than_once(self) -> None:
        """And speaks after it."""

        async def scenario(subject: TTSSubject) -> None:
            await subject.tts.warm()
            await subject.tts.warm()
            assert await _chunks(subject.tts, SENTENCES[:1]), "no audio after that"

        self._run(scenario)

    def test_a_cancelled_reply_lets_go_at_once(self) -> None:
        """Within 50 ms of cancelling the task that listens, the connection is closed."""

        async def scenario(subject: TTSSubject) -> None:
            async def work(under_way: asyncio.Event) -> None:
                stream = cast(
                    "AsyncGenerator[SpeechChunk]", subject.tts.stream(_segments(("and so on " * 300,)))
                )
                async with aclosing(stream):
                    async for _ in stream:
                        under_way.set()
                        await asyncio.Event().wait()

            await check_cancellation(work, subject.let_go)

        self._run(scenario)

    def test_a_reply_is_cancelled_while_its_text_is_awaited(self) -> None:
        """A voice that waits for the next segment can be told to stop."""

        async def scenario(subject: TTSSubject) -> None:
            async def work(under_way: asyncio.Event) -> None:
                async def segments() -> AsyncIterator[str]:
                    yield SENTENCES[0]
                    under_way.set()
                    await asyncio.Event().wait()

                stream = cast("AsyncGenerator[SpeechChunk]", subject.tts.stream(segments()))
                async with aclosing(stream):
                    async for _ in stream:
                        pass

            await check_cancellation(work, nobody_to_ask)

        self._run(scenario)

    def test_failures_become_our_errors(self) -> None:
        """Each of the vendor's failures is raised as one of ``antiphon.errors``, in one line."""
        for failure in self.failures().values():

            async def scenario(failure: Failure[TTSSubject] = failure) -> None:
                async with failure.subject() as subject:
                    await check_failure(_chunks(subject.tts, SENTENCES), failure.error)
                    await subject.tts.aclose()

            run(scenario)

    def _run(self, scenario: Callable[[TTSSubject], Awaitable[None]]) -> None:
        async def entered() -> None:
            async with self.subject() as subject:
                try:
                    await scenario(subject)
                finally:
                    await subject.tts.aclose()

        run(entered)


async def _segments(texts: tuple[str, ...]) -> AsyncIterator[str]:
    for text in texts:
        yield text


async def _chunks(tts: TTS, texts: tuple[str, ...]) -> list[SpeechChunk]:
    return [chunk async for chunk in tts.stream(_segments(texts))]
