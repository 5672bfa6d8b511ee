from __future__ import annotations

import pytest

from antiphon.core.history import History
from antiphon.core.messages import Message


def told(history: History) -> list[tuple[str, str]]:
    return [(message.role, message.content) for message in history.messages]


@pytest.fixture
def history() -> History:
    """One exchange, and the caller's next words."""
    history = History("Be kind.")
    history.add_caller("hello")
    history.add_agent("Hello.", interrupted=False)
    history.add_caller("a table for two")
    return history


def test_a_request_shows_instructions_then_what_was_said_then_what_is_to_be_answered(
    history: History,
) -> None:
    assert [message.role for message in history.request("thanks")] == [
        *("system", "user", "assistant", "user"),
        "user",
    ]
    assert history.request("thanks")[-1] == Message("user", "thanks")
    assert told(history)[-1] == ("user", "a table for two"), "asking leaves no trace"


def test_without_instructions_there_is_no_system_message() -> None:
    assert History("").request("hello") == (Message("user", "hello"),)


def test_it_may_go_on_from_what_was_said_earlier() -> None:
    earlier = (Message("user", "hello"), Message("assistant", "Hello."))
    history = History("Be kind.", earlier)
    history.add_caller("a table for two")
    history.amend_caller("a table for ten")
    assert [message.content for message in history.request("thanks")] == [
        *("Be kind.", "hello", "Hello."),
        *("a table for ten", "thanks"),
    ]


def test_a_reply_of_which_nothing_was_heard_leaves_no_trace(history: History) -> None:
    history.add_agent("", interrupted=True)
    assert told(history)[-1] == ("user", "a table for two")


def test_an_interrupted_reply_says_so(history: History) -> None:
    history.add_agent("Of cour", interrupted=True)
    assert history.messages[-1] == Message("assistant", "Of cour", interrupted=True)


def test_the_callers_last_words_can_be_amended_behind_the_reply(history: History) -> None:
    history.add_agent("Of course.", interrupted=False)
    history.amend_caller("a table for ten")
    assert told(history)[2:] == [("user", "a table for ten"), ("assistant", "Of course.")]


def test_the_callers_last_words_can_be_withdrawn(history: History) -> None:
    history.withdraw_caller()
    assert told(history) == [("user", "hello"), ("assistant", "Hello.")]


def test_what_was_given_out_does_not_change_later(history: History) -> None:
    before = history.messages
    history.add_agent("Of course.", interrupted=False)
    assert len(before) == 3
