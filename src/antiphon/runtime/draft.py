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
    OpeningReady,
    ToolRound,
    ToolsRequested,
    Word,
)
from antiphon.core.messages import ToolCall
from antiphon.core.playout import NS_PER_CHARACTER, SpokenText
from antiphon.core.speech import Speech
from antiphon.core.times import NS_PER_MS
from antiphon.core.unsaid import Unsaid
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


class _Written:
    """What a model writes in answer to one request, less what was said before, cut into segments."""

    def __init__(self, writer: SpeechWriter, unsaid: Unsaid, apart: str) -> None:
        self.text = ""
        self._writer = writer
        self._unsaid = unsaid
        self._apart = apart

    def push(self, text: str) -> list[Speech]:
        """The next piece; answer the segments that it completes."""
        return self._say(self._unsaid.push(text))

    def finish(self) -> list[Speech]:
        """The answer is complete: what is left of it."""
        return [*self._say(self._unsaid.finish()), *self._writer.finish()]

    def _say(self, text: str) -> list[Speech]:
        if not text:
            return []
        text, self._apart = self._apart + text, ""
        self.text += text
        return self._writer.push(text)


@dataclass(frozen=True, slots=True)
class HeldOpening:
    """A first clause that was spoken and is held: text, audio, the times of its words, how it was made."""

    speech: Speech
    samples: Samples
    words: tuple[Word, ...]
    marks: DraftMarks


