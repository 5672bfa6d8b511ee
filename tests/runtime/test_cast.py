"""Who is made ready for whom; whole calls are in ``test_session_hand_over``."""

from __future__ import annotations

import asyncio
from typing import Any

from antiphon.config import Agent
from antiphon.core.notices import Trouble
from antiphon.core.persona import Persona
from antiphon.core.tools import ToolUse
from antiphon.handover import HandOver
from antiphon.hooks import ReplyContext
from antiphon.runtime.cast import Cast, persona_of
from antiphon.runtime.clock import Clock
from antiphon.runtime.providers import Providers
from antiphon.runtime.tool_servers import ToolServers
from antiphon.telemetry.trace import Tracer
from antiphon.tools import tool

from .fakes import FakeLLM, FakeSTT, FakeTTS, FakeVAD, virtually


class Company:
    """A cast with one agent, and what it had to tell."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self.troubles: list[Trouble] = []
        self.llm, self.tts = FakeLLM(), FakeTTS()
        self.first = Agent(name="first", llm=self.llm, tts=self.tts)
        self.providers = Providers(FakeSTT(), self.llm, self.tts, FakeVAD())
        servers = ToolServers(group, lambda _: None)
        self.cast = Cast(Clock(), lambda _: None, self.troubles.append, Tracer(), servers)

    async def open(self) -> Cast:
        await self.cast.open(self.first, self.providers, named=False)
        return self.cast


@virtually
async def test_an_agent_that_comes_back_is_known() -> None:
    async with asyncio.TaskGroup() as group:
        company = Company(group)
        cast = await company.open()
    second = company.first.replace(name="second", llm=FakeLLM())
    numbers = [
        (await cast.takeover(HandOver(agent), ())).persona.number for agent in (second, company.first, second)
    ]
    assert numbers == [1, 0, 1]


@virtually
async def test_what_two_agents_have_in_common_is_shared() -> None:
    async with asyncio.TaskGroup() as group:
        company = Company(group)
        cast = await company.open()
    voice = FakeTTS()
    await cast.takeover(HandOver(company.first.replace(name="second", tts=voice)), ())
    assert cast[1].providers.llm is company.llm
    assert cast[1].providers.stt is company.providers.stt
    assert cast[1].providers.tts is not company.tts
    assert cast[1].phrases is not cast[0].phrases, "another voice says it otherwise"
    await cast.takeover(HandOver(company.first.replace(name="third", instructions="You are third.")), ())
    assert cast[2].providers.tts is company.tts
    assert cast[2].phrases is cast[0].phrases
    await cast.aclose()
    assert (voice.warmed, voice.closed) == (1, 1)
    assert (company.llm.closed, company.tts.closed) == (0, 0)


@virtually
async def test_a_model_that_answers_from_a_handbook_is_not_shared_with_one_of_another() -> None:
    async with asyncio.TaskGroup() as group:
        company = Company(group)
        cast = await company.open()
    with_handbook = company.first.replace(name="second", handbook=__file__)
    await cast.takeover(HandOver(with_handbook), ())
    assert cast[1].providers.llm is not company.llm


def test_the_machine_is_told_what_it_needs_of_an_agent() -> None:
    @tool
    def pay() -> None:
        """Pay."""

    async def prepare(turn: ReplyContext[Any]) -> None:
        """Add nothing."""

    agent = Agent(
        name="billing", instructions="You are billing.", apology="Sorry.", tools=[pay], before_reply=prepare
    )
    assert persona_of(3, agent) == Persona(
        3, "billing", "You are billing.", "Sorry.", (pay.policy,), ToolUse(), 1_000
    )
    assert persona_of(0, Agent()).prepare_timeout_ms is None
