from __future__ import annotations

from dataclasses import replace

from antiphon.core.messages import Message, ToolCall
from antiphon.core.notices import DraftCommitted, DraftStarted
from antiphon.simulation.call import CallResult
from antiphon.simulation.evidence import Evidence
from antiphon.simulation.tool_checks import history_tells_what_tools_did, tools_run_after_commit
from antiphon.simulation.vendor_log import ModelCall, ToolRun

from .calls import MS, empty_result

SAID = Message("user", "a table for two")
ARGUMENTS = '{"about": "two"}'


def asked(*names: str, committed_ms: int = 1_500) -> CallResult:
    """A draft, begun at 1,000 ms, whose model asks for tools; committed later."""
    result = empty_result()
    calls = tuple(ToolCall("x", name, '{"about":"two"}') for name in names)
    result.log.model_calls.append(ModelCall(0, 1_000 * MS, (SAID,), "", tool_calls=calls))
    result.notices += [
        DraftStarted(1, 1, 1_000 * MS, SAID.content, "final", speculative=True),
        DraftCommitted(1, 1, 1, committed_ms * MS, "same"),
    ]
    result.ended_ns = 60_000 * MS
    return result


def ran(name: str, at_ms: int, result: str | None = "done", *, safe: bool = False) -> ToolRun:
    return ToolRun(name, ARGUMENTS, safe, at_ms * MS, result)


def breaches(result: CallResult) -> list[str]:
    return [message for _, message in tools_run_after_commit(Evidence(result))]


def untold(result: CallResult) -> list[str]:
    return [message for _, message in history_tells_what_tools_did(Evidence(result))]


def test_a_tool_with_side_effects_runs_after_commit_and_once() -> None:
    result = asked("book", "look")
    result.log.tool_runs += [ran("look", 1_200, safe=True), ran("book", 1_500)]
    assert breaches(result) == []


def test_before_the_commit_it_is_a_breach() -> None:
    result = asked("book")
    result.log.tool_runs.append(ran("book", 1_499))
    assert breaches(result) == ["tool 'book' ran for k0, which was not committed"]


def test_so_it_is_twice_in_a_turn() -> None:
    result = asked("book")
    result.log.tool_runs += [ran("book", 1_500), ran("book", 1_600)]
    assert breaches(result) == ["tool 'book' ran twice in a turn"]


def test_and_once_for_a_draft_that_was_never_committed_or_that_nobody_asked_for() -> None:
    result = asked("book")
    del result.notices[1]
    result.log.tool_runs += [ran("book", 9_000), ran("pay", 9_000)]
    assert breaches(result) == [
        "tool 'book' ran for k0, which was not committed",
        "tool 'pay' ran and no model had asked for it",
    ]


def test_the_next_turn_is_another_one() -> None:
    result = asked("book")
    (first,) = result.log.model_calls
    again = (SAID, Message("assistant", "k0 done"), SAID)
    result.log.model_calls.append(replace(first, call_id=1, at_ns=5_000 * MS, messages=again))
    result.notices += [
        DraftStarted(2, 2, 5_000 * MS, SAID.content, "final", speculative=False),
        DraftCommitted(2, 2, 2, 5_000 * MS, "made for the final"),
    ]
    result.log.tool_runs += [ran("book", 1_500), ran("book", 5_100)]
    assert breaches(result) == []


def test_a_request_after_the_results_is_of_the_same_reply() -> None:
    result = asked("book")
    (first,) = result.log.model_calls
    told = (SAID, Message("assistant", "", tool_calls=first.tool_calls), Message("tool", "done"))
    wish = (ToolCall("y", "pay", ARGUMENTS),)
    result.log.model_calls.append(ModelCall(1, 1_700 * MS, told, "", tool_calls=wish, continues=first))
    result.log.tool_runs += [ran("book", 1_500), ran("pay", 1_800)]
    assert breaches(result) == []


def test_the_history_tells_of_what_was_done() -> None:
    result = asked("book")
    result.log.tool_runs.append(ran("book", 1_500))
    assert untold(result) == ["tool 'book' ran, and the history does not tell of it"]
    wish = ToolCall("call_1", "book", ARGUMENTS)
    result.history = (SAID, Message("assistant", "", tool_calls=(wish,)), Message("tool", "done"))
    assert untold(result) == []


def test_what_no_tool_answered_is_not_told() -> None:
    result = asked("book")
    wish = ToolCall("call_1", "book", ARGUMENTS)
    result.log.tool_runs.append(ran("book", 1_500))
    for content in ("Error: no answer within 4 s.", "Stopped: the caller interrupted.", "(not finished yet)"):
        result.history = (SAID, Message("assistant", "", tool_calls=(wish,)), Message("tool", content))
        assert untold(result) == []
    result.history = (SAID, Message("assistant", "", tool_calls=(wish,)), Message("tool", "all went well"))
    assert untold(result) == ["told to the model, and no tool answered so: 'all went well'"]
