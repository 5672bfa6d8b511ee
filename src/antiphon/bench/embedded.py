"""Calls on the embedded parts in real time, for the benchmarks that need them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from antiphon.audio import Samples
from antiphon.bench.speech import FORMAT, say
from antiphon.config import Agent
from antiphon.core.notices import Notice, TurnEnded, TurnRecord
from antiphon.providers.base import ProviderContext
from antiphon.providers.registry import create_llm, create_stt, create_tts, create_vad
from antiphon.providers.spec import ProviderSpec
from antiphon.runtime.providers import Providers
from antiphon.runtime.session import Session
from antiphon.transports.spoken import SpokenCaller

STT, LLM, TTS, VAD = "pocketsphinx", "handbook", "espeak/en-gb", "silero"
FIRST_AFTER_MS = 500
AFTER_MS = 400  # from the end of an answer to the caller's next words


@runtime_checkable
class HasWorkers(Protocol):
    """A provider whose engine runs in processes of its own."""

    @property
    def process_ids(self) -> tuple[int, ...]:
        """Those that run."""
        ...


@asynccontextmanager
async def embedded_parts(handbook: str) -> AsyncIterator[Providers]:
    """The embedded recogniser, model, voice and detector, ready to work.

    Args:
        handbook: What the model answers from, Markdown.

    Raises:
        MissingExtraError: If an extra that one of them needs is not installed.
    """
    context = ProviderContext(handbook=handbook)
    stt, llm = create_stt(STT, context), create_llm(LLM, context)
    tts, vad = create_tts(TTS, context), create_vad(VAD, context)
    parts = Providers(stt, llm, tts, vad)
    try:
        await parts.warm()
        async with stt.open():  # its engine starts with its first stream
            pass
        yield parts
    finally:
        await parts.aclose()


def worker_ids(parts: Providers) -> tuple[int, ...]:
    """The processes that the parts' engines run in."""
    return tuple(
        process_id
        for part in (parts.stt, parts.llm, parts.tts, parts.vad)
        if isinstance(part, HasWorkers)
        for process_id in part.process_ids
    )


async def speak_all(voice: str | ProviderSpec, texts: Iterable[str]) -> list[Samples]:
    """What a caller says, in ``antiphon.bench.speech.FORMAT``.

    Args:
        voice: The caller's.
        texts: The utterances.
    """
    tts = create_tts(voice, ProviderContext())
    try:
        return [(await say(tts, text)).samples for text in texts]
    finally:
        await tts.aclose()


@dataclass(slots=True)
class Conversation:
    """A call as the session accounts for it, and how long it took."""

    records: list[TurnRecord] = field(default_factory=list)
    duration_ns: int = 0

    def observe(self, notice: Notice) -> None:
        """Take a notice down."""
        if isinstance(notice, TurnEnded):
            self.records.append(notice.record)

    @property
    def answered(self) -> list[TurnRecord]:
        """The turns whose reply was heard."""
        return [record for record in self.records if record.glass_to_glass_ns is not None]


async def converse(agent: Agent, parts: Providers, utterances: Sequence[Samples]) -> Conversation:
    """Hold one call, each utterance said when the answer to the one before has been heard."""
    conversation = Conversation()
    async with Session(agent, providers=parts) as session:
        session.observe(conversation.observe, at_once=True)
        began_ns = session.clock.now_ns()
        caller = SpokenCaller(
            utterances, FORMAT.rate_hz, session.clock, first_after_ms=FIRST_AFTER_MS, after_ms=AFTER_MS
        )
        async for frame in session.process(caller.frames()):
            caller.hears(frame, session.clock.now_ns())
        conversation.duration_ns = session.clock.now_ns() - began_ns
    return conversation
