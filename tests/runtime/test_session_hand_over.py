"""A call that passes from one agent to another: a session with fakes, virtual time."""

from __future__ import annotations

from typing import Any

from antiphon.config import Agent
from antiphon.core.messages import Message, ToolCall
from antiphon.core.notices import HandedOver, Trouble
from antiphon.handover import HandOver, HistoryChoice
from antiphon.hooks import ReplyContext
from antiphon.runtime.session import Session
from antiphon.tools import Tool, tool

from .calls import Call, recognises, speaking
from .fakes import FakeLLM, FakeTTS, after, virtually

TRANSFER = ToolCall("x", "transfer", "{}")


class Desks:
    """Reception, which hands over to billing: a model, a voice and a tool of its own."""

    def __init__(
        self,
        *reception: Any,
        billing: tuple[Any, ...] = (50, "Your bill is right."),
        history: HistoryChoice = "all",
        say: str | None = None,
        **agent: Any,
    ) -> None:
        self.llm, self.tts = FakeLLM(list(billing)), FakeTTS()
        self.billing = Agent(
            name="billing", instructions="You are billing.", llm=self.llm, tts=self.tts, apology="Sorry."
        )
        self.wish = HandOver(self.billing, history, say)
        self.call = Call(
            recognises("my bill is wrong", "what now"),
            FakeLLM(list(reception) or [50, TRANSFER]),
            tools=[self.transfer()],
            instructions="You are reception.",
            **agent,
        )

    def transfer(self) -> Tool:
        @tool
        async def transfer() -> HandOver:
            """Hand the call over to billing."""
            return self.wish

        return transfer

    @property
    def told(self) -> list[str]:
        """What was said of each side, tools left out."""
        return [message.content for message in self.call.session.history if message.content]


@virtually
async def test_a_tool_hands_over_and_the_new_agents_model_and_voice_answer() -> None:
    desks = Desks()
    await desks.call.run(speaking(500, 800, 3_000))
    (request,) = desks.llm.requests
    assert request.messages[0] == Message("system", "You are billing.")
    assert request.messages[1] == Message("user", "my bill is wrong")
    assert request.tools == (), "the tools are the new agent's"
    assert desks.tts.spoken == ["Your bill is right."]
    assert desks.call.tts.spoken == []
    assert len(desks.call.llm.requests) == 1, "the old agent's model is not asked again"
    assert [notice.agent for notice in desks.call.of(HandedOver)] == ["billing"]  # type: ignore[attr-defined]
    (record,) = desks.call.records
    assert record.reply == "Your bill is right."
    assert sum(record.contributions_ns.values()) == record.glass_to_glass_ns
    assert (desks.llm.streams.open, desks.tts.streams.open, desks.call.open) == (0, 0, 0)


@virtually
async def test_the_old_agent_ends_what_it_says_and_the_new_one_goes_on() -> None:
    desks = Desks(50, "I'll put you through.", TRANSFER)
    await desks.call.run(speaking(500, 800, 4_000))
    assert desks.call.tts.spoken == ["I'll put you through."]
    assert desks.tts.spoken == ["Your bill is right."]
    assert desks.told == [
        "my bill is wrong",
        "I'll put you through.",
        "The call was handed over to billing.",
        "Your bill is right.",
    ]
    (record,) = desks.call.records
    assert record.reply == "I'll put you through. Your bill is right."


@virtually
async def test_the_next_turn_is_the_new_agents_too() -> None:
    desks = Desks()
    await desks.call.run(speaking(500, 800, 3_000, 600, 3_000))
    assert [record.user for record in desks.call.records] == ["my bill is wrong", "what now"]
    assert len(desks.call.llm.requests) == 1
    assert len(desks.llm.requests) >= 2


@virtually
async def test_it_may_say_something_first() -> None:
    desks = Desks(say="Billing here.")
    await desks.call.run(speaking(500, 800, 3_000))
    assert desks.tts.spoken == ["Billing here."]
    assert desks.llm.requests == []


@virtually
async def test_the_history_is_what_the_author_chose() -> None:
    seen: list[tuple[Message, ...]] = []

    def choose(before: tuple[Message, ...]) -> list[Message]:
        seen.append(before)
        return [Message("user", "(a bill)")]

    desks = Desks(history=choose)
    await desks.call.run(speaking(500, 800, 3_000))
    assert seen == [()], "of what was before the turn in hand"
    assert [message.content for message in desks.llm.requests[0].messages[1:3]] == [
        "(a bill)",
        "my bill is wrong",
    ]


@virtually
async def test_a_history_that_is_none_is_told_to_the_model() -> None:
    desks = Desks(history=lambda _: ["hello"])  # type: ignore[list-item, return-value]
    desks.call.llm._plans.append([50, "That did not work."])
    await desks.call.run(speaking(500, 800, 3_000))
    assert "expected messages from the function" in desks.call.llm.requests[1].messages[-1].content
    assert desks.call.of(HandedOver) == []


@virtually
async def test_a_barge_in_over_the_old_agent_is_answered_by_the_new_one() -> None:
    desks = Desks(
        50,
        "I'll put you through to somebody who knows all there is to know about bills, and who can look into yours.",
        TRANSFER,
    )
    await desks.call.run(speaking(500, 800, 1_100, 700, 4_000))
    assert [record.outcome for record in desks.call.records] == ["interrupted", "replied"]
    assert desks.call.records[1].reply == "Your bill is right."
    assert len(desks.call.llm.requests) == 1


@virtually
async def test_a_hook_hands_over_and_a_draft_of_the_old_agent_dies() -> None:
    desks = Desks()

    async def route(turn: ReplyContext[Any]) -> None:
        if "bill" in turn.text:
            turn.hand_over(desks.wish)

    call = Call(recognises("my bill is wrong"), FakeLLM([50, "Reception."]), before_reply=route)
    await call.run(speaking(500, 800, 3_000))
    assert [record.reply for record in call.records] == ["Your bill is right."]
    assert call.records[0].ledger.discarded == 1
    assert call.open == 0


@virtually
async def test_the_application_hands_over_between_turns() -> None:
    desks = Desks(50, "Reception.")

    def soon(session: Session) -> None:
        async def hand_over() -> None:
            await after(2_500)
            await session.hand_over(HandOver(desks.billing, say="Billing here."))

        session._running().create_task(hand_over())

    await desks.call.run(speaking(500, 800, 3_500), soon)
    assert desks.told[1:] == ["Reception.", "Billing here."]
    assert desks.tts.spoken == ["Billing here."]


@virtually
async def test_what_was_made_for_the_new_agent_is_let_go_of_at_the_end_and_what_is_shared_is_not_made_twice() -> (
    None
):
    desks = Desks()
    shared = Agent(name="billing", instructions="You are billing.", llm=desks.llm, tts=desks.call.tts)
    desks.wish = HandOver(shared)
    await desks.call.run(speaking(500, 800, 3_000))
    assert desks.call.tts.spoken == ["Your bill is right."]
    assert (desks.llm.warmed, desks.llm.closed) == (1, 1)
    assert desks.call.tts.closed == 0, "the session was given it"


@virtually
async def test_a_model_that_is_not_ready_is_reported_and_the_call_goes_on() -> None:
    from antiphon.errors import ProviderConnectionError

    desks = Desks()
    desks.llm.warm_error = ProviderConnectionError("fake/llm", "closed")
    await desks.call.run(speaking(500, 800, 3_000))
    assert any(notice.where == "fake/llm" for notice in desks.call.of(Trouble))  # type: ignore[attr-defined]
    assert desks.call.records[0].reply == "Your bill is right."
