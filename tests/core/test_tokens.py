from __future__ import annotations

from antiphon.core.messages import Message, ToolCall
from antiphon.core.tokens import TOKENS_PER_MESSAGE, count_tokens, message_tokens, total_tokens


def test_tokens_are_estimated_from_characters() -> None:
    assert [count_tokens(text) for text in ("", "a", "four", "fives")] == [0, 1, 1, 2]


def test_a_message_costs_more_than_its_text() -> None:
    said = Message("user", "book a table")
    called = Message("assistant", "", tool_calls=(ToolCall("call_1", "book", '{"people":2}'),))
    assert message_tokens(said) == TOKENS_PER_MESSAGE + 3
    assert message_tokens(called) == TOKENS_PER_MESSAGE + 4
    assert total_tokens([said, called]) == 2 * TOKENS_PER_MESSAGE + 7
    assert total_tokens([]) == 0
