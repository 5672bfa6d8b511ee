"""Results on stdout, words on stderr, one way to name the agent."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from antiphon.cli.output import (
    SAMPLE_HANDBOOK,
    config_option,
    console,
    json_option,
    note,
    print_json,
    read_agent,
)
from antiphon.config import Agent
from antiphon.errors import ConfigError


@click.command()
@config_option
@json_option
def example(config: Path | None, *, as_json: bool) -> None:
    agent = read_agent(config)
    note("reading")
    if as_json:
        print_json({"greeting": agent.greeting})
    else:
        console().print(f"[{agent.greeting}]")


def test_json_is_one_object_on_stdout_and_notes_go_to_stderr(tmp_path: Path) -> None:
    (tmp_path / "agent.toml").write_text('greeting = "Grüß Gott."', encoding="utf-8")
    result = CliRunner().invoke(example, ["--config", str(tmp_path / "agent.toml"), "--json"])
    assert result.stdout.count("\n") == 1
    assert json.loads(result.stdout) == {"greeting": "Grüß Gott."}
    assert result.stderr == "reading\n"


def test_text_is_printed_as_it_is() -> None:
    assert CliRunner().invoke(example).stdout == "[None]\n"


def test_json_has_no_numbers_that_json_lacks() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        print_json({"p50": float("nan")})


def test_without_a_file_the_agent_answers_from_the_sample_handbook() -> None:
    assert read_agent(None) == Agent(handbook=SAMPLE_HANDBOOK)
    assert SAMPLE_HANDBOOK.is_file()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: no such file"):
        read_agent(tmp_path / "none.toml")
