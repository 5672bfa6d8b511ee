"""Connections to MCP servers: their tools become tools of the agent's.

Each connection lives in a task of its own, from the first word to the last. A server that can't be reached,
or goes away, ends no call: it is reported, and a tool of it that is asked for tells the model so.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

from antiphon.core.messages import ToolSpec
from antiphon.core.tools import OnBargeIn, ToolPolicy
from antiphon.errors import ConfigError, MissingExtraError, UserError
from antiphon.tool_servers import ToolServer
from antiphon.tools import Tool, ToolError

if TYPE_CHECKING:
    from mcp import Client
    from mcp.types import CallToolResult
    from mcp.types import Tool as Described

MOST_PAGES = 100  # of a server's list of tools
MOST_NAME = 64  # characters: vendors take no more
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_-]")


class ToolServers:
    """The servers of a call.

    Args:
        group: For the tasks that the connections live in.
        note_trouble: Told of servers that can't be reached.
    """

    def __init__(self, group: asyncio.TaskGroup, note_trouble: Callable[[str], None]) -> None:
        self._group = group
        self._note_trouble = note_trouble
        self._over = asyncio.Event()

    async def tools(self, server: ToolServer) -> tuple[Tool, ...]:
        """Connect to a server; none where it can't be reached.

        Raises:
            MissingExtraError: If the extra ``mcp`` is not installed.
            ConfigError: If it has no tool of a name in ``only`` or ``safe``.
        """
        ready: asyncio.Future[tuple[Tool, ...]] = asyncio.get_running_loop().create_future()
        self._group.create_task(self._live(server, ready), name=f"tool server {server.name}")
        return await ready

    async def _live(self, server: ToolServer, ready: asyncio.Future[tuple[Tool, ...]]) -> None:
        try:
            async with _connection(server) as tools:
                ready.set_result(tools)
                await self._over.wait()
        except Exception as error:  # noqa: BLE001 - the boundary to anyone's server: it is reported
            cause = _innermost(error)
            if isinstance(cause, UserError) and not ready.done():
                ready.set_exception(cause)
            else:
                self._note_trouble(f"{server.name}: {_describe(cause)}")
        finally:
            if not ready.done():
                ready.set_result(())

    def close(self) -> None:
        """Let go of them all."""
        self._over.set()


@asynccontextmanager
async def tools_from(server: ToolServer) -> AsyncIterator[tuple[Tool, ...]]:
    """An MCP server's tools, while the connection lasts: one for as many calls as you like.

    ```python
    async with tools_from(ToolServer(url="http://127.0.0.1:9000/mcp", safe=("search",))) as tools:
        agent = Agent(llm="openai", tools=tools)
    ```

    Raises:
        MissingExtraError: If the extra ``mcp`` is not installed.
        ConfigError: If it can't be reached, or has no tool of a name in ``only`` or ``safe``.
    """
    troubles: list[str] = []
    group = asyncio.TaskGroup()
    await group.__aenter__()
    servers = ToolServers(group, troubles.append)
    try:
        tools = await servers.tools(server)
        if troubles:
            raise ConfigError(f"tool_servers: {troubles[0]}")
        yield tools
    finally:
        servers.close()
        await group.__aexit__(None, None, None)  # told of no error, it does not wrap the one that leaves


@asynccontextmanager
async def _connection(server: ToolServer) -> AsyncIterator[tuple[Tool, ...]]:
    async with AsyncExitStack() as stack:
        async with asyncio.timeout(server.connect_timeout_s):
            client = await stack.enter_async_context(await _client(server, stack))
            described = await _list(client)
        yield _tools(server, client, described)


async def _client(server: ToolServer, stack: AsyncExitStack) -> Client:
    try:
        import httpx2  # noqa: PLC0415 - optional
        from mcp import Client, StdioServerParameters  # noqa: PLC0415
        from mcp.client.streamable_http import streamable_http_client  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("The Model Context Protocol", "mcp") from None
    if server.url is None:
        program, *arguments = server.command
        return Client(StdioServerParameters(command=program, args=arguments, env=dict(server.env)))
    timeout = httpx2.Timeout(server.timeout_s, connect=server.connect_timeout_s, read=None)
    http = await stack.enter_async_context(httpx2.AsyncClient(headers=server.headers, timeout=timeout))
    return Client(streamable_http_client(server.url, http_client=http))


async def _list(client: Client) -> list[Described]:
    described: list[Described] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = await client.list_tools(cursor=cursor)
        described += page.tools
        cursor = page.next_cursor
        if cursor is None:
            break
    return described


def _tools(server: ToolServer, client: Client, described: list[Described]) -> tuple[Tool, ...]:
    names = [each.name for each in described]
    for setting in ("only", "safe"):
        for name in getattr(server, setting):
            if name not in names:
                there = ", ".join(names) or "none"
                raise ConfigError(
                    f"tool_servers: {setting}: {server.name} has no tool {name!r}; there are: {there}"
                )
    used = [each for each in described if not server.only or each.name in server.only]
    return tuple(_tool(server, client, each) for each in used)


def _tool(server: ToolServer, client: Client, described: Described) -> Tool:
    async def call(**arguments: Any) -> str:
        return _answer(await client.call_tool(described.name, arguments))

    name = _NOT_IN_A_NAME.sub("_", server.prefix + described.name)[:MOST_NAME]
    safe = described.name in server.safe
    about = described.description or described.title or described.name
    policy = ToolPolicy(
        ToolSpec(name, about, dict(described.input_schema)),
        safe=safe,
        timeout_ms=round(server.timeout_s * 1_000),
        on_barge_in=OnBargeIn.CANCEL if safe else OnBargeIn.FINISH,
    )
    return Tool(call, policy)


def _answer(result: CallToolResult) -> str:
    """What the model is told: the text of a result, or that there was none."""
    texts = [block.text for block in result.content if block.type == "text"]
    others = [f"({block.type})" for block in result.content if block.type != "text"]
    told = "\n".join((*texts, *others))
    if result.is_error:
        raise ToolError(told or "the tool failed")
    return told or "Done."


def _innermost(error: BaseException) -> BaseException:
    """What was wrong, where it comes in groups."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _describe(error: BaseException) -> str:
    """One line about what went wrong."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return f"{type(error).__name__}: {error}".splitlines()[0]
