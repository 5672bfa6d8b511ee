"""Each errand in the small; whole calls are in ``test_session*``."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np

from antiphon.audio import Samples
from antiphon.config import Agent
from antiphon.core.actions import (
    AskSimilarity,
    AskTurnModel,
    CancelTool,
    PrepareReply,
    ReadAhead,
    RunTool,
    Summarise,
    UncommitDraft,
)
from antiphon.core.events import (
    Event,
    ReplyPrepared,
    SimilarityAnswered,
    Summarised,
    ToolFinished,
    TurnModelAnswered,
)
from antiphon.core.messages import Message
from antiphon.core.notices import Trouble
from antiphon.core.persona import Persona, Takeover
from antiphon.errors import ProviderConnectionError
from antiphon.handover import HandOver
from antiphon.hooks import LeftOut, ReplyContext
from antiphon.runtime.clock import Clock
from antiphon.runtime.errands import Errands
from antiphon.runtime.providers import Providers
from antiphon.tools import ToolContext, tool

from .fakes import MS, FakeEmbedder, FakeLLM, FakeSTT, FakeTTS, FakeVAD, after, virtually

HEARD = np.arange(3, dtype=np.int16)


class FakeTurnModel:
    """Answers after a while, or fails."""

    name = "fake/turn"

    def __init__(self, answer: float | ProviderConnectionError, takes_ms: float = 0) -> None:
        self.answer, self.takes_ms = answer, takes_ms
        self.heard: list[int] = []

    async def probability(self, samples: Samples) -> float:
        self.heard = samples.tolist()
        await after(self.takes_ms)
        if isinstance(self.answer, ProviderConnectionError):
            raise self.answer
        return self.answer

    async def warm(self) -> None:
        """Nothing is waited for."""

    async def aclose(self) -> None:
        """Nothing is held."""


async def taken_over(wish: HandOver) -> Takeover:
    return Takeover(Persona(1, wish.agent.name), say=wish.say)


class Desk:
    """Errands with fakes, and what they reported."""

    def __init__(
        self, embedder: FakeEmbedder | None = None, turn_model: FakeTurnModel | None = None, **agent: Any
    ) -> None:
        self.events: list[Event] = []
        self.troubles: list[Trouble] = []
        stt, llm, tts, vad = FakeSTT(), FakeLLM(), FakeTTS(), FakeVAD()
        self.clock = Clock()
        self.errands = Errands(
            Agent(stt=stt, llm=llm, tts=tts, vad=vad, **agent),
            Providers(stt, llm, tts, vad, embedder, turn_model),
            self.clock,
            self.events.append,
            self.troubles.append,
            lambda: (),
            lambda: (),
            taken_over,
            lambda: "the state",
            lambda: HEARD,
        )

    def by_ns(self, ms: float) -> int:
        return self.clock.now_ns() + round(ms * MS)


@virtually
async def test_a_tool_is_run_with_the_state_and_stopped() -> None:
    @tool
    async def whose(call: ToolContext[str], takes_ms: int = 0) -> str:
        """Whose it is."""
        await after(takes_ms)
        return f"{call.state} in turn {call.turn_id}"

    desk = Desk(tools=[whose])
    async with asyncio.TaskGroup() as group:
        desk.errands.serve(RunTool(1, 7, "whose", "{}", in_draft=False), group)
        desk.errands.serve(RunTool(2, 7, "whose", '{"takes_ms":500}', in_draft=False), group)
        await after(10)
        desk.errands.serve(CancelTool(2), group)
    assert desk.events == [ToolFinished(1, "the state in turn 7")]


@virtually
async def test_a_turn_model_judges_what_was_heard_in_time_or_not_at_all() -> None:
    for takes_ms, answered in ((10, [TurnModelAnswered(1, 0.9)]), (100, [])):
        model = FakeTurnModel(0.9, takes_ms)
        desk = Desk(turn_model=model)
        async with asyncio.TaskGroup() as group:
            desk.errands.serve(AskTurnModel(1, desk.by_ns(50)), group)
        assert desk.events == answered
        assert model.heard == HEARD.tolist()
    broken = Desk(turn_model=FakeTurnModel(ProviderConnectionError("fake/turn", "gone")))
    async with asyncio.TaskGroup() as group:
        broken.errands.serve(AskTurnModel(1, broken.by_ns(50)), group)
    assert [trouble.where for trouble in broken.troubles] == ["fake/turn"]
    assert broken.events == []


@virtually
async def test_an_embedder_answers_in_time_or_not_at_all() -> None:
    for takes_ms, answered in ((10, [SimilarityAnswered(1, 0.9)]), (100, [])):
        desk = Desk(FakeEmbedder(0.9, takes_ms))
        async with asyncio.TaskGroup() as group:
            desk.errands.serve(AskSimilarity(1, "a", "b", desk.by_ns(50)), group)
        assert desk.events == answered
    broken = Desk(FakeEmbedder(ProviderConnectionError("fake", "gone")))
    async with asyncio.TaskGroup() as group:
        broken.errands.serve(AskSimilarity(1, "a", "b", broken.by_ns(50)), group)
    assert [trouble.where for trouble in broken.troubles] == ["embedder"]
    nobody = Desk()
    async with asyncio.TaskGroup() as group:
        nobody.errands.serve(AskSimilarity(1, "a", "b", nobody.by_ns(50)), group)
    assert nobody.events == []


@virtually
async def test_a_hook_s_answer_is_posted() -> None:
    async def found(turn: ReplyContext[str]) -> None:
        turn.add(f"{turn.state}, {turn.text}, {turn.draft}, {turn.turn_id}")

    desk = Desk(before_reply=found)
    async with asyncio.TaskGroup() as group:
        desk.errands.serve(PrepareReply(4, 7, "hello", draft=True, deadline_ns=desk.by_ns(50)), group)
    (answer,) = desk.events
    assert isinstance(answer, ReplyPrepared)
    assert answer.request_id == 4
    assert answer.preparation.documents[0].text == "the state, hello, True, 7"


@virtually
async def test_at_the_end_nothing_more_is_asked() -> None:
    desk = Desk(FakeEmbedder(0.9, 1_000))
    async with asyncio.TaskGroup() as group:
        desk.errands.serve(AskSimilarity(1, "a", "b", desk.by_ns(5_000)), group)
        await after(1)
        desk.errands.close()
    assert desk.events == []


@virtually
async def test_what_is_no_errand_is_left_alone() -> None:
    desk = Desk()
    async with asyncio.TaskGroup() as group:
        desk.errands.serve(UncommitDraft(1, 1), group)
    assert desk.events == []


@virtually
async def test_a_model_reads_one_thing_at_a_time() -> None:
    desk = Desk()
    read: list[int] = []

    class Reads(FakeLLM):
        reads_ahead = True

        async def warm_prefix(self, messages: Any) -> None:
            read.append(len(messages))
            await after(100)
            raise ProviderConnectionError("fake", "gone")

    desk.errands._providers = Providers(FakeSTT(), Reads(), FakeTTS(), FakeVAD())
    async with asyncio.TaskGroup() as group:
        desk.errands.serve(ReadAhead(()), group)
        await after(1)
        desk.errands.serve(ReadAhead(()), group)
    assert read == [0]
    assert len(desk.troubles) == 1


@virtually
async def test_a_hook_hands_the_call_over_at_the_end_of_a_turn_alone() -> None:
    async def hand_over(turn: ReplyContext[str]) -> None:
        turn.hand_over(HandOver(Agent(name="billing")))

    async with asyncio.TaskGroup() as group:
        desk = Desk(before_reply=hand_over)
        desk.errands.serve(PrepareReply(1, 1, "my bill", True, desk.by_ns(100)), group)
        desk.errands.serve(PrepareReply(2, 1, "my bill", False, desk.by_ns(100)), group)
    prepared = [event for event in desk.events if isinstance(event, ReplyPrepared)]
    assert [event.takeover for event in prepared] == [None, Takeover(Persona(1, "billing"))]


@virtually
async def test_what_is_left_out_is_summed_up_in_time_or_not() -> None:
    async def summarise(left_out: LeftOut[str]) -> str:
        words = left_out.messages[0].content
        if words == "broken":
            raise ValueError("broken")
        if words == "nothing":
            return None  # type: ignore[return-value]
        await after(0 if words == "short" else 200)
        return f"{words}, {left_out.state}"

    async with asyncio.TaskGroup() as group:
        desk = Desk(summarise=summarise)
        for number, words in enumerate(["short", "long", "broken", "nothing"]):
            desk.errands.serve(Summarise(number, (Message("user", words),), desk.by_ns(100)), group)
    told = {event.request_id: event for event in desk.events if isinstance(event, Summarised)}
    assert told[0] == Summarised(0, "short, the state")
    assert [told[number].text for number in (1, 2, 3)] == [None, None, None]
    assert told[1].error == "no answer within 10000 ms"
    assert told[2].error == "ValueError: broken"
    assert told[3].error == "expected a text, found None"
