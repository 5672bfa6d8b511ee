from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextvars import ContextVar

from antiphon.config import Agent
from antiphon.core.actions import RunTool
from antiphon.core.events import Event, ToolFinished
from antiphon.core.persona import Persona, Takeover
from antiphon.handover import HandOver
from antiphon.runtime.clock import Clock
from antiphon.runtime.toolbox import MOST_THREADS, Toolbox
from antiphon.tools import ToolContext, tool

from .fakes import after, virtually

WHERE: ToolContext[None] = ToolContext(None)


@tool
async def add(left: int, right: int) -> int:
    """Add."""
    await after(10)
    return left + right


@tool
def divide(left: int, right: int) -> float:
    """Divide."""
    return left / right


async def taken_over(wish: HandOver) -> Takeover:
    return Takeover(Persona(1, wish.agent.name), say=wish.say)


def asked(name: str, arguments: str = "{}", run_id: int = 1) -> RunTool:
    return RunTool(run_id, 1, name, arguments, in_draft=False)


@virtually
async def test_a_tool_s_answer_is_reported() -> None:
    reports: list[Event] = []
    async with asyncio.TaskGroup() as group:
        box = Toolbox([add, divide], Clock(), reports.append, taken_over)
        box.run(asked("add", '{"left": 1, "right": 2}'), WHERE, group)
    assert reports == [ToolFinished(1, "3")]


@virtually
async def test_what_it_raises_is_reported_too() -> None:
    reports: list[Event] = []
    async with asyncio.TaskGroup() as group:
        box = Toolbox([add, divide], Clock(), reports.append, taken_over)
        box.run(asked("divide", '{"left": 1, "right": 0}', 1), WHERE, group)
        box.run(asked("add", '{"left": 1}', 2), WHERE, group)
    assert reports == [
        ToolFinished(1, "Error: ZeroDivisionError: division by zero", failed=True),
        ToolFinished(2, "Error: right: Field required", failed=True),
    ]


@virtually
async def test_a_tool_that_is_stopped_reports_nothing() -> None:
    reports: list[Event] = []
    async with asyncio.TaskGroup() as group:
        box = Toolbox([add], Clock(), reports.append, taken_over)
        box.run(asked("add", '{"left": 1, "right": 2}'), WHERE, group)
        await after(5)
        box.cancel(1)
        box.cancel(1)
        box.cancel(7)
    assert reports == []


# --- functions that are not async run beside the loop: real threads, no fixed times ---------------------


def blocking(body: Callable[[], object]) -> tuple[Toolbox, list[Event]]:
    """A toolbox of one function that is not async, made where a loop runs, and what it reports."""
    reports: list[Event] = []

    @tool
    def work() -> object:
        """Work."""
        return body()

    return Toolbox([work], Clock(), reports.append, taken_over), reports


async def test_the_loop_goes_on_while_a_function_blocks() -> None:
    released, where = threading.Event(), []

    def body() -> str:
        where.append(threading.current_thread())
        released.wait()
        return "woken by the loop"

    box, reports = blocking(body)
    async with asyncio.TaskGroup() as group:
        box.run(asked("work"), WHERE, group)
        await asyncio.sleep(0)
        released.set()
    assert reports == [ToolFinished(1, "woken by the loop")]
    assert where != [threading.main_thread()]
    assert where[0].daemon, "one that hangs does not keep the program"


async def test_what_a_thread_raises_is_reported() -> None:
    def body() -> None:
        raise OSError("no disk")

    box, reports = blocking(body)
    async with asyncio.TaskGroup() as group:
        box.run(asked("work"), WHERE, group)
    assert reports == [ToolFinished(1, "Error: OSError: no disk", failed=True)]


async def test_a_thread_that_is_not_waited_for_any_more_is_let_run() -> None:
    released, done = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def body() -> None:
        released.wait()
        loop.call_soon_threadsafe(done.set)

    box, reports = blocking(body)
    async with asyncio.TaskGroup() as group:
        box.run(asked("work"), WHERE, group)
        await asyncio.sleep(0)
        box.cancel(1)
    released.set()
    await done.wait()
    await asyncio.sleep(0)
    assert reports == []


async def test_there_are_only_so_many_threads() -> None:
    released = threading.Event()
    box, reports = blocking(lambda: released.wait())
    async with asyncio.TaskGroup() as group:
        for run_id in range(MOST_THREADS + 1):
            box.run(asked("work", run_id=run_id), WHERE, group)
            await asyncio.sleep(0)
        released.set()
    assert (
        ToolFinished(32, f"Error: RuntimeError: {MOST_THREADS} tools are running already", failed=True)
        in reports
    )
    assert len(reports) == MOST_THREADS + 1


async def test_a_thread_sees_the_context_variables_of_its_call() -> None:
    caller: ContextVar[str] = ContextVar("caller")
    caller.set("Ann")
    box, reports = blocking(lambda: caller.get())
    async with asyncio.TaskGroup() as group:
        box.run(asked("work"), WHERE, group)
    assert reports == [ToolFinished(1, "Ann")]


def test_a_thread_that_outlives_its_loop_is_silent() -> None:
    released = threading.Event()

    async def call() -> None:
        box, _ = blocking(released.wait)
        async with asyncio.TaskGroup() as group:
            box.run(asked("work"), WHERE, group)
            await asyncio.sleep(0)
            box.cancel(1)

    asyncio.run(call())
    threads = [thread for thread in threading.enumerate() if thread.name == "tool"]
    assert threads
    released.set()
    for thread in threads:
        thread.join()


@virtually
async def test_what_hands_the_call_over_is_told_with_the_agent_made_ready() -> None:
    @tool
    async def to_billing() -> HandOver:
        """Hand over to billing."""
        return HandOver(Agent(name="billing"), say="Billing here.")

    @tool(safe=True)
    async def too_soon() -> HandOver:
        """Hand over in a draft."""
        return HandOver(Agent(name="billing"))

    reports: list[Event] = []
    async with asyncio.TaskGroup() as group:
        box = Toolbox([to_billing], Clock(), reports.append, taken_over)
        box.run(asked("to_billing"), WHERE, group)
        box.adopt([too_soon])
        box.run(asked("too_soon", run_id=2), WHERE, group)
    takeover = Takeover(Persona(1, "billing"), say="Billing here.")
    assert reports[0] == ToolFinished(1, "The call was handed over to billing.", takeover=takeover)
    refused = reports[1]
    assert isinstance(refused, ToolFinished)
    assert (refused.failed, refused.takeover) == (True, None)
