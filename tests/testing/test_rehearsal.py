"""A test of an agent is a few lines, whole, and gives the same milliseconds everywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest

from antiphon import Agent, HandOver, Message, ReplyContext, ToolContext, tool
from antiphon.errors import ConfigError
from antiphon.testing import Rehearsal, ScriptedModel, wants


@dataclass
class Book:
    tables: list[int] = field(default_factory=list)


@tool
async def book_table(guests: int, context: ToolContext[Book]) -> str:
    """Book a table.

    Args:
        guests: How many they are.
    """
    context.state.tables.append(guests)
    return f"table 4 for {guests}"


@tool(safe=True)
def opening_hours() -> str:
    """When we are open."""
    return "six to ten"


AGENT = Agent(instructions="You book tables.", tools=[book_table, opening_hours])
LONG = "We have a garden, a terrace and a quiet room, and all of them are open until ten every day."
MODEL = {
    "table for (two|2)": [wants("book_table", guests=2), "Booked: {result}."],
    "open": [wants("opening_hours"), "From {result}."],
    "tell me": LONG,
    "thank": "You are welcome.",
}


def rehearsal(**options: object) -> Rehearsal:
    return Rehearsal(AGENT, ScriptedModel(MODEL), state=Book(), **options)  # type: ignore[arg-type]


def test_what_is_said_leads_to_a_tool_and_a_reply_in_time() -> None:
    with rehearsal() as call:
        turn = call.says("a table for two please")
        turn.called("book_table", guests=2).said("booked: table 4", within_ms=2_500)
        assert turn.caller == "a table for two please"
        assert not turn.interrupted
        assert call.session.state.tables == [2]
    assert [message.role for message in call.history][:1] == ["user"]


def test_a_pause_within_the_turn_does_not_end_it() -> None:
    with rehearsal() as call:
        turn = call.says("a table for", 900, "two please")
        turn.called("book_table", guests=2)
        assert turn.caller == "a table for two please"
        assert len(call.exchanges) == 1


def test_what_comes_while_the_agent_speaks_cuts_in() -> None:
    with rehearsal() as call:
        first = call.says("tell me about the place", hear_out=False)
        second = call.says("thank you", after_ms=1_500)
        second.said("welcome")
        assert first.interrupted
        assert first.agent
        assert first.agent != LONG


def test_a_cough_and_a_murmur_do_not() -> None:
    with rehearsal() as call:
        turn = call.says("tell me about the place", hear_out=False)
        call.coughs(200, after_ms=900)
        call.murmurs("mm-hm", after_ms=900)
        call.listens()
        turn.said(LONG)
        assert not turn.interrupted


def test_noise_before_the_words_is_no_turn_of_its_own() -> None:
    with rehearsal() as call:
        call.says("thank you", noise_ms=250).said("welcome")
        assert len(call.exchanges) == 1


def test_a_turn_may_be_written() -> None:
    with rehearsal() as call:
        call.types("when do you open").said("six to ten").called("opening_hours")


def test_a_safe_tool_may_run_while_the_caller_speaks() -> None:
    with rehearsal() as call:
        (use,) = call.says("when do you open", 500, "on sundays").tools
        assert use.in_draft
        assert use.shown == "opening_hours() done: six to ten"


def test_the_author_s_hook_runs() -> None:
    async def add_weather(context: ReplyContext) -> None:
        context.add("It rains.")

    agent = Agent(before_reply=add_weather)
    model = ScriptedModel({"weather": "Wet."})
    with Rehearsal(agent, model) as call:
        call.says("how is the weather").said("wet")
    assert any("It rains." in message.content for message in model.requests[-1].messages)


def test_whoever_takes_the_call_over_is_rehearsed_too() -> None:
    billing = Agent(name="billing", instructions="You know about bills.", llm="openai", tts="openai")

    @tool
    async def to_billing() -> HandOver:
        """Put the caller through to billing."""
        return HandOver(billing)

    model = ScriptedModel({"bill": [wants("to_billing"), "no more"], "how much": "Twelve pounds."})
    with Rehearsal(Agent(tools=[to_billing]), model) as call:
        call.says("i have a question about my bill").called("to_billing")
        call.says("how much is it").said("twelve pounds")
        assert "handed  over to billing" in call.transcript
    assert "You know about bills." in model.requests[-1].messages[0].content


def test_a_greeting_is_heard_first_and_an_earlier_call_goes_on() -> None:
    agent = AGENT.replace(greeting="Good evening.")
    with Rehearsal(agent, ScriptedModel(MODEL), state=Book()) as call:
        assert call.transcript == "agent   Good evening."
    with Rehearsal(agent, ScriptedModel(MODEL), state=Book(), earlier=(Message("user", "hello"),)) as call:
        assert call.history == (Message("user", "hello"),)


def test_what_the_application_says_is_heard() -> None:
    with rehearsal() as call:
        call.session.say("Your taxi is here.")
        call.waits(100)
        call.listens()
        assert call.transcript == "agent   Your taxi is here."


def test_the_same_call_is_the_same_to_the_nanosecond() -> None:
    def hold() -> list[object]:
        with rehearsal() as call:
            return [call.says("a table for two").record, call.says("thank you").record]

    assert hold() == hold()


# --- checks that fail ---------------------------------------------------------------------------------


def test_each_check_fails_where_it_should_and_shows_the_conversation() -> None:
    with rehearsal() as call:
        turn = call.says("a table for two please")
        for check, message in (
            (lambda: turn.said("goodbye"), "should have said 'goodbye'; it said 'Booked: table 4 for 2.'"),
            (lambda: turn.said(re.compile("table 5")), "should have said 'table 5'"),
            (lambda: turn.said("booked", within_ms=100), "within 100 ms; it took"),
            (
                lambda: turn.called("cancel"),
                "cancel should have run once; it ran 0 times; tools that ran: book_table",
            ),
            (
                lambda: turn.called("book_table", guests=3),
                "called with {'guests': 3}; it was with {'guests': 2}",
            ),
            (turn.called_nothing, "no tool should have run; book_table did"),
        ):
            with pytest.raises(AssertionError, match=re.escape(message)) as failure:
                check()
            assert "\ncaller  a table for two please\ntool    book_table(guests=2) done" in str(failure.value)


def test_an_answer_that_does_not_come_is_waited_for_in_vain() -> None:
    with rehearsal() as call, pytest.raises(AssertionError, match="an answer was waited for in vain"):
        call._step(call._until(lambda: False, "an answer"))


def test_a_request_that_no_rule_fits_is_told() -> None:
    with rehearsal() as call:
        turn = call.says("something else entirely")
        assert turn.record is not None
        assert turn.record.outcome == "failed"
        assert "no rule for 'something else entirely': add one, or otherwise=" in call.transcript


def test_without_words_nothing_is_said() -> None:
    with rehearsal() as call, pytest.raises(ConfigError, match="there are no words"):
        call.says(300)


def test_an_error_in_the_test_ends_the_call_and_hides_nothing() -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), rehearsal() as call:
        fail(call.says("tell me about the place", hear_out=False))


def test_a_call_that_cannot_begin_says_why() -> None:
    class Broken(ScriptedModel):
        async def warm(self) -> None:
            raise ConfigError("the model is broken")

    with pytest.raises(ExceptionGroup) as failure, Rehearsal(Agent(), Broken({})):
        pass
    assert failure.group_contains(ConfigError, match="the model is broken")


def test_after_its_end_nothing_can_be_said() -> None:
    with rehearsal() as call:
        call.session.close()
        call.waits(100)
        with pytest.raises(AssertionError, match="the call is over"):
            call.says("hello")
