"""The agents of a call: the one that it begins with, and those that it is handed over to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial

from antiphon.config import Agent, Mode
from antiphon.core.conversation import ConversationSettings
from antiphon.core.events import Event
from antiphon.core.messages import Message
from antiphon.core.notices import Trouble
from antiphon.core.persona import Persona, Takeover
from antiphon.errors import AudioError, ConfigError, ProviderError
from antiphon.handover import HandOver
from antiphon.providers.base import LLM, TTS
from antiphon.runtime.clock import Clock
from antiphon.runtime.draft import Pipeline
from antiphon.runtime.phrase_folder import PhraseMemory
from antiphon.runtime.providers import Providers, model_of, voice_of, warm_all
from antiphon.runtime.tool_servers import ToolServers
from antiphon.speakable import SpeechWriter, manner_of
from antiphon.telemetry.trace import Tracer


@dataclass(frozen=True, slots=True)
class Member:
    """An agent of a call, and what its replies are made with."""

    given: Agent  # as it was given
    agent: Agent  # ... with the tools of its servers
    providers: Providers
    phrases: PhraseMemory
    pipeline: Pipeline


class Cast:
    """The agents of a call, by number, in the order in which they came to it.

    What two of them have in common, a model or a voice of the same settings, they share.

    Args:
        clock: The call's.
        post: Takes what drafts report.
        tell: Takes what went wrong.
        tracer: The call's.
        servers: The call's.
    """

    def __init__(
        self,
        clock: Clock,
        post: Callable[[Event], None],
        tell: Callable[[Trouble], None],
        tracer: Tracer,
        servers: ToolServers,
    ) -> None:
        self._clock = clock
        self._post = post
        self._tell = tell
        self._tracer = tracer
        self._servers = servers
        self._members: list[Member] = []
        self._made: list[LLM | TTS] = []  # for those who came later

    def __getitem__(self, number: int) -> Member:
        return self._members[number]

    async def open(self, agent: Agent, providers: Providers, *, named: bool) -> Member:
        """Take in an agent.

        Args:
            agent: Who.
            providers: What it is made of.
            named: Whether these are the ones it names.
        """
        warm = self._like(agent, "tts")
        phrases = warm.phrases if warm is not None else PhraseMemory(agent, providers.tts, named=named)
        await phrases.read()
        found = [tool for server in agent.tool_servers for tool in await self._servers.tools(server)]
        complete = agent.replace(tools=(*agent.tools, *found)) if found else agent
        member = Member(agent, complete, providers, phrases, self._pipeline(agent, providers, phrases))
        self._members.append(member)
        return member

    async def takeover(self, wish: HandOver, before: tuple[Message, ...]) -> Takeover:
        """Make another agent ready, and say what the machine is to know of it.

        Args:
            wish: The author's.
            before: What was said before the turn in hand.

        Raises:
            ConfigError: If the agent can't be made ready, or the author's function answers no messages.
            MissingExtraError: If an extra that it needs is not installed.
        """
        agent, shown = wish.agent, wish.shown(before)
        if not isinstance(agent, Agent):
            raise ConfigError(f"HandOver: agent = {agent!r}: expected an Agent")
        number = self._number_of(agent)
        if number is None:
            await self.open(agent, await self._providers(agent), named=True)
            number = len(self._members) - 1
        return Takeover(persona_of(number, self._members[number].agent), shown, wish.say)

    def _number_of(self, agent: Agent) -> int | None:
        return next((number for number, each in enumerate(self._members) if each.given is agent), None)

    async def _providers(self, agent: Agent) -> Providers:
        """What an agent's replies are made with: its own, but for what another has already."""
        like_llm, like_tts = self._like(agent, "llm"), self._like(agent, "tts")
        new: list[LLM | TTS] = []
        providers = self._members[0].providers
        if like_llm is None:
            providers = replace(providers, llm=model_of(agent, self._clock, self.note_failure))
            new.append(providers.llm)
        else:
            providers = replace(providers, llm=like_llm.providers.llm)
        self._made += new
        if like_tts is None:
            providers = replace(providers, tts=voice_of(agent, self._clock, self.note_failure))
            new.append(providers.tts)
            self._made.append(providers.tts)
        else:
            providers = replace(providers, tts=like_tts.providers.tts)
        for error in await warm_all(new):
            self.note_failure(error)
        return providers

    def _like(self, agent: Agent, setting: str) -> Member | None:
        """A member of the same settings, as far as a provider knows them."""
        knows = (setting, "language", "handbook")
        return next(
            (
                each
                for each in self._members
                if all(getattr(each.agent, name) == getattr(agent, name) for name in knows)
            ),
            None,
        )

    def _pipeline(self, agent: Agent, providers: Providers, phrases: PhraseMemory) -> Pipeline:
        return Pipeline(
            providers.llm,
            providers.tts,
            self._clock,
            self._post,
            agent.speculation.held_audio_ms,
            agent.modes.llm,
            agent.modes.tts,
            tracer=self._tracer,
            phrases=phrases.cache,
            speech=partial(SpeechWriter, manner_of(agent.speakable, agent.language)),
        )

    def note_failure(self, error: ProviderError) -> None:
        """Tell of what a provider could not do, and the call bears."""
        self._tell(Trouble(self._clock.now_ns(), error.provider, str(error)))

    async def aclose(self) -> None:
        """Let go of what was made for those who came later; keep what was remembered of voices."""
        kept: set[int] = set()
        for member in self._members:
            if id(member.phrases) not in kept:
                kept.add(id(member.phrases))
                await self._keep(member.phrases)
        async with AsyncExitStack() as stack:
            for provider in self._made:
                stack.push_async_callback(provider.aclose)

    async def _keep(self, phrases: PhraseMemory) -> None:
        try:
            await phrases.write()
        except (OSError, AudioError) as problem:
            self._tell(Trouble(self._clock.now_ns(), "phrases", str(problem)))


def persona_of(number: int, agent: Agent) -> Persona:
    """What the machine knows of an agent."""
    return Persona(
        number,
        agent.name,
        agent.instructions,
        agent.apology,
        tuple(tool.policy for tool in agent.tools),
        agent.tool_use,
        None if agent.before_reply is None else agent.before_reply_timeout_ms,
    )


def settings_of(agent: Agent, *, reads_ahead: bool, asks_sound: bool) -> ConversationSettings:
    """What the machine knows of the agent that a call begins with.

    Args:
        agent: Who.
        reads_ahead: Whether its model is sent the growing transcript ahead of the request.
        asks_sound: Whether there is a turn model.
    """
    return ConversationSettings(
        instructions=agent.instructions,
        apology=agent.apology,
        language=agent.language,
        flush_at_pause=agent.modes.stt is Mode.STREAMING,
        reads_ahead=reads_ahead,
        asks_sound=asks_sound,
        known_turns=agent.known_turns(),
        tools=tuple(tool.policy for tool in agent.tools),
        tool_use=agent.tool_use,
        prepare_timeout_ms=None if agent.before_reply is None else agent.before_reply_timeout_ms,
        window=agent.window,
        summarises=agent.summarise is not None,
        speculation=agent.speculation,
        prices=agent.prices,
        endpointing=agent.endpointing,
        interruption=agent.interruption,
        keypad=agent.keypad,
        presence=agent.presence,
    )
