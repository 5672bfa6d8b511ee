"""From a file to an agent, or to one line that says what is wrong with the file."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from antiphon.config import Agent, names, reason
from antiphon.config_module import agent_in, is_module
from antiphon.errors import ConfigError
from antiphon.providers.spec import did_you_mean
from antiphon.tool_servers import ToolServer

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def load_agent(path: Path | str) -> Agent:
    """Read an agent from a TOML file, in which relative paths are relative to the file, or a Python module.

    Args:
        path: ``"agent.toml"``; in Python ``"agent.py"`` for what is called ``agent`` there,
            ``"agent.py:name"`` or ``"module:name"``.

    Raises:
        ConfigError: In one line: the file, the key or the line, what was found and what was expected.
    """
    if is_module(str(path)):
        return agent_in(str(path))
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {reason(error)}") from None
    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_syntax_error(path, str(error), text)) from None
    return agent_from_dict(settings, source=str(path), folder=path.parent)


def agent_from_dict(
    settings: Mapping[str, Any], *, source: str = "agent", folder: Path | None = None
) -> Agent:
    """Make an agent from plain values, as a TOML or JSON file holds them.

    Args:
        settings: Names as in ``Agent``; a table for each group of settings.
        source: What the values were read from, for errors.
        folder: What a relative ``handbook`` is relative to, and where modules of tools are looked for first.

    Raises:
        ConfigError: In one line: the source, the key, what was found and what was expected.
    """
    try:
        # As JSON: read strictly, it takes "discard" for a Strategy and still refuses "3" for a number.
        with _importable(folder):
            agent = _adapter().validate_json(json.dumps(settings, default=str), strict=True)
    except ConfigError as error:
        raise ConfigError(f"{source}: {error}") from None
    except ValidationError as error:
        complaints = dict(_complaint(each, settings) for each in reversed(error.errors()))
        key, complaint = complaints.popitem()
        more = f" (and {len(complaints)} more)" if complaints else ""
        raise ConfigError(f"{source}: {key}{complaint}{more}") from None
    return _placed(agent, settings, source, folder or Path())


def _placed(agent: Agent, settings: Mapping[str, Any], source: str, folder: Path) -> Agent:
    """The agent with its relative paths relative to a folder, its files checked."""
    if agent.handbook is not None:
        agent = agent.replace(handbook=folder / agent.handbook)
    if isinstance(agent.examples, Path):
        agent = agent.replace(examples=folder / agent.examples)
    if agent.phrases.folder is not None:
        agent = agent.replace(phrases=replace(agent.phrases, folder=folder / agent.phrases.folder))
    for name in ("handbook", "examples"):
        file = getattr(agent, name)
        if isinstance(file, Path) and not file.is_file():
            raise ConfigError(f"{source}: {name} = {settings[name]!r}: no such file in {folder}")
    return agent


@contextmanager
def _importable(folder: Path | None) -> Iterator[None]:
    """Have modules beside the file found, for the tools that it names."""
    if folder is None:
        yield
        return
    place = str(folder.resolve())
    sys.path.insert(0, place)
    try:
        yield
    finally:
        sys.path.remove(place)


@cache
def _adapter() -> TypeAdapter[Agent]:
    return TypeAdapter(Agent)


_TABLES = {"tool_servers": ToolServer(url="http://localhost")}  # of which there may be several


def _complaint(error: ErrorDetails, settings: Mapping[str, Any]) -> tuple[str, str]:
    """One error of a file's values: its key, and what was found and expected there."""
    keys: list[str] = []
    owner: object = Agent()
    found: object = settings
    for part in error["loc"]:
        if isinstance(found, list) and isinstance(part, int) and keys and keys[-1] in _TABLES:
            found = found[part]  # one of several tables
            continue
        if not isinstance(found, Mapping) or part not in found:
            break  # what follows is pydantic's path through a union, no key of the file
        if keys:
            owner = _TABLES.get(keys[-1]) or getattr(owner, keys[-1])
        keys.append(str(part))
        found = found[part]
    message = error["msg"]
    if error["type"] == "unexpected_keyword_argument":
        complaint = f": unknown key; {did_you_mean(keys[-1], names(owner))}"
    elif error["type"] == "value_error":
        complaint = f": {message.removeprefix('Value error, ')}"
    elif error["type"] == "dataclass_type":
        complaint = f" = {_shown(found)}: expected a table"
    else:
        complaint = f" = {_shown(found)}: expected {message.removeprefix('Input should be ')}"
    return ".".join(key if re.fullmatch(r"[\w-]+", key) else _shown(key) for key in keys), complaint


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "{…}"
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"


def _syntax_error(path: Path, message: str, text: str) -> str:
    place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
    if place is None:
        return f"{path}: {message}"
    line = place[1] or text.count("\n") + 1
    return f"{path}:{line}: {message[: place.start()]}"
