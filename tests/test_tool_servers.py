from __future__ import annotations

from typing import Any

import pytest

from antiphon.config import Agent
from antiphon.config_file import agent_from_dict
from antiphon.errors import ConfigError
from antiphon.tool_servers import ToolServer


def test_one_is_read_from_a_file() -> None:
    tables = [{"command": ["python", "kitchen.py"], "safe": ["menu"]}, {"url": "https://tools.example/mcp"}]
    agent = agent_from_dict({"tool_servers": tables})
    assert agent.tool_servers == (
        ToolServer(command=("python", "kitchen.py"), safe=("menu",)),
        ToolServer(url="https://tools.example/mcp"),
    )


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({}, "either a url or a command"),
        ({"url": "http://x", "command": ("y",)}, "either a url or a command"),
        ({"url": "kitchen"}, "url = 'kitchen': expected an address"),
        ({"command": "python kitchen.py"}, "command = 'python kitchen.py': expected a list"),
        ({"url": "http://x", "timeout_s": 0}, "timeout_s = 0"),
    ],
)
def test_a_mistake_is_named(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        ToolServer(**wrong)
    with pytest.raises(ConfigError, match="expected a list of ToolServer"):
        Agent(tool_servers=("http://x",))  # type: ignore[arg-type]


def test_secrets_are_shown_nowhere() -> None:
    server = ToolServer(url="http://x/mcp", headers={"Authorization": "Bearer secret"}, env={"KEY": "secret"})
    assert "secret" not in repr(server)
    shown = Agent(tool_servers=(server,)).to_dict()["tool_servers"]
    assert "secret" not in repr(shown)
    assert shown[0]["headers"] == {"Authorization": "***"}


def test_a_mistake_in_a_file_is_one_line_that_names_the_key() -> None:
    with pytest.raises(
        ConfigError, match=r"^agent: tool_servers\.comand: unknown key; did you mean 'command'\?"
    ):
        agent_from_dict({"tool_servers": [{"comand": ["python"]}]})
    with pytest.raises(
        ConfigError, match=r"^agent: tool_servers\.timeout_s = \"long\": expected a valid number"
    ):
        agent_from_dict({"tool_servers": [{"command": ["python"], "timeout_s": "long"}]})
