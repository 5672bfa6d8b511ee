"""A server as it was asked for on the command line: plain values from which each worker makes its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from socket import socket
from typing import Any

from antiphon.config import Agent
from antiphon.errors import ConfigError
from antiphon.providers.spec import did_you_mean
from antiphon.recording.recorder import RecordingSettings
from antiphon.recording.retention import Retention
from antiphon.runtime.clock import Clock
from antiphon.runtime.providers import Providers
from antiphon.server.app import check_keys, create_app
from antiphon.server.limits import Limits
from antiphon.server.recording import Recordings
from antiphon.server.serving import serve
from antiphon.server.settings import ServerSettings
from antiphon.server.store import SQLiteStore
from antiphon.server.tokens import TokenKeys
from antiphon.tools import check_state


@dataclass(frozen=True, slots=True)
class Deployment:
    """What a worker makes its server of. It can be handed to another process.

    Attributes:
        read_agent: Makes the agent.
        settings: How the server is run.
        keys: What tokens are signed with.
        store: The file of calls that may be taken up again; ``None``: they end with the process.
        recording: How calls are recorded, where they are.
        retention: How long recordings are kept.
        metrics: Whether Prometheus metrics are given at ``/metrics``.
    """

    read_agent: Callable[[], Agent]
    settings: ServerSettings
    keys: TokenKeys | None = None
    store: Path | None = None
    recording: RecordingSettings | None = None
    retention: Retention = field(default_factory=Retention)
    metrics: bool = False

    def check(self) -> None:
        """Find what is wrong before a process is started for it.

        Raises:
            ConfigError: If tokens are needed and there is no key, or the agent is wrong.
            MissingExtraError: If the agent needs an extra that is not installed.
        """
        check_keys(self.settings, self.keys)
        agent = self.read_agent()
        check_state(agent.tools, agent.state() if agent.state is not None else None)
        asyncio.run(_make_providers(agent))

    def run(self, listener: socket, on_start: Callable[[], None]) -> None:
        """Serve until a signal asks to stop.

        Args:
            listener: Where clients connect; workers share it.
            on_start: Called when the first call can come.

        Raises:
            ConfigError: If the server can't be made or started.
        """
        agent = self.read_agent()
        recorded = self.recording
        app = create_app(
            agent,
            self.settings,
            store=None if self.store is None else SQLiteStore(self.store),
            keys=self.keys,
            recordings=None if recorded is None else Recordings(recorded, self.retention, agent),
            metrics=self.metrics,
        )
        serve(app, listener, on_start)


async def _make_providers(agent: Agent) -> None:
    """See that they can be made: their keys are there, their options are known."""
    await Providers.of(agent, Clock(), lambda _: None).aclose()


def read_limits(given: tuple[str, ...]) -> Limits:
    """Limits from texts such as ``max_calls=50``.

    Raises:
        ConfigError: If one is no such text, names no limit, or holds no number in range.
    """
    kinds = {each.name: float if each.type == "float" else int for each in fields(Limits)}
    values: dict[str, Any] = {}
    for text in given:
        name, _, value = text.partition("=")
        if name not in kinds:
            raise ConfigError(f"--limit {text}: {did_you_mean(name, list(kinds))}")
        try:
            values[name] = kinds[name](value)
        except ValueError:
            raise ConfigError(f"--limit {text}: expected a number") from None
    return Limits(**values)
