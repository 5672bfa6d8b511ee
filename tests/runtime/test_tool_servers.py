"""MCP servers as sources of tools, tried on a real one: as a program, and over HTTP."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from antiphon.config import Agent
from antiphon.core.messages import ToolCall
from antiphon.core.notices import Notice, ToolEnded, Trouble, TurnEnded
from antiphon.errors import ConfigError, MissingExtraError
from antiphon.runtime.providers import Providers
from antiphon.runtime.session import Session
from antiphon.runtime.tool_servers import ToolServers, tools_from
from antiphon.tool_servers import ToolServer
from antiphon.tools import Tool, ToolContext, ToolError

from .fakes import FakeLLM, FakeSTT, FakeTTS, FakeVAD
from .mcp_server import server as kitchen

PROGRAM = (sys.executable, str(Path(__file__).with_name("mcp_server.py")))
WHERE: ToolContext[None] = ToolContext(None)


@asynccontextmanager
async def over_http() -> AsyncIterator[str]:
    """The same server, listening."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        config = uvicorn.Config(
            kitchen.streamable_http_app(), log_level="critical", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve(sockets=[listening]))
            while not server.started:
                await asyncio.sleep(0)
            try:
                yield f"http://127.0.0.1:{port}/mcp"
            finally:
                server.should_exit = True


async def call(tools: tuple[Tool, ...], name: str, arguments: str = "{}") -> object:
    (tool,) = [each for each in tools if each.name == name]
    return await tool.bind(arguments, WHERE)()


# --- a server's tools -----------------------------------------------------------------------------------


async def the_tools_of(server: ToolServer) -> None:
    async with tools_from(server) as tools:
        named = {tool.name: tool for tool in tools}
        assert "menu_of-day" in named, "vendors take no dot"
        tables = named["free_tables"].policy
        assert tables.spec.description == "How many tables are free."
        assert tables.spec.parameters["properties"]["people"]["default"] == 2
        assert tables.safe
        assert not named["book"].policy.safe
        assert await call(tools, "free_tables", '{"day": "Monday"}') == "10 on Monday"
        assert "leek" in str(await call(tools, "menu_of-day"))
        with pytest.raises(ToolError, match="no table on Monday"):
            await call(tools, "book", '{"day": "Monday"}')


def test_a_program_s_tools_are_described_and_run() -> None:
    asyncio.run(the_tools_of(ToolServer(command=PROGRAM, safe=("free_tables",))))


def test_so_are_those_of_an_address() -> None:
    async def main() -> None:
        async with over_http() as url:
            await the_tools_of(ToolServer(url=url, safe=("free_tables",), headers={"X-Caller": "test"}))

    asyncio.run(main())


def test_some_are_used_under_another_name_and_the_program_is_given_its_variables() -> None:
    async def main() -> None:
        server = ToolServer(
            command=PROGRAM, only=("whose",), prefix="kitchen_", env={"KITCHEN_OWNER": "Ada's"}
        )
        async with tools_from(server) as tools:
            assert [tool.name for tool in tools] == ["kitchen_whose"]
            assert await call(tools, "kitchen_whose") == "Ada's"

    asyncio.run(main())


def test_a_tool_that_hangs_is_stopped() -> None:
    async def main() -> None:
        async with tools_from(ToolServer(command=PROGRAM)) as tools:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await call(tools, "hang")
            assert await call(tools, "whose") == "nobody's", "the connection goes on"

    asyncio.run(main())


@pytest.mark.parametrize("setting", ["only", "safe"])
def test_a_tool_that_is_not_there_is_named_with_those_that_are(setting: str) -> None:
    async def main() -> None:
        async with tools_from(ToolServer(command=PROGRAM, **{setting: ("boook",)})):  # type: ignore[arg-type]
            pass

    with pytest.raises(ConfigError, match=f"{setting}: .* has no tool 'boook'; there are: free_tables, book"):
        asyncio.run(main())


def test_without_the_extra_the_mend_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)

    async def main() -> None:
        async with tools_from(ToolServer(command=PROGRAM)):
            pass

    with pytest.raises(MissingExtraError, match=r"pip install 'antiphon\[mcp\]'"):
        asyncio.run(main())


# --- for a call -------------------------------------------------------------------------------------------


async def in_a_group(server: ToolServer) -> tuple[tuple[Tool, ...], list[str]]:
    troubles: list[str] = []
    async with asyncio.TaskGroup() as group:
        servers = ToolServers(group, troubles.append)
        tools = await servers.tools(server)
        servers.close()
    return tools, troubles


@pytest.mark.parametrize(
    "server",
    [
        ToolServer(url="http://127.0.0.1:9/mcp"),
        ToolServer(command=("no-such-program-anywhere",)),
        ToolServer(command=(sys.executable, "-c", "import time; time.sleep(60)"), connect_timeout_s=0.2),
    ],
    ids=["nobody listens", "no program", "no answer"],
)
def test_one_that_can_not_be_reached_is_reported_in_one_line_and_has_no_tools(server: ToolServer) -> None:
    tools, troubles = asyncio.run(in_a_group(server))
    assert tools == ()
    (trouble,) = troubles
    assert trouble.startswith(server.name)
    assert "\n" not in trouble


def held(llm: FakeLLM, server: ToolServer, wait: Callable[[list[Notice]], bool]) -> list[Notice]:
    """A call in which the caller writes, until something has happened."""
    notices: list[Notice] = []

    async def main() -> None:
        agent = Agent(llm=llm, tool_servers=(server,), apology="")
        providers = Providers(FakeSTT(), llm, FakeTTS(ms_per_character=1), FakeVAD())
        session = Session(agent, providers=providers)
        session.observe(notices.append, at_once=True)
        async with asyncio.timeout(20), session:
            session.send_text("book a table")

            async def nobody() -> AsyncIterator[Any]:
                while not wait(notices):
                    await asyncio.sleep(0.01)
                return
                yield

            async for _ in session.process(nobody()):
                pass

    asyncio.run(main())
    return notices


def test_a_model_is_offered_them_in_a_call_and_told_of_their_results() -> None:
    llm = FakeLLM(
        [1, ToolCall("x", "free_tables", '{"day": "Monday"}'), ToolCall("y", "book", '{"day": "Monday"}')],
        [1, "Ten."],
    )
    server = ToolServer(command=PROGRAM)
    notices = held(llm, server, lambda told: any(isinstance(each, TurnEnded) for each in told))
    assert {"free_tables", "book"} <= {spec.name for spec in llm.requests[0].tools}
    results = [message.content for message in llm.requests[1].messages if message.role == "tool"]
    assert results[0] == "10 on Monday"
    assert results[1].startswith("Error: ")
    assert "no table on Monday" in results[1]
    assert [each for each in notices if isinstance(each, Trouble)] == []


def test_a_server_that_goes_away_ends_no_call() -> None:
    llm = FakeLLM([1, ToolCall("x", "leave", "{}")], [1, "That did not work."])
    server = ToolServer(command=PROGRAM, timeout_s=2)
    notices = held(llm, server, lambda told: any(isinstance(each, TurnEnded) for each in told))
    (ended,) = [each for each in notices if isinstance(each, ToolEnded)]
    assert ended.content.startswith("Error")
    (record,) = [each.record for each in notices if isinstance(each, TurnEnded)]
    assert record.reply == "That did not work."
