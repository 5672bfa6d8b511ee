from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core import actions as do
from antiphon.core import events as on
from antiphon.core.messages import Message, ToolCall, ToolSpec
from antiphon.core.notices import DraftDiscarded, HistoryTrimmed, Trouble
from antiphon.core.persona import Persona, Takeover
from antiphon.core.tokens import total_tokens
from antiphon.core.tools import ToolPolicy
from antiphon.core.trimming import Window, oldest
from antiphon.errors import ConfigError

from .harness import Driver, a_call

LONG = "I would like to say something that has quite a few words in it, so that it adds up."


def turn(call: Driver, number: int, words: str = LONG) -> Driver:
    """The caller says something and is answered."""
    call.writes(f"{number}: {words}", call.now_ms + 100)
    return (
        call.audible(call.now_ms + 300).played(call.now_ms + 1_000, f"{number}: {words}").to(call.now_ms + 50)
    )


def requests(call: Driver) -> list[tuple[Message, ...]]:
    return [action.messages for action in call.of(do.StartDraft) if action.messages is not None]


def said(messages: tuple[Message, ...]) -> list[str]:
    """The numbers of the turns that are shown."""
    return [message.content.split(":")[0] for message in messages if message.role == "user"]


def turns(count: int, **settings: Any) -> Driver:
    settings = {"window": Window(max_tokens=200), "instructions": "You take orders.", **settings}
    call = a_call(**settings)
    for number in range(count):
        turn(call, number)
    return call


# --- how much ------------------------------------------------------------------------------------------


def test_nothing_is_left_out_unless_that_is_asked_for() -> None:
    call = turns(12, window=Window())
    assert said(requests(call)[-1]) == [str(number) for number in range(12)]


def test_a_history_that_is_too_long_is_cut_to_half_and_the_session_keeps_it_whole() -> None:
    call = turns(12)
    assert call.of(HistoryTrimmed)
    for trimmed in call.of(HistoryTrimmed):
        assert trimmed.before_tokens > 200
        assert trimmed.after_tokens <= 100
        assert not trimmed.summary
    shown = requests(call)[-1]
    assert total_tokens(shown[1:]) < 300
    assert said(shown)[-1] == "11"
    assert len(call.history) == 24


def test_requests_begin_alike_but_where_it_is_cut() -> None:
    call = turns(12)
    asked = requests(call)
    assert {messages[0] for messages in asked} == {Message("system", "You take orders.")}
    alike = [later[: len(before) - 1] == before[:-1] for before, later in zip(asked, asked[1:], strict=False)]
    assert alike.count(False) == len(call.of(HistoryTrimmed)), "a prompt cache holds between two cuts"


def test_the_last_exchange_stays_however_long_it_is() -> None:
    call = a_call(window=Window(max_tokens=50))
    turn(call, 0, LONG * 5)
    turn(call, 1, LONG * 5)
    call.writes("2: more", call.now_ms + 100)
    assert said(requests(call)[-1]) == ["1", "2"]


@given(
    st.lists(st.sampled_from(["user", "assistant", "tool", "system"]), max_size=12),
    st.integers(0, 200),
)
def test_it_is_cut_where_the_caller_begins(roles: list[Any], keep: int) -> None:
    messages = tuple(Message(role, LONG) for role in roles)
    count = oldest(messages, keep)
    assert 0 <= count <= len(messages)
    assert count == 0 or messages[count].role == "user"
    if count:
        assert "user" not in roles[count + 1 :] or total_tokens(messages[count:]) <= keep


def test_what_is_out_of_range_is_named() -> None:
    with pytest.raises(ConfigError, match=r"window\.max_tokens = -1"):
        Window(max_tokens=-1)
    with pytest.raises(ConfigError, match=r"window\.keep_tokens = 300: expected less than max_tokens = 200"):
        Window(max_tokens=200, keep_tokens=300)


# --- summed up -------------------------------------------------------------------------------------------


def summing(count: int = 6) -> Driver:
    """A call that has just asked for a summary."""
    call = a_call(window=Window(max_tokens=200), instructions="You take orders.", summarises=True)
    for number in range(count):
        turn(call, number)
        if call.of(do.Summarise):
            break
    return call


def test_the_summary_stands_where_the_old_words_stood() -> None:
    call = summing()
    (ask,) = call.of(do.Summarise)
    assert said(ask.messages)[0] == "0"
    assert call.of(HistoryTrimmed) == [], "until it is there, nothing is left out"
    call.feed(on.Summarised(ask.request_id, "A table for two."))
    (trimmed,) = call.of(HistoryTrimmed)
    assert trimmed.summary
    call.writes("7: and now", call.now_ms + 100)
    shown = requests(call)[-1]
    assert [message.content for message in shown[:2]] == [
        "You take orders.",
        "What was said before, in short: A table for two.",
    ]
    assert said(shown)[-1] == "7"


def test_the_next_one_is_made_of_it_too() -> None:
    call = summing()
    call.feed(on.Summarised(1, "A table for two."))
    for number in range(10, 16):
        turn(call, number)
    second = call.of(do.Summarise)[1]
    assert second.messages[0].content.endswith("A table for two.")


@pytest.mark.parametrize("fails", [True, False])
def test_one_that_fails_or_is_late_is_done_without(fails: bool) -> None:
    call = summing()
    if fails:
        call.feed(on.Summarised(1, None, "ValueError: broken"))
        assert [trouble.where for trouble in call.of(Trouble)] == ["summarise"]
    else:
        call.to(call.now_ms + 10_100)
    (trimmed,) = call.of(HistoryTrimmed)
    assert not trimmed.summary


def test_nothing_changes_under_a_draft() -> None:
    call = summing()
    begin = call.now_ms + 200
    call.says("and a taxi please", begin, begin + 900)
    call.feed(on.Summarised(1, "A table for two."))
    assert call.of(HistoryTrimmed) == []
    call.to(begin + 1_600).audible(begin + 1_700).played(begin + 2_500)
    assert len(call.of(HistoryTrimmed)) == 1
    assert call.of(DraftDiscarded) == []


def test_a_summary_for_an_agent_that_has_handed_over_is_not_shown_to_the_next() -> None:
    call = summing()
    call.feed(on.HandOverRequested(Takeover(Persona(1, "billing"), ())))
    call.feed(on.Summarised(1, "A table for two."))
    assert call.of(HistoryTrimmed) == []
    call.writes("9: hello", call.now_ms + 100)
    assert said(requests(call)[-1]) == ["9"]


def test_the_end_of_the_call_leaves_nothing_to_wait_for() -> None:
    call = summing()
    call.close()
    assert call.machine.next_deadline() is None
    call.feed(on.Summarised(1, "A table for two."))


# --- what changes under a draft ----------------------------------------------------------------------------


def test_a_draft_is_let_go_when_a_tool_of_the_turn_before_ends_under_it() -> None:

    call = a_call(tools=(ToolPolicy(ToolSpec("book", "Book.")),)).says("book a table", 1_000, 2_000).to(2_700)
    call.audible(2_800)
    call.feed(on.ToolsRequested(1, (ToolCall("x", "book", "{}"),), "One moment."))
    call.speaks(3_200).interim("no wait stop it", 3_900).pauses(4_000).final("no wait stop it", 4_200)
    assert call.states()[-1] == "running"
    draft = call.draft
    call.feed(on.ToolFinished(1, "booked"))
    assert draft.state == "cancelled"
    assert [notice.reason for notice in call.of(DraftDiscarded)][-1] == "what its model was shown has changed"
    assert call.draft is not draft, "it is drafted anew"
    assert any(message.content == "booked" for message in call.draft.messages)
