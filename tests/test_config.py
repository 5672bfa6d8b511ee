"""An agent's settings: what is taken, what is refused, what is shown."""

from __future__ import annotations

import dataclasses
import json
import pickle
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from antiphon.config import Agent, Mode, Modes, Phrases, Playout
from antiphon.config_file import agent_from_dict
from antiphon.core.judge import Measure
from antiphon.core.speculation import Speculation
from antiphon.errors import ConfigError
from antiphon.providers.base import LLMEvent, LLMRequest
from antiphon.providers.spec import ProviderSpec
from antiphon.tools import tool

REFERENCE = Path(__file__).parents[1] / "docs" / "reference" / "configuration.md"
TABLES = [each.name for each in dataclasses.fields(Agent) if isinstance(each.default_factory, type)]


@dataclass
class OwnModel:
    """A language model as an application may bring it: any class with the Protocol's methods."""

    name: str = "own"
    secret: str = "s3cret"

    def stream(self, request: LLMRequest) -> AsyncIterator[LLMEvent]:
        raise AssertionError("never asked")

    async def warm(self) -> None: ...

    async def aclose(self) -> None: ...


def documented(heading: str) -> dict[str, str]:
    """The keys and defaults in the table below a heading of the reference."""
    section = REFERENCE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.split(" | ", 2) for line in section.splitlines() if line.startswith("| `")]
    return {key.strip("| `"): default.strip("`") for key, default, _ in rows}


def shown(value: object) -> str:
    return "none" if value is None else json.dumps(value, ensure_ascii=False)


def test_an_agent_without_arguments_runs_on_the_embedded_parts() -> None:
    agent = Agent()
    assert agent.stt == (ProviderSpec("pocketsphinx"),)
    assert agent.llm == (ProviderSpec("handbook"),)
    assert agent.tts == (ProviderSpec("espeak/en-gb"),)
    assert agent.vad == (ProviderSpec("silero"),)


def test_a_choice_is_kept_as_a_tuple_in_order() -> None:
    own = OwnModel()
    agent = Agent(llm=["openai/gpt-4.1-mini", ProviderSpec("openai/x", {"temperature": 0}), own])
    assert agent.llm == (
        ProviderSpec("openai/gpt-4.1-mini"),
        ProviderSpec("openai/x", {"temperature": 0}),
        own,
    )


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"llm": 5}, 'llm = 5: expected "vendor/model", a ProviderSpec or such an object'),
        ({"llm": OwnModel}, "llm = <class"),
        ({"stt": OwnModel()}, "stt = OwnModel"),
        ({"stt": None}, "stt = None"),
        ({"tts": []}, "tts = []: expected at least one provider"),
        ({"vad": "Silero VAD"}, "vad: provider 'Silero VAD': expected a name"),
        ({"instructions": 5}, "instructions = 5: expected a text"),
        ({"apology": None}, "apology = None: expected a text"),
        ({"greeting": 5}, "greeting = 5: expected a text"),
        ({"handbook": 5}, "handbook = 5: expected the path of a Markdown file"),
        ({"language": "English please"}, "language = 'English please': expected a BCP 47 tag"),
        ({"modes": {"stt": "batch"}}, "modes = {'stt': 'batch'}: expected Modes(…)"),
        ({"speculation": Playout()}, "expected Speculation(…)"),
        ({"speculation": Speculation(measure=Measure.SEMANTIC)}, "expected an embedder"),
    ],
)
def test_python_settings_are_checked_too(settings: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ConfigError) as error:
        Agent(**settings)
    assert complaint in str(error.value)


def test_modes_are_given_by_word_and_kept_as_members() -> None:
    assert Modes(stt="batch").stt is Mode.BATCH  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=r"modes\.tts = 'slow': expected one of"):
        Modes(tts="slow")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "settings", [{"block_ms": 4}, {"block_ms": 2001}, {"lead_ms": -1}, {"lead_ms": 2001}]
)
def test_playout_refuses_what_is_out_of_range(settings: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match=f"playout.{next(iter(settings))}"):
        Playout(**settings)


def test_replace_changes_and_checks() -> None:
    agent = Agent(greeting="Hello.").replace(language="en-GB", llm="openai/gpt-4.1-mini")
    assert (agent.greeting, agent.language) == ("Hello.", "en-GB")
    assert agent.llm == (ProviderSpec("openai/gpt-4.1-mini"),)
    with pytest.raises(ConfigError, match="language"):
        agent.replace(language="")
    with pytest.raises(ConfigError, match="no setting 'greting': did you mean 'greeting'"):
        agent.replace(greting="Hi.")


def test_an_agent_can_be_sent_to_another_process() -> None:
    agent = Agent(llm=ProviderSpec("openai/x", {"temperature": 0.5}))
    assert pickle.loads(pickle.dumps(agent)) == agent


def test_the_handbook_is_read_for_the_providers(tmp_path: Path) -> None:
    (tmp_path / "book.md").write_text("# Books\n", encoding="utf-8")
    context = Agent(handbook=tmp_path / "book.md", language="en-GB").context({"KEY": "k"})
    assert (context.handbook, context.language) == ("# Books\n", "en-GB")
    assert context.environ["KEY"] == "k"
    assert Agent().context().handbook is None


