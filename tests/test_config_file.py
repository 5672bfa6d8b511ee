"""A TOML file becomes an agent, or one line that says what is wrong with it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.config import Agent, Mode
from antiphon.config_file import agent_from_dict, load_agent
from antiphon.core.speculation import Strategy
from antiphon.errors import ConfigError
from antiphon.providers.spec import ProviderSpec

words = st.text("ab/.\n é", max_size=4)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda values: st.lists(values, max_size=3) | st.dictionaries(words, values, max_size=3),
    max_leaves=5,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "agent.toml"


def refusal(file: Path, text: str) -> str:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_agent(file)
    assert "\n" not in str(error.value)
    return str(error.value).removeprefix(f"{file}")


def test_an_empty_file_is_the_default_agent(file: Path) -> None:
    file.write_text("", encoding="utf-8")
    assert load_agent(file) == Agent()


def test_paths_in_a_file_are_relative_to_it(file: Path) -> None:
    (file.parent / "said.txt").write_text("book a table\n", encoding="utf-8")
    file.write_text('examples = "said.txt"\n[phrases]\nfolder = "kept"\n', encoding="utf-8")
    agent = load_agent(file)
    assert agent.example_texts() == ("book a table",)
    assert agent.phrases.folder == file.parent / "kept"
    missing = refusal(file, 'examples = "unsaid.txt"')
    assert missing == f": examples = 'unsaid.txt': no such file in {file.parent}"


def test_examples_in_a_file_are_a_list_of_sentences(file: Path) -> None:
    file.write_text('examples = ["book a table", "two please"]', encoding="utf-8")
    assert load_agent(file).examples == ("book a table", "two please")
    assert "examples" in refusal(file, "examples = [1]")


def test_every_kind_of_setting_is_read(file: Path) -> None:
    (file.parent / "books").mkdir()
    (file.parent / "books" / "kiosk.md").write_text("# Kiosk\n", encoding="utf-8")
    file.write_text(
        """
        instructions = "Be brief."
        handbook = "books/kiosk.md"
        tts = "openai/gpt-4o-mini-tts"
        stt = ["deepgram/nova-3", { provider = "pocketsphinx", threshold = 3 }]
        [llm]
        provider = "openai/gpt-4.1-mini"
        temperature = 0.3
        [modes]
        tts = "batch"
        [speculation]
        strategy = "discard"
        threshold = 1
        triggers = ["final"]
        """,
        encoding="utf-8",
    )
    agent = load_agent(str(file))
    assert agent.stt == (ProviderSpec("deepgram/nova-3"), ProviderSpec("pocketsphinx", {"threshold": 3}))
    assert agent.llm == (ProviderSpec("openai/gpt-4.1-mini", {"temperature": 0.3}),)
    assert agent.tts == (ProviderSpec("openai/gpt-4o-mini-tts"),)
    assert agent.handbook == file.parent / "books" / "kiosk.md"
    assert agent.handbook_text() == "# Kiosk\n"
    assert agent.modes.tts is Mode.BATCH
    assert agent.speculation.strategy is Strategy.DISCARD


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("grating = 'Hello.'", ": grating: unknown key; did you mean 'greeting'?"),
        ("[speculation]\ntreshold = 1", ": speculation.treshold: unknown key; did you mean 'threshold'?"),
        ("[playout]\nzzz = 1", ": playout.zzz: unknown key; there are: block_ms, lead_ms"),
        ("[speculation]\nthreshold = 'a'", ': speculation.threshold = "a": expected a valid number'),
        ("[speculation]\nthreshold = 3", ": speculation.threshold = 3.0: expected a number from 0 to 1"),
        ("[speculation]\nthreshold = nan", ": speculation.threshold = nan: expected a number from 0 to 1"),
        ("[speculation]\nmin_words = 1.5", ": speculation.min_words = 1.5: expected a valid integer"),
        ("[speculation]\nmin_words = '3'", ': speculation.min_words = "3": expected a valid integer'),
        ("[speculation]\nguard = 'no'", ': speculation.guard = "no": expected a valid boolean'),
        ("[modes]\nstt = 'slow'", ": modes.stt = \"slow\": expected 'streaming' or 'batch'"),
        ('[playout]\n"a\\nb" = 1', ': playout."a\\nb": unknown key; there are: block_ms, lead_ms'),
        ("playout = 3", ": playout = 3: expected a table"),
        ("greeting = true", ": greeting = true: expected a valid string"),
        ("handbook = 3", ": handbook = 3: expected a valid string"),
        (
            "llm = 5",
            ': llm: expected "vendor/model", a table with provider = "vendor/model", or a list of these',
        ),
        ("[llm]\ntemperature = 1", ': llm: expected provider = "vendor/model" in the table'),
        (
            "[llm]\nprovider = 'a b'",
            ': llm: provider \'a b\': expected a name such as "vendor" or "vendor/model"',
        ),
        ("llm = 'a b'", ': llm: provider \'a b\': expected a name such as "vendor" or "vendor/model"'),
        ("llm = []", ": llm = []: expected at least one provider"),
        ("language = 'x'", ': language = \'x\': expected a BCP 47 tag such as "en" or "en-GB"'),
        (
            "[a]\nb = 1\n[modes]\nstt = 'slow'",
            ": modes.stt = \"slow\": expected 'streaming' or 'batch' (and 1 more)",
        ),
    ],
)
def test_a_wrong_value_is_one_line_with_file_key_found_and_expected(
    file: Path, text: str, complaint: str
) -> None:
    assert refusal(file, text) == complaint


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("greeting = 'a'\nlanguage = ", ":2: Invalid value"),
        ("[speculation\n", ":1: Expected ']' at the end of a table declaration"),
        ("a = 1\na = 2\n", ":2: Cannot overwrite a value"),
        ('a = """never closed', ":1: Unterminated string"),
    ],
)
def test_wrong_syntax_is_one_line_with_file_and_line(file: Path, text: str, complaint: str) -> None:
    assert refusal(file, text) == complaint


