"""The documentation's links lead somewhere, its commands exist, its examples are what they say."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from antiphon.cli.main import antiphon
from antiphon.config_file import agent_from_dict

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
CLI_REFERENCE = ROOT / "docs" / "reference" / "cli.md"

LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\(([^)\s]+)\)")
CONTEXT = click.Context(antiphon, info_name="antiphon")
COMMANDS = antiphon.list_commands(CONTEXT)


def page_id(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(text: str, *languages: str) -> Iterator[str]:
    """The fenced code blocks in one of some languages."""
    for fence in re.finditer(r"^( *)```(\w*)\n(.*?)^\1```$", text, re.MULTILINE | re.DOTALL):
        if fence[2] in languages:
            yield re.sub(rf"^{fence[1]}", "", fence[3], flags=re.MULTILINE)


def anchors(text: str) -> set[str]:
    """The anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> Iterator[str]:
    """The relative links of a page that lead nowhere."""
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        other = (page.parent / name).resolve() if name else page
        if not other.exists() or (anchor and anchor not in anchors(other.read_text(encoding="utf-8"))):
            yield target


def wrong_commands(text: str) -> Iterator[str]:
    """The commands in a page's shell blocks that do not exist or lack an option."""
    for block in blocks(text, "bash", "sh", "shell", "console"):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            at = next((index for index, word in enumerate(words) if Path(word).name == "antiphon"), None)
            if at is not None and not exists(words[at + 1 :]):
                yield line


def exists(words: list[str]) -> bool:
    """Whether what follows ``antiphon`` names commands and options that there are."""
    command: click.Command = antiphon
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        inner = command.get_command(CONTEXT, words.pop(0))
        if inner is None:
            return False
        command = inner
    options = {word.partition("=")[0] for word in words if word.startswith("-") and word != "-"}
    return options <= {name for option in command.get_params(CONTEXT) for name in option.opts}


def documented(name: str) -> list[tuple[str, click.Command]]:
    """A command with its name, or its subcommands with theirs."""
    command = antiphon.get_command(CONTEXT, name)
    assert command is not None
    if isinstance(command, click.Group):
        return [(f"{name} {inner}", command.commands[inner]) for inner in command.list_commands(CONTEXT)]
    return [(name, command)]


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_each_link_leads_somewhere(page: Path) -> None:
    assert list(broken_links(page)) == []


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_each_command_exists_with_its_options(page: Path) -> None:
    assert list(wrong_commands(page.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_each_example_is_what_it_says(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for block in blocks(text, "python"):
        ast.parse(block)
    for block in blocks(text, "toml"):
        settings = tomllib.loads(block)
        settings.pop("handbook", None)  # a file of the reader's
        agent_from_dict(settings)


@pytest.mark.parametrize(
    ("name", "command"),
    [each for name in COMMANDS for each in documented(name)],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_command_is_in_the_reference_with_its_options(name: str, command: click.Command) -> None:
    reference = CLI_REFERENCE.read_text(encoding="utf-8")
    section = re.search(rf"^(##+) `antiphon {name}`\n(.*?)(?=^##|\Z)", reference, re.MULTILINE | re.DOTALL)
    assert section is not None
    options = [max(each.opts, key=len) for each in command.params if isinstance(each, click.Option)]
    assert [option for option in options if not re.search(rf"`{option}\b", section[2])] == []


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_each_page_can_be_reached_from_the_index(page: Path) -> None:
    reached = {ROOT / "docs" / "index.md"}
    ahead = list(reached)
    while ahead:
        here = ahead.pop()
        for target in LINK.findall(here.read_text(encoding="utf-8")):
            other = (here.parent / target.partition("#")[0]).resolve()
            if other.suffix == ".md" and other.is_file() and other not in reached:
                reached.add(other)
                ahead.append(other)
    assert page in reached or page.parent == ROOT


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# A `heading` here\n", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(
        "# Top\n[a](there.md) [b](there.md#a-heading-here) [c](#top) [d](https://x.org/none)\n"
        "[e](none.md) [f](there.md#none) [g](#none)\n",
        encoding="utf-8",
    )
    assert list(broken_links(page)) == ["none.md", "there.md#none", "#none"]


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("antiphon --version", True),
        ("antiphon doctor --json", True),
        ("$ ANTIPHON_TRACEBACK=1 .venv/bin/antiphon doctor --config=agent.toml  # why", True),
        ("pip install antiphon", True),
        ("antiphon docter", False),
        ("antiphon doctor --jsn", False),
        ("antiphon --no-such", False),
    ],
)
def test_a_wrong_command_is_found(line: str, right: bool) -> None:
    assert bool(list(wrong_commands(f"```bash\n{line}\n```\n"))) is not right
