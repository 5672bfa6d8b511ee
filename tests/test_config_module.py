"""An agent in Python is found by its place, and what is wrong with the place or the code is told in one line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from antiphon.config import Agent
from antiphon.config_file import agent_from_dict, load_agent
from antiphon.config_module import is_module
from antiphon.errors import ConfigError

AGENTS = """
from __future__ import annotations
from dataclasses import dataclass
from antiphon import Agent, ToolContext, tool
from beside import GREETING

@dataclass
class Order:
    items: int = 0

@tool
def add(call: ToolContext[Order]) -> int:
    "Add one."
    call.state.items += 1
    return call.state.items

agent = Agent(greeting=GREETING, tools=[add], state=Order)
night = Agent(greeting="Good night.")
"""


@pytest.fixture(autouse=True)
def imports_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = set(sys.modules)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    for added in set(sys.modules) - before:
        if added in {"beside", "agents_of_ours"} or added.startswith("__agent__"):
            del sys.modules[added]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "agents_of_ours.py").write_text(AGENTS)
    (tmp_path / "beside.py").write_text("GREETING = 'Good day.'")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("place", "greeting"),
    [
        ("agents_of_ours.py", "Good day."),
        ("agents_of_ours.py:agent", "Good day."),
        ("./agents_of_ours.py:night", "Good night."),
        ("agents_of_ours:agent", "Good day."),
        ("agents_of_ours:night", "Good night."),
    ],
)
def test_it_is_found_in_a_file_and_in_a_module(folder: Path, place: str, greeting: str) -> None:
    agent = load_agent(place)
    assert agent.greeting == greeting
    assert load_agent(place) is agent  # the file is run once


def test_from_elsewhere_by_its_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    agent = load_agent(folder / "agents_of_ours.py")
    assert [tool.name for tool in agent.tools] == ["add"]
    assert agent.state is not None
    assert agent.state().items == 0
    assert agent.to_dict()["state"] == "__agent__agents_of_ours:Order"
    assert "functools.partial" in agent.replace(state=partial(dict)).to_dict()["state"]


def test_files_of_one_name_are_two(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "agent.py").write_text(f"from antiphon import Agent\nagent = Agent(name={name!r})")
    assert [load_agent(tmp_path / name / "agent.py").name for name in ("one", "two")] == ["one", "two"]


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("x = 1", "expected an Agent called 'agent'; there is none in it"),
        (
            "from antiphon import Agent\nbot = Agent()\nagent = 3",
            "expected an Agent called 'agent'; there is bot",
        ),
        ("\nx = undefined", "NameError: name 'undefined' is not defined (line 2 of wrong.py)"),
        ("import nothing_such", "ModuleNotFoundError: No module named 'nothing_such' (line 1 of wrong.py)"),
        ("x = (", "wrong.py:1: '(' was never closed"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(tmp_path: Path, code: str, complaint: str) -> None:
    file = tmp_path / "wrong.py"
    file.write_text(code)
    with pytest.raises(ConfigError) as told:
        load_agent(file)
    assert str(told.value).startswith(f"{file}: ")
    assert str(told.value).endswith(complaint)
    assert "\n" not in str(told.value)
    assert "__agent__wrong" not in sys.modules or code.startswith(("x = 1", "from"))


def test_a_setting_that_is_refused_names_its_line(tmp_path: Path) -> None:
    file = tmp_path / "wrong.py"
    file.write_text("from antiphon import Agent\nagent = Agent(language='no such')")
    with pytest.raises(ConfigError, match=r"wrong\.py: language = 'no such': .* \(line 2 of wrong\.py\)"):
        load_agent(file)


@pytest.mark.parametrize("place", ["none.py", "none.py:agent"])
def test_a_file_that_is_not_there(folder: Path, place: str) -> None:
    with pytest.raises(ConfigError, match=r"^none\.py: no such file or directory$"):
        load_agent(place)


def test_a_module_that_is_not_there(folder: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"^none_such:agent: ModuleNotFoundError: No module named 'none_such'$"
    ):
        load_agent("none_such:agent")


@pytest.mark.parametrize(
    "place", ["agent.toml", "C:\\agents\\agent.toml", "odd:name.toml", "agent", "a/b.toml"]
)
def test_a_toml_file_is_none(place: str) -> None:
    assert not is_module(place)


def test_each_call_has_a_state_of_its_own(folder: Path) -> None:
    from antiphon import Session

    agent = load_agent("agents_of_ours.py")
    one, other = Session(agent), Session(agent)
    assert one.state is not other.state
    assert Session(agent, state=one.state).state is one.state
    assert Session(Agent()).state is None
    with pytest.raises(ConfigError, match=r"state = 3: expected a class, or a function that makes one"):
        agent.replace(state=3)


def test_a_file_names_what_makes_the_state(folder: Path) -> None:
    (folder / "agent.toml").write_text(
        'tools = ["agents_of_ours:add"]\nstate = "agents_of_ours:Order"', encoding="utf-8"
    )
    agent = load_agent("agent.toml")
    assert agent.state is not None
    assert type(agent.state()).__name__ == "Order"
    (folder / "agent.toml").write_text('state = "agents_of_ours:Odrer"')
    with pytest.raises(
        ConfigError, match=r"agent\.toml: state: 'agents_of_ours:Odrer': .*no attribute 'Odrer'"
    ):
        load_agent("agent.toml")


@pytest.mark.parametrize("place", [".", "", ":", ".x:y", "no such module:name"])
def test_a_place_that_is_none_is_told(place: str) -> None:
    with pytest.raises(ConfigError, match=r"^agent: state: "):
        agent_from_dict({"state": place})
