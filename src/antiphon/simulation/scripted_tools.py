"""Tools of a simulated agent, which write down what they really saw, and the model's wish to use them."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from random import Random

from antiphon.core.messages import Message, ToolCall
from antiphon.core.times import NS_PER_MS
from antiphon.core.tools import ToolUse
from antiphon.runtime.clock import Clock
from antiphon.simulation.chance import chance
from antiphon.simulation.faults import Fault, FaultsAt, Kind, Where
from antiphon.simulation.obedience import Obedience
from antiphon.simulation.profile import LogNormal
from antiphon.simulation.vendor_log import ToolRun, VendorLog, said_last
from antiphon.tools import Tool, tool

PROGRESS = "one moment please."
TOOL_USE = ToolUse(progress=PROGRESS, progress_after_ms=700)
TAKES_MS = LogNormal(250, 0.8)
TIMEOUT_S = 4.0
SHARE = 0.6  # of requests in which the model asks for tools
AGAIN = 0.2  # ... and once it has been told, for more
SAYS_FIRST = 0.3  # ... and says something before it does
_NAMES = ("look", "watch", "book", "pay")
SAFE = frozenset({"look", "watch"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What a model asks for.

    Attributes:
        calls: Which tools.
        says_first: Whether it writes something before.
    """

    calls: tuple[ToolCall, ...] = ()
    says_first: bool = False


def wish(messages: tuple[Message, ...], call_id: int, seed: str) -> Wish:
    """Which tools the model asks for, if any: of what was said alone, so that two drafts ask alike.

    Args:
        messages: What it was shown.
        call_id: Which request it is, for the names of the calls.
        seed: The call's.
    """
    said = said_last(messages)
    rounds = sum(1 for message in _since_user(messages) if message.tool_calls)
    random = chance(f"tools {rounds}", f"{seed} {said[-12:]}")
    if rounds > 2 or random.random() >= (AGAIN if rounds else SHARE):
        return Wish()
    names = random.choices(_NAMES, k=random.choice((1, 1, 2)))
    about = said.split()[-1] if said.split() else ""
    calls = tuple(
        ToolCall(f"c{call_id}-{number}", name, json.dumps({"about": about}))
        for number, name in enumerate(names)
    )
    return Wish(calls, not rounds and random.random() < SAYS_FIRST)


def _since_user(messages: tuple[Message, ...]) -> list[Message]:
    last = max(index for index, message in enumerate(messages) if message.role == "user")
    return list(messages[last:])


class ScriptedTools:
    """Two tools that are safe and two that are not, one of each stopped by a barge-in."""

    def __init__(self, random: Random, clock: Clock, log: VendorLog, faults: FaultsAt | None = None) -> None:
        self._random, self._clock, self._log = random, clock, log
        self._faults = faults or FaultsAt((), Where.TOOL)

    def tools(self) -> tuple[Tool, ...]:
        """They, as an agent is given them."""

        @tool(safe=True, timeout_s=TIMEOUT_S)
        async def look(about: str) -> str:
            """Look something up."""
            return await self._run("look", about)

        @tool(safe=True, timeout_s=TIMEOUT_S, on_barge_in="finish")
        async def watch(about: str) -> str:
            """Watch something."""
            return await self._run("watch", about)

        @tool(timeout_s=TIMEOUT_S)
        async def book(about: str) -> str:
            """Book something."""
            return await self._run("book", about)

        @tool(timeout_s=TIMEOUT_S, on_barge_in="cancel")
        async def pay(about: str) -> str:
            """Pay for something."""
            return await self._run("pay", about)

        return (look, watch, book, pay)

    async def _run(self, name: str, about: str) -> str:
        log, clock = self._log, self._clock
        number = len(log.tool_runs)
        run = ToolRun(name, json.dumps({"about": about}), name in SAFE, clock.now_ns())
        log.tool_runs.append(run)
        fault = self._faults.find(number, Kind.STALL, Kind.SLOW, Kind.ERROR)
        obedience = Obedience(clock, self._faults.find(number, Kind.IGNORE_CANCEL))
        try:
            await obedience.sleep_until(clock.now_ns() + self._takes_ns(fault))
            if fault is not None and fault.kind is Kind.ERROR:
                run.result = "Error: RuntimeError: the tool is broken"
                raise RuntimeError("the tool is broken")
            run.result = f"{name} of {about} is t{number}"
        except asyncio.CancelledError:
            run.stopped = True
            raise
        finally:
            run.ended_ns = clock.now_ns()
            await obedience.close()
        return run.result

    def _takes_ns(self, fault: Fault | None) -> int:
        takes_ms = TAKES_MS.draw(self._random)
        if fault is not None and fault.kind is not Kind.ERROR:
            takes_ms += fault.ms
        return round(takes_ms * NS_PER_MS)
