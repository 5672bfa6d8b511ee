"""What the commands share: reading the agent, and what goes to stdout, what to stderr."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from antiphon.config import Agent
from antiphon.config_file import load_agent

SAMPLE_HANDBOOK = Path(str(resources.files("antiphon"))) / "data" / "kiosk.md"

config_option = click.option(
    "--config",
    metavar="AGENT",
    help="agent.toml, agent.py or module:name; left out, one that runs offline and answers from a sample "
    "handbook.",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")


def read_agent(config: str | None) -> Agent:
    """The agent in a file or module, or one of the embedded parts that knows a small museum.

    Raises:
        ConfigError: If the file is wrong.
    """
    return Agent(handbook=SAMPLE_HANDBOOK) if config is None else load_agent(config)


def print_json(value: Mapping[str, Any]) -> None:
    """One JSON object on one line of stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, allow_nan=False))


def note(text: str) -> None:
    """A line for the person in front, on stderr, so that stdout holds results alone."""
    click.echo(text, err=True)


def console() -> Console:
    """Where tables are printed: stdout, without colours when it is no terminal."""
    return Console(highlight=False, markup=False, soft_wrap=True)
