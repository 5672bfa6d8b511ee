import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.messages import Message
from antiphon.errors import ConfigError
from antiphon.providers.base import LLMEvent, LLMRequest, LLMUsage, ProviderContext, TextDelta
from antiphon.providers.llm.handbook import HandbookLLM, continuation, create

HANDBOOK = """# Inn

## Breakfast

- When is breakfast?

Of course, breakfast is from seven to nine. Tea is free.
"""
ANSWER = "Of course, breakfast is from seven to nine. Tea is free."
QUESTION = (Message("system", "Be kind."), Message("user", "When is breakfast?"))


async def events(llm: HandbookLLM, request: LLMRequest) -> list[LLMEvent]:
    return [event async for event in llm.stream(request)]


def text(events: list[LLMEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


async def test_the_answer_comes_word_by_word_then_what_it_cost() -> None:
    got = await events(HandbookLLM(HANDBOOK), LLMRequest(QUESTION))
    assert text(got) == ANSWER
    assert got[:2] == [TextDelta("Of"), TextDelta(" course,")]
    assert got[-1] == LLMUsage(input_tokens=5, output_tokens=11)


async def test_no_more_is_written_than_was_asked_for() -> None:
    got = await events(HandbookLLM(HANDBOOK), LLMRequest(QUESTION, max_output_tokens=3))
    assert text(got) == "Of course, breakfast"


async def test_a_reply_that_was_begun_is_gone_on_from() -> None:
    got = await events(HandbookLLM(HANDBOOK), LLMRequest(QUESTION, begun="Of course, breakfast"))
    assert text(got) == " is from seven to nine. Tea is free."


@pytest.mark.parametrize(
    ("begun", "rest"),
    [
        ("", ANSWER),
        ("Of course,", " breakfast is from seven to nine. Tea is free."),
        ("of course — ", "breakfast is from seven to nine. Tea is free."),
        ("Sure,", " breakfast is from seven to nine. Tea is free."),
        ("Let me see. Of course, breakfast is", " from seven to nine. Tea is free."),
        (ANSWER, ""),
    ],
)
def test_what_was_said_is_not_said_again(begun: str, rest: str) -> None:
    assert continuation(ANSWER, begun) == rest


def test_a_reply_that_is_but_an_acknowledgement_is_said() -> None:
    assert continuation("Of course.", "Hm,") == " Of course."


@given(st.text(), st.text())
def test_any_beginning_can_be_gone_on_from(reply: str, begun: str) -> None:
    rest = continuation(reply, begun)
    assert set(rest.split()) <= set(reply.split())


async def test_it_can_be_as_slow_as_a_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    delays: list[float] = []

    async def sleep(delay: float) -> None:
        delays.append(delay)

    monkeypatch.setattr("antiphon.providers.llm.handbook.asyncio.sleep", sleep)
    llm = create("", {"first_token_ms": 400, "tokens_per_s": 50}, ProviderContext(handbook=HANDBOOK))
    assert isinstance(llm, HandbookLLM)
    assert text(await events(llm, LLMRequest(QUESTION))) == ANSWER
    assert delays == [0.4, *[1 / 50] * 10]


async def test_a_slow_reply_can_be_cancelled() -> None:
    llm = HandbookLLM(HANDBOOK, tokens_per_s=0.001)
    stream = cast("AsyncGenerator[LLMEvent]", llm.stream(LLMRequest(QUESTION)))
    assert await anext(stream) == TextDelta("Of")
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(anext(stream))
        await asyncio.sleep(0)
        waiting.cancel()
    assert waiting.cancelled()


async def test_it_needs_no_warming_and_no_closing() -> None:
    llm = HandbookLLM(HANDBOOK)
    await llm.warm()
    await llm.aclose()


def test_a_file_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "inn.md").write_text(HANDBOOK)
    assert create("", {"path": str(tmp_path / "inn.md")}, ProviderContext()).name == "handbook"


@pytest.mark.parametrize(
    ("model", "options", "handbook", "message"),
    [
        ("", {}, None, "there is no handbook to answer from: set the agent's `handbook`"),
        ("", {"path": "no/such.md"}, None, "path = 'no/such.md' can't be read"),
        ("", {}, "# Title alone\n", "there is nothing in it"),
        ("", {"speed": 1}, HANDBOOK, "unknown option 'speed'"),
        ("", {"tokens_per_s": -1}, HANDBOOK, "tokens_per_s"),
        ("large", {}, HANDBOOK, 'there is but one handbook model: write "handbook"'),
    ],
)
def test_settings_are_checked(
    model: str, options: dict[str, object], handbook: str | None, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        create(model, options, ProviderContext(handbook=handbook))
