"""One reply in the making: model to segmenter to voice, in one task group, cancelled as a unit.

Its audio is held, up to a limit, until somebody takes it. Nothing here knows whether it will be used.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import asdict, dataclass, field, replace

import numpy as np

from antiphon.audio import Samples
from antiphon.config import Mode
from antiphon.core.events import (
    DraftCancelled,
    DraftFailed,
    DraftFinished,
    DraftMarks,
    DraftReady,
    DraftUsage,
    Event,
    ToolRound,
    ToolsRequested,
)
from antiphon.core.messages import ToolCall
from antiphon.core.playout import NS_PER_CHARACTER, SpokenText
from antiphon.core.speech import Speech
from antiphon.core.times import NS_PER_MS
from antiphon.errors import AntiphonError, ProviderProtocolError
from antiphon.providers.base import LLM, TTS, LLMRequest, LLMUsage, SpeechChunk, TextDelta
from antiphon.runtime.channel import Channel
from antiphon.runtime.clock import Clock
from antiphon.runtime.helpers import closing
from antiphon.runtime.model_bill import ModelBill
from antiphon.runtime.phrases import PhraseCache
from antiphon.runtime.stage import in_mode
from antiphon.speakable import SpeechWriter
from antiphon.telemetry.trace import DRAFT, Tracer
from antiphon.tools import one_form


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What every draft of a session is made with."""

    llm: LLM
    tts: TTS
    clock: Clock
    report: Callable[[Event], None]
    held_audio_ms: int
    llm_mode: Mode = Mode.STREAMING
    tts_mode: Mode = Mode.STREAMING
    tracer: Tracer = field(default_factory=Tracer)
    speech: Callable[[], SpeechWriter] = SpeechWriter  # what cuts a reply and makes it speakable
    phrases: PhraseCache | None = None  # what was spoken before


class HeldAudio:
    """Audio that waits to be played: bounded, one producer, one consumer."""

    def __init__(self, limit_samples: int) -> None:
        self._limit = limit_samples
        self._blocks: deque[Samples] = deque()
        self._room: asyncio.Future[None] | None = None
        self._more: asyncio.Future[None] | None = None
        self.held = 0
        self.finished = False

    async def put(self, samples: Samples) -> None:
        """Hold more audio; waits while the limit is reached."""
        self._blocks.append(samples)
        self.held += len(samples)
        _wake(self._more)
        while self.held >= self._limit:
            self._room = asyncio.get_running_loop().create_future()
            await self._room

    def give_back(self, blocks: Sequence[Samples]) -> None:
        """Hold audio again that was taken and not played: it comes before the rest."""
        self._blocks.extendleft(reversed(blocks))
        self.held += sum(map(len, blocks))
        _wake(self._more)

    def finish(self) -> None:
        """No more will come."""
        self.finished = True
        _wake(self._more)

    async def wait(self) -> bool:
        """Wait for audio; False when there is none and no more will come."""
        while not self.held and not self.finished:
            self._more = asyncio.get_running_loop().create_future()
            await self._more
        return self.held > 0

    def take(self, at_most: int) -> Samples:
        """The next audio, up to a number of samples; empty where there is none."""
        parts, wanted = [], at_most
        while self._blocks and wanted:
            block = self._blocks.popleft()
            if len(block) > wanted:
                self._blocks.appendleft(block[wanted:])
                block = block[:wanted]
            parts.append(block)
            wanted -= len(block)
        self.held -= at_most - wanted
        if self.held < self._limit:
            _wake(self._room)
        return parts[0] if len(parts) == 1 else np.concatenate(parts or [np.empty(0, np.int16)])


def _wake(waiter: asyncio.Future[None] | None) -> None:
    if waiter is not None and not waiter.done():
        waiter.set_result(None)


