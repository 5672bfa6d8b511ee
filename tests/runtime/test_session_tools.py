"""Tools in whole calls: a session with fakes, virtual time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from antiphon.core.messages import Message, ToolCall
from antiphon.core.notices import DraftCommitted, ToolEnded, ToolStarted
from antiphon.core.tools import ToolOutcome, ToolUse
from antiphon.runtime.session import Session
from antiphon.tools import ToolContext, tool

from .calls import Call, recognises, speaking
from .fakes import MS, FakeLLM, after, now_ms, virtually

BOOK = ToolCall("x", "book", '{"people": 2}')
HOURS = ToolCall("y", "hours", "{}")


class Kitchen:
    """Two tools that note when they ran."""

    def __init__(self, takes_ms: float = 0, error: Exception | None = None) -> None:
        self.ran: list[tuple[str, float]] = []
        self.stopped: list[str] = []
        self.takes_ms, self.error = takes_ms, error

        @tool
        async def book(people: int) -> str:
            """Book a table."""
            return await self.work("book", f"a table for {people}")

        @tool(safe=True)
        async def hours() -> dict[str, str]:
            """When we are open."""
            await self.work("hours", "")
            return {"open": "noon"}

        self.tools = (book, hours)

    async def work(self, name: str, answer: str) -> str:
        self.ran.append((name, now_ms()))
        try:
            await after(self.takes_ms)
        except asyncio.CancelledError:
            self.stopped.append(name)
            raise
        if self.error is not None:
            raise self.error
        return answer


def a_call(llm: FakeLLM, kitchen: Kitchen, **agent: Any) -> Call:
    return Call(recognises("book a table"), llm, tools=kitchen.tools, **agent)


@virtually
async def test_a_tool_runs_after_the_commit_and_the_model_answers_from_its_result() -> None:
    kitchen, llm = Kitchen(), FakeLLM([50, BOOK], [50, "It is booked."])
    call = a_call(llm, kitchen)
    await call.run(speaking(500, 800, 2_000))
    ((name, ran_ms),) = kitchen.ran
    (committed,) = [notice.at_ns for notice in call.of(DraftCommitted)]  # type: ignore[attr-defined]
    assert name == "book"
    assert ran_ms * MS >= committed
    assert [spec.name for spec in llm.requests[0].tools] == ["book", "hours"]
    asked, answered = llm.requests[1].messages[-2:]
    assert (asked.role, asked.tool_calls[0].name) == ("assistant", "book")
    assert (answered.role, answered.content) == ("tool", "a table for 2")
    assert answered.tool_call_id == asked.tool_calls[0].id
    assert call.history == [
        ("user", "book a table"),
        ("assistant", ""),
        ("tool", "a table for 2"),
        ("assistant", "It is booked."),
    ]
    (record,) = call.records
    assert record.outcome == "replied"
    assert record.ledger.llm_requests == 2
    assert sum(record.contributions_ns.values()) == record.glass_to_glass_ns
    assert call.open == 0


@virtually
async def test_a_safe_tool_runs_in_the_draft() -> None:
    kitchen = Kitchen()
    call = a_call(FakeLLM([50, HOURS], [50, "From noon."]), kitchen)
    await call.run(speaking(500, 800, 2_000))
    ((_, ran_ms),) = kitchen.ran
    committed = call.of(DraftCommitted)[0]
    started = call.of(ToolStarted)[0]
    assert isinstance(committed, DraftCommitted)
    assert isinstance(started, ToolStarted)
    assert ran_ms * MS < committed.at_ns
    assert started.in_draft
    assert call.history[2] == ("tool", '{"open":"noon"}')
    assert call.records[0].ledger.reused == 1


@virtually
async def test_calls_run_at_the_same_time() -> None:
    kitchen = Kitchen(takes_ms=300)
    call = a_call(FakeLLM([50, BOOK, HOURS], [50, "Booked, from noon."]), kitchen)
    await call.run(speaking(500, 800, 3_000))
    began = dict(kitchen.ran)
    assert set(began) == {"book", "hours"}
    assert [message.role for message in call.session.history] == [
        "user",
        "assistant",
        "tool",
        "tool",
        "assistant",
    ]


@virtually
async def test_the_caller_is_told_once_that_it_takes_a_moment() -> None:
    kitchen = Kitchen(takes_ms=3_000)
    llm = FakeLLM([50, BOOK], [50, ToolCall("z", "book", '{"people": 3}')], [50, "It is booked."])
    call = a_call(llm, kitchen, tool_use=ToolUse(progress="One moment.", progress_after_ms=500))
    await call.run(speaking(500, 800, 12_000))
    assert call.history[-1] == ("assistant", "One moment. It is booked.")
    (record,) = call.records
    assert record.contributions_ns["tools"] == 500 * MS
    assert sum(record.contributions_ns.values()) == record.glass_to_glass_ns


@virtually
async def test_words_of_the_model_s_own_are_said_before_its_tool_has_answered() -> None:
    kitchen = Kitchen(takes_ms=2_000)
    llm = FakeLLM([50, "Let me see.", BOOK], [50, "It is booked."])
    call = a_call(llm, kitchen)
    await call.run(speaking(500, 800, 8_000))
    assert call.history[-1] == ("assistant", "Let me see. It is booked.")
    assert "tools" not in call.records[0].contributions_ns, "the caller heard something before"


@virtually
async def test_a_tool_that_fails_is_told_to_the_model() -> None:
    kitchen = Kitchen(error=ValueError("no such table"))
    call = a_call(FakeLLM([50, BOOK], [50, "That did not work."]), kitchen)
    await call.run(speaking(500, 800, 2_000))
    assert call.history[2] == ("tool", "Error: ValueError: no such table")
    assert call.records[0].outcome == "replied"


@virtually
async def test_a_tool_that_hangs_is_stopped_and_the_model_is_told() -> None:
    kitchen = Kitchen(takes_ms=1e9)
    call = a_call(FakeLLM([50, BOOK], [50, "That took too long."]), kitchen)
    await call.run(speaking(500, 800, 20_000))
    assert kitchen.stopped == ["book"]
    assert call.history[2][1].startswith("Error: no answer within 10 s.")
    (ended,) = call.of(ToolEnded)
    assert isinstance(ended, ToolEnded)
    assert ended.outcome is ToolOutcome.TIMED_OUT
    assert call.records[0].outcome == "replied"


@virtually
async def test_the_end_of_a_call_stops_what_runs() -> None:
    kitchen = Kitchen(takes_ms=1e9)
    call = a_call(FakeLLM([50, BOOK], [50, "Booked."]), kitchen)

    def hang_up(session: Session) -> None:
        session.clock.call_at(round(3_000 * MS), session.close)

    await call.run(speaking(500, 800, 4_000), hang_up)
    assert kitchen.stopped == ["book"]
    assert call.open == 0


@virtually
async def test_a_tool_is_given_the_state_of_its_call() -> None:
    class Basket:
        items: list[str]

    @tool
    def add(item: str, context: ToolContext[Basket]) -> None:
        """Put something in the basket."""
        context.state.items.append(item)
        assert context.history == ()

    basket = Basket()
    basket.items = []
    llm = FakeLLM([50, ToolCall("x", "add", '{"item": "tea"}')], [50, "It is in."])
    call = Call(recognises("some tea"), llm, tools=[add])
    call.session.state = basket
    await call.run(speaking(500, 800, 2_000))
    assert basket.items == ["tea"]
    assert call.session.history[2] == Message("tool", "Done.", tool_call_id="call_1")


@virtually
async def test_a_caller_who_goes_on_does_not_have_it_run_twice() -> None:
    """The tool runs, the caller goes on before a sound of the reply, the same call comes again."""
    kitchen = Kitchen(takes_ms=600)
    llm = FakeLLM([50, BOOK])
    plans = [[50, BOOK], [50, BOOK], [50, "It is booked."]]
    llm = FakeLLM(*plans)
    call = Call(recognises("book a table", "please"), llm, tools=kitchen.tools)
    await call.run(speaking(500, 800, 800, 400, 4_000))
    assert [name for name, _ in kitchen.ran] == ["book"]
    assert [message.content for message in call.session.history if message.role == "tool"] == [
        "a table for 2"
    ]
    assert call.history[0][1] == "book a table please"


@pytest.mark.parametrize(("on_barge_in", "stopped"), [("cancel", ["book"]), ("finish", [])])
def test_a_barge_in_stops_a_tool_or_does_not_as_its_author_chose(
    on_barge_in: str, stopped: list[str]
) -> None:
    @virtually
    async def interrupted() -> None:
        kitchen = Kitchen(takes_ms=2_000)

        @tool(on_barge_in=on_barge_in)
        async def book(people: int) -> str:
            """Book a table."""
            return await kitchen.work("book", f"a table for {people}")

        llm = FakeLLM([50, "One moment, I am looking that up for you.", BOOK], [50, "Sure."])
        call = Call(recognises("book a table", "wait"), llm, tools=[book])
        await call.run(speaking(500, 800, 900, 600, 6_000))
        assert kitchen.stopped == stopped
        told = [message.content for message in call.session.history if message.role == "tool"]
        assert told == (["Stopped: the caller interrupted."] if stopped else ["a table for 2"])
        assert [record.outcome for record in call.records] == ["interrupted", "replied"]

    interrupted()
