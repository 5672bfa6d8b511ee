"""What tools must never do, by what they saw themselves: invariant 6, and their part of 5."""

from __future__ import annotations

import json

from antiphon.simulation.evidence import Evidence, Found
from antiphon.simulation.vendor_log import ModelCall, ToolRun

_OURS = ("Error: no answer within", "Stopped: the caller", "(not finished yet)", "Error: too many calls")


def tools_run_after_commit(evidence: Evidence) -> Found:
    """6. A tool with side effects never runs before commit, and at most once per turn.

    A turn is told by the model's request: how much of the conversation stood before it.
    """
    ran: set[tuple[int, str, str]] = set()
    for run in evidence.result.log.tool_runs:
        if run.safe:
            continue
        asked = [call for call in evidence.result.log.model_calls if _asked_for(call, run)]
        committed = [call for call in asked if _committed_ns(evidence, call) <= run.at_ns]
        if not asked:
            yield run.at_ns, f"tool {run.name!r} ran and no model had asked for it"
            continue
        if not committed:
            yield run.at_ns, f"tool {run.name!r} ran for k{asked[-1].call_id}, which was not committed"
            continue
        turn = sum(message.role == "user" for message in committed[-1].messages)
        key = (turn, run.name, run.arguments)
        if key in ran:
            yield run.at_ns, f"tool {run.name!r} ran twice in a turn"
        ran.add(key)


def history_tells_what_tools_did(evidence: Evidence) -> Found:
    """5, of tools. The history (the session's account) tells of each that changed something, and truly."""
    result = evidence.result
    told: dict[str, int] = {}
    asked: list[tuple[str, str]] = []
    for message in result.history:
        asked += [(call.name, _plain(call.arguments)) for call in message.tool_calls]
        if message.role == "tool":
            told[message.content] = told.get(message.content, 0) + 1
    results = {run.result for run in result.log.tool_runs if run.result is not None}
    for content in told:
        if content not in results and not content.startswith(_OURS):
            yield result.ended_ns, f"told to the model, and no tool answered so: {content!r}"
    for run in result.log.tool_runs:
        known = (run.name, run.arguments) in asked
        if not run.safe and not known and run.at_ns < evidence.over_ns and not result.app_closed:
            yield run.at_ns, f"tool {run.name!r} ran, and the history does not tell of it"


def _asked_for(call: ModelCall, run: ToolRun) -> bool:
    wishes = {(wish.name, _plain(wish.arguments)) for wish in call.tool_calls}
    return call.at_ns <= run.at_ns and (run.name, run.arguments) in wishes


def _committed_ns(evidence: Evidence, call: ModelCall) -> int:
    return evidence.committed_ns(call)


def _plain(arguments: str) -> str:
    return json.dumps(json.loads(arguments))