def test_a_handbook_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_bytes(b"caf\xe9")
    with pytest.raises(ConfigError, match=r"none\.md': no such file"):
        Agent(handbook=tmp_path / "none.md").context()
    with pytest.raises(ConfigError, match=r"bad\.md': expected UTF-8 text; byte 3 is none"):
        Agent(handbook=str(tmp_path / "bad.md")).handbook_text()


def test_examples_are_given_or_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "said.txt").write_text("# a comment\nbook a table\n\n  two please \n", encoding="utf-8")
    assert Agent(examples=["book a table"]).example_texts() == ("book a table",)  # type: ignore[arg-type]
    assert Agent(examples=tmp_path / "said.txt").example_texts() == ("book a table", "two please")
    assert Agent().example_texts() == ()


def test_callers_are_known_to_say_the_examples_and_to_ask_what_the_handbook_answers(tmp_path: Path) -> None:
    handbook = tmp_path / "ferry.md"
    handbook.write_text("## Dogs\n\n- Can I bring my dog?\n- Are dogs allowed?\n\nYes.\n", encoding="utf-8")
    asked = ("Can I bring my dog?", "Are dogs allowed?")
    assert Agent(handbook=handbook).known_turns() == asked
    assert Agent(handbook=handbook, examples=["Two tickets, please."]).known_turns() == (
        "Two tickets, please.",
        *asked,
    )
    assert Agent().known_turns() == ()


def test_examples_that_are_none_are_refused(tmp_path: Path) -> None:
    for wrong in (7, [1], None):
        with pytest.raises(ConfigError, match=r"examples = .*: expected a list of sentences"):
            Agent(examples=wrong)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=r"examples = '.*none\.txt': no such file"):
        Agent(examples=str(tmp_path / "none.txt")).example_texts()


def test_phrases_refuse_what_is_out_of_range() -> None:
    for settings in ({"memory_s": -1}, {"longest_chars": 0}, {"folder": 3}):
        with pytest.raises(ConfigError, match=f"phrases.{next(iter(settings))}"):
            Phrases(**settings)  # type: ignore[arg-type]
    assert Phrases(folder="kept").folder == Path("kept")


def test_plain_values_are_read_back_to_the_same_agent() -> None:
    agent = Agent(
        stt=["deepgram/nova-3", "pocketsphinx"],
        llm=ProviderSpec("openai/x", {"temperature": 0.5, "extra": {"a": [1, 2]}}),
        greeting="Hello.",
        examples=("book a table",),
        phrases=Phrases(folder="kept"),
        modes=Modes(llm=Mode.BATCH),
        speculation=Speculation(triggers=("final",), threshold=0.9),  # type: ignore[arg-type]
    )
    assert agent_from_dict(json.loads(json.dumps(agent.to_dict()))) == agent


def test_no_secret_is_shown() -> None:
    options: dict[str, object] = {
        "api_key": "s3cret",
        "base_url": "https://user:s3cret@host/v1",
        "extra_headers": {"X": "s3cret"},
        "nested": {"auth_token": "s3cret", "list": ["wss://u:s3cret@host"]},
        "max_tokens": 5,
    }
    agent = Agent(stt=ProviderSpec("deepgram", options), llm=["openai/x", OwnModel()])
    for text in (repr(agent.stt), repr(agent.to_dict()), json.dumps(agent.to_dict())):
        assert "s3cret" not in text
        assert "max_tokens" in text
    assert agent.to_dict()["llm"] == ["openai/x", "own"]


def test_each_setting_is_documented_with_its_default() -> None:
    agent = Agent().to_dict()
    plain = {each.name: agent.get(each.name) for each in dataclasses.fields(Agent) if each.name not in TABLES}
    assert documented("The agent") == {name: shown(value) for name, value in plain.items()}


@pytest.mark.parametrize("table", TABLES)
def test_each_group_of_settings_is_documented_with_its_defaults(table: str) -> None:
    values = Agent().to_dict()[table]
    fields = [each.name for each in dataclasses.fields(getattr(Agent(), table))]
    assert documented(f"`[{table}]`") == {name: shown(values.get(name)) for name in fields}


# --- tools ---------------------------------------------------------------------------------------------


@tool
def wave() -> None:
    """Wave."""


@pytest.mark.parametrize(
    ("tools", "complaint"),
    [
        ("wave", "tools = 'wave': expected a list of functions made @tool"),
        ([print], "tools = .*: expected a list of functions made @tool"),
        ([wave, wave], "tools: two are called 'wave'"),
    ],
)
def test_tools_are_functions_made_so_each_with_a_name_of_its_own(tools: Any, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        Agent(tools=tools)


def test_tools_are_kept_as_a_tuple_and_shown_by_their_names() -> None:
    agent = Agent(tools=[wave])
    assert agent.tools == (wave,)
    assert agent.to_dict()["tools"] == ["wave"]
