"""Runs the tools the core asks for, and tells it what came of them. A tool can't break a call."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from contextvars import copy_context
from typing import Any

from antiphon.core.actions import RunTool
from antiphon.core.events import Event, ToolFinished
from antiphon.core.persona import Takeover
from antiphon.handover import HandOver
from antiphon.runtime.clock import Clock
from antiphon.tools import Tool, ToolContext, ToolError, result_text

HANDED_OVER = "The call was handed over to {name}."
SAFE_HAND_OVER = "Error: a tool that hands the call over must not be marked safe."
MOST_THREADS = 32  # of functions that are not async; a thread can't be stopped, only be left alone


class Toolbox:
    """An agent's tools, and those that run.

    Args:
        tools: The agent's.
        clock: The session's.
        report: Told of what they answer.
        take_over: Makes an agent ready that one of them hands the call over to.
    """

    def __init__(
        self,
        tools: Iterable[Tool],
        clock: Clock,
        report: Callable[[Event], None],
        take_over: Callable[[HandOver], Awaitable[Takeover]],
    ) -> None:
        self._take_over = take_over
        self._tools = {tool.name: tool for tool in tools}
        self._clock = clock
        self._report = report
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._threads = 0

    def adopt(self, tools: Iterable[Tool]) -> None:
        """Another agent answers: these are its tools. What runs goes on."""
        self._tools = {tool.name: tool for tool in tools}

    def run(self, request: RunTool, context: ToolContext[Any], group: asyncio.TaskGroup) -> None:
        """Run a tool in a task of the group."""
        tool = self._tools[request.name]
        task = group.create_task(self._run(tool, request, context), name=f"tool {request.name}")
        self._tasks[request.run_id] = task
        task.add_done_callback(lambda _: self._tasks.pop(request.run_id, None))

    def cancel(self, run_id: int) -> None:
        """Have a tool stop. A function in a thread runs on; nobody hears of it any more."""
        task = self._tasks.pop(run_id, None)
        if task is not None:
            task.cancel()

    async def _run(self, tool: Tool, request: RunTool, context: ToolContext[Any]) -> None:
        try:
            call = tool.bind(request.arguments, context)
            value = await call() if tool.is_async else await self._off_the_loop(call)
            if isinstance(value, HandOver):
                finished = await self._hand_over(tool, request.run_id, value)
            else:
                finished = ToolFinished(request.run_id, result_text(value))
        except ToolError as error:
            finished = ToolFinished(request.run_id, f"Error: {error}", failed=True)
        except Exception as error:  # noqa: BLE001 - the boundary to anyone's code: the model is told
            finished = ToolFinished(request.run_id, f"Error: {type(error).__name__}: {error}", failed=True)
        self._report(finished)

    async def _hand_over(self, tool: Tool, run_id: int, wish: HandOver) -> ToolFinished:
        if tool.policy.safe:  # it may run in a draft, which leaves no trace
            return ToolFinished(run_id, SAFE_HAND_OVER, failed=True)
        told = HANDED_OVER.format(name=wish.agent.name)
        return ToolFinished(run_id, told, takeover=await self._take_over(wish))

    async def _off_the_loop(self, call: Callable[[], Any]) -> Any:
        """A function that is not async, in a thread of its own: one that hangs holds up nothing."""
        if self._clock.is_virtual:  # no time passes while it runs
            return call()
        if self._threads >= MOST_THREADS:
            raise RuntimeError(f"{MOST_THREADS} tools are running already")
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[Any] = loop.create_future()
        context = copy_context()

        def settle(settle_with: Callable[[Any], None], value: Any) -> None:
            self._threads -= 1
            if not outcome.done():
                settle_with(value)

        def work() -> None:
            try:
                told = (outcome.set_result, context.run(call))
            except Exception as error:  # noqa: BLE001 - raised again where it is awaited
                told = (outcome.set_exception, error)
            with suppress(RuntimeError):  # the call, and its loop, are over
                loop.call_soon_threadsafe(settle, *told)

        self._threads += 1
        threading.Thread(target=work, name="tool", daemon=True).start()
        return await outcome
