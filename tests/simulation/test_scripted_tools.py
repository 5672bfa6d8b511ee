from __future__ import annotations

import asyncio

from antiphon.core.messages import Message, ToolCall
from antiphon.runtime.clock import Clock
from antiphon.simulation.chance import chance
from antiphon.simulation.faults import Fault, FaultsAt, Kind, Stage, Where
from antiphon.simulation.loop import run
from antiphon.simulation.scripted_tools import SAFE, TIMEOUT_S, ScriptedTools, wish
from antiphon.simulation.vendor_log import ToolRun, VendorLog
from antiphon.tools import ToolContext

SEEDS = [f"seed {number}" for number in range(200)]


def said(text: str, rounds: int = 0) -> tuple[Message, ...]:
    told = (Message("assistant", "", tool_calls=(ToolCall("c", "look", "{}"),)), Message("tool", "found"))
    return (Message("user", text), *told * rounds)


def test_a_model_asks_alike_for_what_was_said_alike() -> None:
    for seed in SEEDS:
        first, second = wish(said("a table for two"), 1, seed), wish(said("a table for two"), 2, seed)
        assert [(call.name, call.arguments) for call in first.calls] == [
            (call.name, call.arguments) for call in second.calls
        ]
        assert first.says_first == second.says_first


def test_it_asks_for_any_tool_alone_or_with_another_and_often_for_none() -> None:
    wishes = [wish(said("a table for two"), 1, seed) for seed in SEEDS]
    assert {call.name for each in wishes for call in each.calls} == {"look", "watch", "book", "pay"}
    assert {len(each.calls) for each in wishes} == {0, 1, 2}
    assert {each.says_first for each in wishes} == {True, False}


def test_it_comes_to_an_end() -> None:
    assert all(wish(said("a table for two", rounds=3), 1, seed).calls == () for seed in SEEDS)
    assert any(wish(said("a table for two", rounds=1), 1, seed).calls for seed in SEEDS)


def runs(fault: Fault | None = None, stop_after_s: float | None = None) -> list[ToolRun]:
    """One run of a tool, alone."""
    log = VendorLog()

    async def call() -> None:
        faults = FaultsAt([fault] if fault is not None else (), Where.TOOL)
        tools = ScriptedTools(chance("tools", "test"), Clock(), log, faults).tools()
        assert {tool.name for tool in tools if tool.policy.safe} == SAFE
        (book,) = (tool for tool in tools if tool.name == "book")
        bound = book.bind('{"about": "two"}', ToolContext(None))
        try:
            async with asyncio.timeout(stop_after_s):
                await bound()
        except (TimeoutError, RuntimeError):
            pass

    run(call)
    return log.tool_runs


def test_a_tool_writes_down_what_it_saw() -> None:
    (only,) = runs()
    assert (only.name, only.arguments, only.safe) == ("book", '{"about": "two"}', False)
    assert (only.result, only.stopped) == ("book of two is t0", False)
    assert only.ended_ns is not None
    assert only.ended_ns > only.at_ns == 0


def test_a_tool_may_fail_hang_and_be_stopped() -> None:
    (broken,) = runs(Fault(Where.TOOL, Kind.ERROR))
    assert broken.result == "Error: RuntimeError: the tool is broken"
    (stopped,) = runs(Fault(Where.TOOL, Kind.STALL, ms=20_000), stop_after_s=TIMEOUT_S)
    assert stopped.stopped
    assert stopped.result is None
    (deaf,) = runs(Fault(Where.TOOL, Kind.IGNORE_CANCEL, stage=Stage.START, ms=700), stop_after_s=0.01)
    assert deaf.stopped or deaf.result is not None