class DraftRun:
    """A draft that runs: start ``run()`` as a task, take its ``audio``, ``cancel()`` it any time.

    Args:
        draft_id: The core's name for it.
        pipeline: What it is made with.
        source: What the model is asked, ``None`` if ``ask()`` tells that; or a text that needs no model.
        ahead_ms: How much speech the voice is given before ``go_on()``, to the end of the segment in which
            that is reached; ``None`` for as much as can be held.
    """

    def __init__(
        self, draft_id: int, pipeline: Pipeline, source: LLMRequest | str | None, ahead_ms: int | None = None
    ) -> None:
        self.draft_id = draft_id
        self.marks = DraftMarks()
        self._model_bill = ModelBill()
        self._voice_characters = 0
        self._spoke = False  # something was handed to the voice
        self._asked_ns = 0
        self._next_request: asyncio.Future[LLMRequest | None] | None = None
        if source is None:
            self._next_request = asyncio.get_running_loop().create_future()
        self.spoken = SpokenText(pipeline.tts.format)
        self.rate_hz = pipeline.tts.format.rate_hz
        self.audio = HeldAudio(self.rate_hz * pipeline.held_audio_ms // 1000)
        self.failed = False
        self._pipeline = pipeline
        self._source = source
        self._ahead_ms = ahead_ms
        self._wanted = asyncio.Event()
        self._segments: Channel[Speech] = Channel("segments")
        self._task: asyncio.Task[None] | None = None
        self._over = False

    @property
    def usage(self) -> DraftUsage:
        """What it has cost so far: as the model reported it, estimated before it has."""
        billed = self._model_bill.total
        return DraftUsage(
            billed.input_tokens,
            billed.cached_input_tokens,
            billed.output_tokens,
            self._voice_characters,
            self._model_bill.requests,
        )

    def start(self, group: asyncio.TaskGroup) -> None:
        """Run in a task of the group."""
        self._task = group.create_task(self._run(), name=f"draft {self.draft_id}")

    def go_on(self) -> None:
        """It will be heard: the voice is given all of it."""
        self._wanted.set()

    def ask(self, request: LLMRequest) -> None:
        """What the model asked for is there: ask it again."""
        if self._next_request is not None and not self._next_request.done():
            self._next_request.set_result(request)

    def end(self) -> None:
        """What the model asked for is not needed any more: what it has said is all."""
        if self._next_request is not None and not self._next_request.done():
            self._next_request.set_result(None)

    def interject(self, text: str) -> None:
        """Have the voice say something while the model waits for what it asked for."""
        now_ns = self._pipeline.clock.now_ns()
        if self._segments.closed or self._next_request is None or self._next_request.done():
            return
        self._note_waited(now_ns)
        for segment in self._pipeline.speech().whole(text):
            self._note_first_segment()
            self._segments.put_nowait(segment)

    def cancel(self) -> None:
        """Let go of the providers at once; the account so far is reported, and nothing after it."""
        self._settle(DraftCancelled(self.draft_id, self.usage))
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                if isinstance(self._source, str):
                    for segment in self._pipeline.speech().whole(self._source):
                        await self._segments.put(segment)
                    self._segments.close()
                    writer = None
                else:
                    model = self._write(self._source)
                    writer = group.create_task(model, name=f"draft {self.draft_id}: model")
                await self._speak()
                if not self._segments.closed or len(self._segments):
                    self._note_voice_stopped(writer)
            self.spoken.complete()
            self._report_end(DraftFinished(self.draft_id, self.spoken.text, self.usage))
        except* Exception as errors:  # noqa: BLE001 - the boundary to anyone's providers: it reports
            self.failed = True
            message = "; ".join(_describe(error) for error in errors.exceptions)
            self._report_end(DraftFailed(self.draft_id, message, self.spoken.text, self.usage))
        finally:
            self.audio.finish()

    def _note_voice_stopped(self, writer: asyncio.Task[None] | None) -> None:
        """The voice has ended and there is text left to speak."""
        if writer is not None:
            writer.cancel()
        if not self._over:
            name = self._pipeline.tts.name
            raise ProviderProtocolError(name, "the voice stopped before it had said everything")

    def _report_end(self, event: Event) -> None:
        self.audio.finish()
        self._settle(event)

    def _settle(self, event: Event) -> None:
        """Report how it ended, once."""
        if self._over:
            return
        self._over = True
        tracer = self._pipeline.tracer
        if tracer.enabled:
            passed = {name: at_ns for name, at_ns in asdict(self.marks).items() if isinstance(at_ns, int)}
            tracer.emit(
                DRAFT,
                self._pipeline.clock.now_ns(),
                draft_id=self.draft_id,
                outcome=type(event).__name__,
                **passed,
            )
        self._pipeline.report(event)

    async def _write(self, request: LLMRequest | None) -> None:
        """Model to segments, as often as the model asks for tools and is given their results."""
        clock = self._pipeline.clock
        if request is None:
            assert self._next_request is not None
            request = await self._next_request
            if request is None:
                self._segments.close()
                return
            self.marks = replace(self.marks, prepared_ns=clock.now_ns())
        self.marks = replace(self.marks, requested_ns=clock.now_ns())
        while True:
            written, calls = await self._write_round(request)
            if not calls or self._over:
                break
            self._next_request = asyncio.get_running_loop().create_future()
            self._asked_ns = clock.now_ns()
            self._pipeline.report(ToolsRequested(self.draft_id, calls, written))
            request = await self._next_request
            if request is None:
                break
            self._note_waited(clock.now_ns())
        self._segments.close()

    async def _write_round(self, request: LLMRequest) -> tuple[str, tuple[ToolCall, ...]]:
        """One request to the model: what it wrote, and which tools it asks for."""
        clock, writer = self._pipeline.clock, self._pipeline.speech()
        self._model_bill.begin(request)
        written, calls = [], []
        apart = " " if self._spoke else ""  # from what was said before the model asked for a tool
        stream = in_mode(self._pipeline.llm.stream(request), self._pipeline.llm_mode)
        async with closing(stream) as events:
            async for event in events:
                if self._over:
                    break
                if isinstance(event, TextDelta):
                    if self.marks.first_token_ns is None:
                        self.marks = replace(self.marks, first_token_ns=clock.now_ns())
                    self._model_bill.written_characters += len(event.text)
                    written.append(apart + event.text)
                    for segment in writer.push(apart + event.text):
                        await self._hand_on(segment)
                    apart = ""
                elif isinstance(event, LLMUsage):
                    self._model_bill.reported = event
                elif request.tools:  # a model that was offered none and asks for some is not heeded
                    calls.append(replace(event, arguments=one_form(event.arguments)))
        for segment in writer.finish():
            await self._hand_on(segment)
        if self.marks.first_segment_ns is None:
            self.marks = replace(self.marks, first_token_ns=None)  # of words, there was none
        return "".join(written), tuple(calls)

    async def _hand_on(self, segment: Speech) -> None:
        if not segment.written.strip():
            return
        self._note_first_segment()
        await self._segments.put(segment)

    def _note_first_segment(self) -> None:
        self._spoke = True
        if self.marks.first_segment_ns is None:
            self.marks = replace(self.marks, first_segment_ns=self._pipeline.clock.now_ns())

    def _note_waited(self, now_ns: int) -> None:
        """Until now the reply waited for tools, if nothing of it could be spoken yet."""
        if self.marks.first_segment_ns is None:
            rounds = (*self.marks.rounds, ToolRound(self._asked_ns, now_ns))
            self.marks = replace(self.marks, rounds=rounds)

    async def _speak(self) -> None:
        """Segments to held audio."""
        # Each is closed here: left to the garbage collector, they would be closed in a task of their own.
        async with (
            closing(self._to_the_voice()) as text,
            closing(self._billed(text)) as billed,
            closing(self._speech(text, billed)) as chunks,
        ):
            async for chunk in chunks:
                if self._over:
                    return
                if not len(chunk.samples):
                    continue
                self.spoken.add_audio(len(chunk.samples), chunk.segment, chunk.words)
                if self.marks.first_audio_ns is None:
                    self.marks = replace(self.marks, first_audio_ns=self._pipeline.clock.now_ns())
                    self._pipeline.report(DraftReady(self.draft_id))
                await self.audio.put(chunk.samples)

    def _speech(self, text: AsyncIterator[str], billed: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
        """From the voice, or from what it has said before."""
        voice, phrases = self._pipeline.tts, self._pipeline.phrases
        speech = voice.stream(billed) if phrases is None else phrases.speak(text, voice, self._bill)
        return in_mode(speech, self._pipeline.tts_mode)

    def _bill(self, characters: int) -> None:
        """The voice was given so much more to speak."""
        self._voice_characters += characters

    async def _billed(self, segments: AsyncIterator[str]) -> AsyncIterator[str]:
        async for segment in segments:
            self._bill(len(segment))
            yield segment

    async def _to_the_voice(self) -> AsyncIterator[str]:
        given = 0
        async for segment in self._segments:
            if not segment.spoken.strip():
                self.spoken.add_silent(segment.written)
                continue
            if self._ahead_ms is not None and given * NS_PER_CHARACTER >= self._ahead_ms * NS_PER_MS:
                await self._wanted.wait()
            given += len(segment.spoken)
            if self.marks.voice_requested_ns is None:
                self.marks = replace(self.marks, voice_requested_ns=self._pipeline.clock.now_ns())
            self.spoken.add_text(segment)
            yield segment.spoken


def _describe(error: BaseException) -> str:
    if isinstance(error, AntiphonError):
        return str(error)
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(_describe(inner) for inner in error.exceptions)
    return f"{type(error).__name__}: {error}"