def test_a_file_that_cannot_be_read_says_why(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"agent\.toml: no such file or directory"):
        load_agent(file)
    with pytest.raises(ConfigError, match="is a directory"):
        load_agent(file.parent)
    file.write_bytes(b'greeting = "caf\xe9"')
    with pytest.raises(ConfigError, match=r"agent\.toml: expected UTF-8 text; byte 15 is none"):
        load_agent(file)


def test_a_handbook_is_looked_for_beside_the_file(file: Path) -> None:
    assert refusal(file, "handbook = 'none.md'") == f": handbook = 'none.md': no such file in {file.parent}"


def test_a_secret_is_in_no_error(file: Path) -> None:
    assert "s3cret" not in refusal(file, "api_key = 's3cret'")
    assert "s3cret" not in refusal(file, "[llm]\napi_key = 's3cret'")
    assert "s3cret" not in refusal(file, "[modes.stt]\napi_key = 's3cret'")


@given(st.dictionaries(st.sampled_from([*Agent.__slots__, "other"]), json_values))
def test_any_values_at_all_make_an_agent_or_one_line(settings: dict[str, object]) -> None:
    complaint = ""
    try:
        assert isinstance(agent_from_dict(settings), Agent)
    except ConfigError as error:
        complaint = str(error)
    assert complaint == "" or complaint.startswith("agent: ")
    assert "\n" not in complaint


# --- tools ---------------------------------------------------------------------------------------------

TOOL = '''
from antiphon import tool


@tool
def wave(hand: str) -> None:
    """Wave."""


not_a_tool = 3
'''


def test_a_file_names_tools_by_their_place(tmp_path: Path) -> None:
    (tmp_path / "waving_tools.py").write_text(TOOL)
    (tmp_path / "agent.toml").write_text('tools = ["waving_tools:wave"]')
    before = list(sys.path)
    agent = load_agent(tmp_path / "agent.toml")
    assert [each.name for each in agent.tools] == ["wave"]
    assert agent.to_dict()["tools"] == ["wave"]
    assert sys.path == before


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ('"waving_tools:wave"', 'tools: expected a list of tools, each "module:name"'),
        ("[3]", 'tools: expected a list of tools, each "module:name"'),
        ('["no_such_module_at_all:x"]', "No module named 'no_such_module_at_all'"),
        ('["json:x"]', "module 'json' has no attribute 'x'"),
        ('["json:dumps"]', "'json:dumps': expected a function made @tool"),
        ('[""]', "'': Empty module name"),
    ],
)
def test_tools_that_are_not_there_are_named(tmp_path: Path, value: str, complaint: str) -> None:
    (tmp_path / "agent.toml").write_text(f"tools = {value}")
    with pytest.raises(ConfigError, match=re.escape(complaint)) as caught:
        load_agent(tmp_path / "agent.toml")
    assert "\n" not in str(caught.value)
