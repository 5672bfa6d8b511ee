"""The providers of a session, made from an agent's settings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from random import Random

from antiphon.config import Agent
from antiphon.errors import ProviderError
from antiphon.providers.base import LLM, STT, TTS, VAD, Embedder, TurnModel, Warmable
from antiphon.providers.registry import (
    create_embedder,
    create_llm,
    create_stt,
    create_tts,
    create_turn_model,
    create_vad,
)
from antiphon.providers.spec import choices
from antiphon.runtime.chains import FallbackSTT, ResilientLLM, ResilientTTS
from antiphon.runtime.clock import Clock


@dataclass(frozen=True, slots=True)
class Providers:
    """A session's providers, made from an agent's settings unless given."""

    stt: STT
    llm: LLM
    tts: TTS
    vad: VAD
    embedder: Embedder | None = None
    turn_model: TurnModel | None = None

    @classmethod
    def of(cls, agent: Agent, clock: Clock, report: Callable[[ProviderError], None]) -> Providers:
        """The providers that an agent names, those named in order of preference as chains.

        Args:
            agent: Who names them.
            clock: The session's.
            report: Told of failures that a chain made good.

        Raises:
            ConfigError: If one is unknown, or an option of it.
            MissingExtraError: If one needs an extra that is not installed.
        """
        context = agent.context()
        recognisers = [create_stt(choice, context) for choice in choices("stt", agent.stt)]
        return cls(
            FallbackSTT(recognisers, agent.resilience, clock),
            model_of(agent, clock, report),
            voice_of(agent, clock, report),
            create_vad(agent.vad, context),
            None if agent.embedder is None else create_embedder(agent.embedder, context),
            None if agent.turn_model is None else create_turn_model(agent.turn_model, context),
        )

    async def warm(self) -> list[ProviderError]:
        """Make ready what the first turn would wait for.

        Returns:
            What could not be made ready: the first turn may find it so.
        """
        warmed: list[Warmable] = [self.llm, self.tts]
        if isinstance(self.stt, Warmable):
            warmed.append(self.stt)
        warmed += [helper for helper in (self.embedder, self.turn_model) if helper is not None]
        return await warm_all(warmed)

    async def aclose(self) -> None:
        """Let go of them."""
        async with AsyncExitStack() as stack:
            for provider in (self.stt, self.llm, self.tts, self.vad, self.embedder, self.turn_model):
                if provider is not None:
                    stack.push_async_callback(provider.aclose)


def model_of(agent: Agent, clock: Clock, report: Callable[[ProviderError], None]) -> LLM:
    """The model that an agent names; otherwise as ``Providers.of``."""
    context = agent.context()
    models = [create_llm(choice, context) for choice in choices("llm", agent.llm)]
    return ResilientLLM(models, agent.resilience, clock, Random(), report)  # noqa: S311 - jitter


def voice_of(agent: Agent, clock: Clock, report: Callable[[ProviderError], None]) -> TTS:
    """The voice that an agent names; otherwise as ``Providers.of``."""
    context = agent.context()
    voices = [create_tts(choice, context) for choice in choices("tts", agent.tts)]
    return ResilientTTS(voices, agent.resilience, clock, Random(), report)  # noqa: S311 - jitter


async def warm_all(providers: Iterable[Warmable]) -> list[ProviderError]:
    """Make providers ready, side by side; answer what could not be."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_warm(provider)) for provider in providers]
    return [error for task in tasks if (error := task.result()) is not None]


async def _warm(provider: Warmable) -> ProviderError | None:
    try:
        await provider.warm()
    except ProviderError as error:
        return error
    return None
