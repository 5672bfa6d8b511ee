"""Servers of tools that speak the Model Context Protocol: how one is reached, and what is used of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from antiphon.core.checks import check_range
from antiphon.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolServer:
    """An MCP server whose tools an agent may use: a program that is started, or an address.

    Attributes:
        url: Where it listens (streamable HTTP).
        command: What is started and spoken to over its standard input and output, instead: the program and
            its arguments.
        env: Environment variables for it, besides the few that any program is given.
        headers: Sent with each request to ``url``, as in ``{"Authorization": "Bearer ..."}``.
        only: Names of the tools that are used; empty for all.
        safe: Names of those that change nothing, so that they may run in a draft. What a server itself says
            of that is a hint, and is not relied on.
        prefix: Stands before the names of its tools, so that two servers may have the same.
        timeout_s: How long a tool may take.
        connect_timeout_s: How long it may take until the server has said what tools it has.

    Raises:
        ConfigError: If there is neither an address nor a command, or both, or a value is out of range.
    """

    url: str | None = None
    command: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    only: tuple[str, ...] = ()
    safe: tuple[str, ...] = ()
    prefix: str = ""
    timeout_s: float = 10.0
    connect_timeout_s: float = 10.0

    def __post_init__(self) -> None:
        for name in ("command", "only", "safe"):
            value: object = getattr(self, name)
            if isinstance(value, str) or not isinstance(value, Sequence):
                raise ConfigError(f"tool_servers: {name} = {value!r}: expected a list of texts")
            object.__setattr__(self, name, tuple(value))
        if bool(self.url) is bool(self.command):
            raise ConfigError("tool_servers: expected either a url or a command for each")
        if self.url is not None and not self.url.startswith(("http://", "https://")):
            raise ConfigError(f"tool_servers: url = {self.url!r}: expected an address that begins with http")
        check_range("tool_servers: timeout_s", self.timeout_s, 0.01, 600)
        check_range("tool_servers: connect_timeout_s", self.connect_timeout_s, 0.01, 600)

    @property
    def name(self) -> str:
        """What it is called in reports."""
        return self.url if self.url is not None else " ".join(self.command)

    def shown(self) -> dict[str, Any]:
        """Its settings without what may be secret."""
        plain: dict[str, Any] = {"url": self.url} if self.url is not None else {"command": list(self.command)}
        for name in ("only", "safe"):
            if getattr(self, name):
                plain[name] = list(getattr(self, name))
        for name in ("env", "headers"):
            if getattr(self, name):
                plain[name] = dict.fromkeys(getattr(self, name), "***")
        return plain | {
            "prefix": self.prefix,
            "timeout_s": self.timeout_s,
            "connect_timeout_s": self.connect_timeout_s,
        }
