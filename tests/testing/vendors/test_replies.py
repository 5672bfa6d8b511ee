"""Replies by style, text or function; begun ones are gone on from; prompts are counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.errors import ConfigError
from antiphon.testing.vendors.replies import (
    PromptCache,
    Reply,
    as_reply_maker,
    begun_text,
    last_user_text,
    make_reply,
    tokens_of,
)


def body(*messages: tuple[str, object]) -> dict[str, object]:
    return {"messages": [{"role": role, "content": content} for role, content in messages]}


ASKED = body(("system", "Be brief."), ("user", "soup"), ("assistant", "Yes."), ("user", "a table"))


def test_styles_answer_what_was_said_last() -> None:
    assert make_reply(as_reply_maker("echo"), ASKED).text == "You said: a table"
    assert make_reply(as_reply_maker("acknowledging"), ASKED).text == (
        "Sure, let me see to that. You asked for this: a table"
    )


def test_a_sentence_is_said_as_it_is_and_a_function_asked() -> None:
    assert make_reply(as_reply_maker("It is noon."), ASKED).text == "It is noon."
    assert make_reply(lambda asked: last_user_text(asked).upper(), ASKED).text == "A TABLE"
    assert make_reply(lambda _: Reply("x"), ASKED) == Reply("x")


def test_a_word_that_names_no_style_is_refused() -> None:
    with pytest.raises(ConfigError, match="no reply style 'ecco'; there are: acknowledging, echo"):
        as_reply_maker("ecco")


@pytest.mark.parametrize("note", [(), (("system", "go on"),)])
def test_a_begun_reply_is_gone_on_from(note: tuple[tuple[str, str], ...]) -> None:
    begun = body(("user", "a table"), ("assistant", "You said: "), *note)
    assert make_reply(as_reply_maker("echo"), begun).text == " a table"


def test_a_beginning_that_does_not_fit_is_begun_again() -> None:
    begun = body(("user", "a table"), ("assistant", "Well,"))
    assert make_reply(as_reply_maker("echo"), begun).text == "You said: a table"


def test_a_conversation_that_ends_with_the_caller_is_not_begun() -> None:
    assert begun_text(ASKED) == ""
    assert begun_text({}) == ""


def test_content_in_parts_is_read() -> None:
    asked = body(("user", [{"type": "text", "text": "a"}, {"type": "text", "text": "table"}]))
    assert last_user_text(asked) == "a table"
    assert last_user_text(body(("user", None))) == ""


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_tokens_make_up_the_text_but_for_space_at_its_end(text: str) -> None:
    assert "".join(tokens_of(text)) == text.rstrip()


def test_a_long_prompt_that_begins_as_the_last_one_is_cached() -> None:
    cache = PromptCache()
    long = "word " * 2_000
    first = cache.count(body(("system", long), ("user", "one")))
    second = cache.count(body(("system", long), ("user", "two")))
    other = cache.count(body(("system", "x" + long), ("user", "two")))
    assert first[0] > 2_400
    assert first[1] == 0
    assert second[1] == 2_432
    assert second[1] % 128 == 0
    assert other[1] == 0


def test_a_short_prompt_is_not_cached() -> None:
    cache = PromptCache()
    cache.count(ASKED)
    assert cache.count(ASKED)[1] == 0
