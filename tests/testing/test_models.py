"""Models for tests: one follows rules, one repeats."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from antiphon.core.messages import Message, ToolCall
from antiphon.errors import ConfigError, ProviderRequestError
from antiphon.providers.base import LLMEvent, LLMRequest, LLMUsage, TextDelta
from antiphon.runtime.clock import Clock
from antiphon.simulation.loop import run
from antiphon.testing import RecordedModel, ScriptedModel, wants
from antiphon.testing.models import PUZZLED_MS, in_real_time

MS = 1_000_000


def asked(*texts: str) -> LLMRequest:
    """What the caller said, then what tools have answered."""
    said, *results = texts
    tools = [Message("tool", result, tool_call_id=f"c{number}") for number, result in enumerate(results)]
    return LLMRequest((Message("system", "Be kind."), Message("user", said), *tools))


def answer(model: ScriptedModel | RecordedModel, request: LLMRequest) -> list[tuple[int, LLMEvent]]:
    async def main() -> list[tuple[int, LLMEvent]]:
        clock = Clock()
        return [(clock.now_ns() // MS, event) async for event in model.stream(request)]

    return run(main)


def text(events: list[tuple[int, LLMEvent]]) -> str:
    return "".join(event.text for _, event in events if isinstance(event, TextDelta))


# --- by rules -----------------------------------------------------------------------------------------


def test_the_first_rule_that_fits_is_followed_at_a_vendor_s_pace() -> None:
    model = ScriptedModel({"hello": "Good morning to you.", "hell": "No."})
    events = answer(model, asked("Hello there"))
    assert text(events) == "Good morning to you."
    assert [at_ms for at_ms, event in events if isinstance(event, TextDelta)] == [400, 416, 433, 450]
    assert isinstance(events[-1][1], LLMUsage)
    assert model.requests == [asked("Hello there")]


def test_a_rule_s_steps_follow_what_tools_have_answered() -> None:
    model = ScriptedModel({"table": [wants("book", guests=2), "Booked: {result}."], "thank": "Welcome."})
    ((at_ms, event),) = answer(model, asked("a table"))
    assert at_ms == 400
    assert event == ToolCall("call-1", "book", '{"guests": 2}')
    assert text(answer(model, asked("a table", "table 4"))) == "Booked: table 4."
    assert text(answer(model, asked("a table", "table 4", "table 5"))) == "Booked: table 5."


def test_a_wish_alone_is_granted_once() -> None:
    model = ScriptedModel({"table": wants("book")})
    assert [type(event) for _, event in answer(model, asked("a table"))] == [ToolCall]
    assert text(answer(model, asked("a table", "done"))) == ""


def test_a_function_may_answer() -> None:
    model = ScriptedModel({"count": lambda request: f"{len(request.messages)} messages"})
    assert text(answer(model, asked("count them"))) == "2 messages"


def test_what_no_rule_fits_is_answered_otherwise_or_fails_after_a_while() -> None:
    assert text(answer(ScriptedModel({}, otherwise="Pardon?"), asked("hm"))) == "Pardon?"

    async def main() -> int:
        with pytest.raises(ProviderRequestError, match="no rule for 'hm': add one, or otherwise=…"):
            async for _ in ScriptedModel({}).stream(asked("hm")):
                pass
        return Clock().now_ns() // MS

    assert run(main) == PUZZLED_MS


def test_a_pattern_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="rule '\\(' is no regular expression"):
        ScriptedModel({"(": "x"})


# --- recorded -----------------------------------------------------------------------------------------


class Real:
    """A model that takes real time."""

    name = "real/model"

    def __init__(self, error: ProviderRequestError | None = None) -> None:
        self.asked = 0
        self.closed = False
        self._error = error

    async def stream(self, request: LLMRequest) -> AsyncIterator[LLMEvent]:
        self.asked += 1
        if self._error is not None:
            raise self._error
        yield TextDelta("Yes, ")
        yield TextDelta(request.messages[-1].content)
        yield ToolCall("c1", "book", "{}")
        yield LLMUsage(12, 3)

    async def warm(self) -> None: ...

    async def aclose(self) -> None:
        self.closed = True


def test_what_a_real_model_answered_once_is_repeated_without_it(tmp_path: Path) -> None:
    file, real = tmp_path / "answers.jsonl", Real()
    first = answer(RecordedModel(file, real, record=True), asked("a table"))
    assert text(first) == "Yes, a table"
    again = RecordedModel(file)
    assert [event for _, event in answer(again, asked("a table"))] == [event for _, event in first]
    assert real.asked == 1
    assert json.loads(file.read_text(encoding="utf-8"))["said"] == "a table"


def test_what_was_not_recorded_is_not_asked_for(tmp_path: Path) -> None:
    real = Real()
    model = RecordedModel(tmp_path / "answers.jsonl", real)
    with pytest.raises(ProviderRequestError, match=r"no answer to 'a table' is recorded in .*answers\.jsonl"):
        answer(model, asked("a table"))
    assert real.asked == 0
    run(model.aclose)
    assert real.closed


def test_a_file_that_holds_something_else_is_named(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text('{"request": "1", "events": []}\nnonsense\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"answers\.jsonl:2: no recorded answer"):
        RecordedModel(file)


def test_a_real_model_s_error_is_one_here() -> None:
    with pytest.raises(ProviderRequestError, match="bad request"):
        in_real_time(Real(ProviderRequestError("real/model", "bad request")), asked("a table"))
