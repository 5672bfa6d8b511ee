"""A small MCP server: started as a program it speaks over its standard input and output."""

from __future__ import annotations

import asyncio
import os

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

server = MCPServer("kitchen", log_level="ERROR")


@server.tool()
async def free_tables(day: str, people: int = 2) -> str:
    """How many tables are free."""
    return f"{12 - people} on {day}"


@server.tool()
async def book(day: str) -> str:
    """Book a table."""
    raise ToolError(f"no table on {day}")


@server.tool(name="menu.of-day")
async def menu() -> dict[str, str]:
    """What there is to eat."""
    return {"soup": "leek"}


@server.tool()
async def hang() -> str:
    """Never answer."""
    await asyncio.sleep(3_600)
    return ""


@server.tool()
async def whose() -> str:
    """Whose kitchen it is."""
    return os.environ.get("KITCHEN_OWNER", "nobody's")


@server.tool()
async def leave() -> str:
    """Go away."""
    os._exit(0)


if __name__ == "__main__":
    server.run("stdio")
