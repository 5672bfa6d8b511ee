"""Calls on the embedded parts: held to their end, accounted for, and let go of."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

import numpy as np
import pytest

from antiphon.audio import AudioFormat, AudioFrame, level_dbfs
from antiphon.bench import embedded
from antiphon.bench.embedded import Conversation, converse, embedded_parts, speak_all, worker_ids
from antiphon.bench.speech import FORMAT
from antiphon.config import Agent
from antiphon.core.events import Final, RecogniserEvent
from antiphon.core.notices import TurnEnded, TurnStarted
from antiphon.providers.base import LLMEvent, LLMRequest, SpeechChunk, TextDelta, VoiceWindow
from antiphon.runtime.channel import Channel
from antiphon.runtime.providers import Providers
from antiphon.simulation.loop import run

from ..telemetry.samples import turn_record
from .test_speech import SlowVoice


class Hears:
    """A recogniser that hears "hello" in whatever it is flushed for, and a detector that goes by level."""

    name = "hears"
    format = FORMAT

    def __init__(self) -> None:
        self.closed = self.opened = 0

    def open(self) -> _Stream:
        self.opened += 1
        return _Stream()

    async def aclose(self) -> None:
        self.closed += 1


class _Stream:
    def __init__(self) -> None:
        self._samples = self._final = 0
        self._out: Channel[RecogniserEvent] = Channel("out", 100)

    async def push(self, frame: AudioFrame) -> Sequence[VoiceWindow]:
        level = level_dbfs(frame.samples)
        self._samples += len(frame.samples)
        return [VoiceWindow(self._samples, len(frame.samples), float(level > -40), level)]

    async def send(self, frame: AudioFrame) -> None:
        self._samples += len(frame.samples)

    async def flush(self) -> None:
        start, self._final = self._final, self._samples
        self._out.put_nowait(Final("hello", FORMAT.samples_to_ns(start), FORMAT.samples_to_ns(self._final)))

    async def end(self) -> None:
        self._out.close()

    def close(self) -> None:
        """Nothing is held."""

    def __aiter__(self) -> AsyncIterator[RecogniserEvent]:
        return self._out

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._out.close()


class Answers:
    """A model that always answers the same, in two processes of its own."""

    name = "answers"
    process_ids = (7, 8)
    closed = 0

    async def stream(self, request: LLMRequest) -> AsyncIterator[LLMEvent]:
        yield TextDelta("Good day.")

    async def warm(self) -> None:
        """Always warm."""

    async def aclose(self) -> None:
        self.closed += 1


class Voice(SlowVoice):
    """A voice that says anything in 600 ms."""

    format = AudioFormat(16_000)

    async def stream(self, segments: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
        async for _ in segments:
            yield SpeechChunk(np.full(9_600, 9_000, np.int16), 0)


def made() -> Providers:
    return Providers(Hears(), Answers(), Voice(), Hears())


UTTERANCE = np.full(FORMAT.rate_hz // 2, 8_000, np.int16)


def test_each_utterance_is_answered_before_the_next() -> None:
    parts = made()
    agent = Agent(stt=parts.stt, llm=parts.llm, tts=parts.tts, vad=parts.vad)
    conversation = run(lambda: converse(agent, parts, [UTTERANCE] * 3))
    assert [(record.user, record.reply) for record in conversation.answered] == [("hello", "Good day.")] * 3
    assert 3 * 2_000 < conversation.duration_ns / 1e6 < 3 * 3_000


def test_turns_without_a_reply_are_not_among_the_answered() -> None:
    conversation = Conversation()
    silent = replace(turn_record(), glass_to_glass_ns=None)
    conversation.observe(TurnStarted(1, 0))
    conversation.observe(TurnEnded(1, silent))
    conversation.observe(TurnEnded(2, turn_record(2)))
    assert [record.turn_id for record in conversation.answered] == [2]


def test_the_engines_processes_are_those_of_the_parts_that_have_some() -> None:
    assert worker_ids(made()) == (7, 8)


async def test_the_parts_are_made_started_and_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = made()
    asked = {}
    for kind, part in (("stt", parts.stt), ("llm", parts.llm), ("tts", parts.tts), ("vad", parts.vad)):

        def create(name: str, context: object, kind: str = kind, part: object = part) -> object:
            asked[kind] = (name, context)
            return part

        monkeypatch.setattr(embedded, f"create_{kind}", create)
    async with embedded_parts("# All about it") as there:
        assert there == parts
        assert parts.stt.opened == 1
    assert parts.stt.closed == parts.llm.closed == parts.vad.closed == 1
    assert {kind: name for kind, (name, _) in asked.items()} == {
        "stt": "pocketsphinx",
        "llm": "handbook",
        "tts": "espeak/en-gb",
        "vad": "silero",
    }
    assert all(context.handbook == "# All about it" for _, context in asked.values())


async def test_what_is_to_be_said_is_synthesised_without_the_silence_around_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(embedded, "create_tts", lambda *_: SlowVoice())
    first, second = await speak_all("espeak/en-us", ["one", "two"])
    assert len(first) == len(second) == pytest.approx(FORMAT.rate_hz * 0.6, rel=0.02)