class DraftRun:
    """A draft that runs: start ``run()`` as a task, take its ``audio``, ``cancel()`` it any time.

    Args:
        draft_id: The core's name for it.
        pipeline: What it is made with.
        source: What the model is asked, ``None`` if ``ask()`` tells that; or a text that needs no model.
        ahead_ms: How much speech the voice is given before ``go_on()``, to the end of the segment in which
            that is reached; ``None`` for as much as can be held.
        opening: What it begins with, and its model goes on from.
    """

    def __init__(
        self,
        draft_id: int,
        pipeline: Pipeline,
        source: LLMRequest | str | None,
        ahead_ms: int | None = None,
        opening: HeldOpening | None = None,
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
        self._opening = opening
        self._opening_told = self._went_on = False
        self._kept: Speech | None = None  # taken from the segments, and not given to the voice yet
        if opening is not None:
            self._open(opening)

    def _open(self, opening: HeldOpening) -> None:
        """Begin with what was spoken already."""
        self.marks, self._spoke, self._opening_told = opening.marks, True, True
        self.spoken.add_text(opening.speech)
        self.spoken.add_audio(len(opening.samples), 0, opening.words)
        self.audio.give_back([opening.samples])

    def release_opening(self) -> HeldOpening:
        """Its first clause, for another draft to begin with; this one has no use for it any more.

        Raises:
            LookupError: If there is none, or some of it was played.
        """
        speech, samples, words = self.spoken.first()
        if not self._opening_told or self.audio.held < samples:
            raise LookupError(f"draft {self.draft_id} has no opening to give")
        return HeldOpening(speech, self.audio.take(samples), words, self.marks)

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
            self._mark(prepared_ns=clock.now_ns())
        self._mark(requested_ns=clock.now_ns())
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
        if self._opening is not None and not self._went_on:
            raise ProviderProtocolError(self._pipeline.llm.name, "the model did not go on from the opening")
        self._segments.close()

    def _mark(self, **at_ns: int) -> None:
        """Note when a station was passed; of a reply with an opening, that was when the opening was made."""
        if self._opening is None:
            self.marks = replace(self.marks, **at_ns)  # type: ignore[arg-type]

    async def _write_round(self, request: LLMRequest) -> tuple[str, tuple[ToolCall, ...]]:
        """One request to the model: what it wrote, and which tools it asks for."""
        clock, writer = self._pipeline.clock, self._pipeline.speech()
        begun = "" if self._opening is None else self._opening.speech.written
        request = replace(request, begun=begun)
        unsaid = Unsaid(begun)
        self._model_bill.begin(request)
        calls = []
        apart = " " if self._spoke and not begun else ""  # from what was said before it asked for a tool
        written = _Written(writer, unsaid, apart)
        stream = in_mode(self._pipeline.llm.stream(request), self._pipeline.llm_mode)
        async with closing(stream) as events:
            async for event in events:
                if self._over:
                    break
                if isinstance(event, TextDelta):
                    if self.marks.first_token_ns is None:
                        self.marks = replace(self.marks, first_token_ns=clock.now_ns())
                    self._model_bill.written_characters += len(event.text)
                    for segment in written.push(event.text):
                        await self._hand_on(segment)
                elif isinstance(event, LLMUsage):
                    self._model_bill.reported = event
                elif request.tools:  # a model that was offered none and asks for some is not heeded
                    calls.append(replace(event, arguments=one_form(event.arguments)))
        for segment in written.finish():
            await self._hand_on(segment)
        if self.marks.first_segment_ns is None:
            self.marks = replace(self.marks, first_token_ns=None)  # of words, there was none
        return written.text, tuple(calls)

    async def _hand_on(self, segment: Speech) -> None:
        if not segment.written.strip():
            return
        self._went_on = True
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
        """Segments to held audio: so much as may be spoken ahead, the rest once the draft is the reply."""
        if self._ahead_ms is not None:
            await self._speak_part(self._ahead_ms)
            self._tell_opening()
            self._kept = await self._next_segment()
            if self._kept is None or self._over:
                return
            await self._wanted.wait()
        await self._speak_part(None)
        self._tell_opening()

    async def _speak_part(self, most_ms: int | None) -> None:
        """One stream of the voice's."""
        segments, samples = self.spoken.segments, self.spoken.samples
        # Each is closed here: left to the garbage collector, they would be closed in a task of their own.
        async with (
            closing(self._to_the_voice(most_ms)) as text,
            closing(self._billed(text)) as billed,
            closing(self._speech(text, billed)) as chunks,
        ):
            async for chunk in chunks:
                if self._over:
                    return
                if not len(chunk.samples):
                    continue
                self._place(chunk, segments, samples)
                if self.marks.first_audio_ns is None:
                    self.marks = replace(self.marks, first_audio_ns=self._pipeline.clock.now_ns())
                    self._pipeline.report(DraftReady(self.draft_id))
                await self.audio.put(chunk.samples)
        in_parts = self._ahead_ms is not None or self._opening is not None
        if in_parts and self.spoken.segments > segments and self.spoken.samples == samples:
            raise ProviderProtocolError(self._pipeline.tts.name, "the voice left out a part of the reply")

    def _place(self, chunk: SpeechChunk, segments: int, samples: int) -> None:
        """Place audio behind what there was before its stream; a second segment's shows the first whole."""
        if chunk.segment:
            self._tell_opening()
        after_ns = self._pipeline.tts.format.samples_to_ns(samples)
        words = tuple(Word(one.text, one.start_ns + after_ns, one.end_ns + after_ns) for one in chunk.words)
        self.spoken.add_audio(len(chunk.samples), segments + chunk.segment, words)

    def _tell_opening(self) -> None:
        """All audio of the first clause is there."""
        if self._opening_told or self._over or not self.spoken.samples:
            return
        self._opening_told = True
        speech, samples, _ = self.spoken.first()
        self._pipeline.report(OpeningReady(self.draft_id, speech.written, samples * 1_000 / self.rate_hz))

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

    async def _to_the_voice(self, most_ms: int | None) -> AsyncIterator[str]:
        """Segments, to the end of the one in which so much speech is reached."""
        given = 0
        while most_ms is None or self._wanted.is_set() or given * NS_PER_CHARACTER < most_ms * NS_PER_MS:
            segment, self._kept = self._kept or await self._next_segment(), None
            if segment is None:
                return
            given += len(segment.spoken)
            if self.marks.voice_requested_ns is None:
                self.marks = replace(self.marks, voice_requested_ns=self._pipeline.clock.now_ns())
            self.spoken.add_text(segment)
            yield segment.spoken

    async def _next_segment(self) -> Speech | None:
        """The next that has a sound; ``None`` when there is no more."""
        async for segment in self._segments:
            if segment.spoken.strip():
                return segment
            self.spoken.add_silent(segment.written)
        return None


def _describe(error: BaseException) -> str:
    if isinstance(error, AntiphonError):
        return str(error)
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(_describe(inner) for inner in error.exceptions)
    return f"{type(error).__name__}: {error}"
