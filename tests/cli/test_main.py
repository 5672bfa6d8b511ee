"""The command line finds its commands, and ends every way there is in one line and a code."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from importlib.metadata import version
from types import ModuleType

import click
import pytest

from antiphon.cli import main as cli
from antiphon.cli.main import FAILED, MISUSED, STOPPED, TRACEBACK_VARIABLE, antiphon, main
from antiphon.errors import ConfigError, MissingExtraError, ProviderAuthError

LAUNCH = [sys.executable, "-c", "import sys; from antiphon.cli.main import main; sys.exit(main())"]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Makes ``antiphon fake`` a command that does what it is given."""

    def install(action: Callable[[], object]) -> None:
        module = ModuleType("antiphon.cli.fake")
        module.__spec__ = ModuleSpec("antiphon.cli.fake", None)
        module.fake = click.Command("fake", callback=action)  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "antiphon.cli.fake", module)
        monkeypatch.setattr(cli, "COMMANDS", {"fake": "Does as it is told."})

    return install


def raising(error: BaseException) -> Callable[[], None]:
    def action() -> None:
        raise error

    return action


def test_help_lists_the_commands_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    listed = capsys.readouterr().out.partition("Commands:")[2]
    assert [line.split()[0] for line in listed.splitlines() if line.strip()] == antiphon.list_commands(
        click.Context(antiphon)
    )


def test_help_imports_no_command() -> None:
    code = (
        "import sys; from antiphon.cli.main import main; main(['--help']);"
        "print([name for name in sys.modules if name.startswith('antiphon.cli')], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "['antiphon.cli', 'antiphon.cli.main']"


@pytest.mark.parametrize("name", antiphon.list_commands(click.Context(antiphon)))
def test_each_command_has_its_own_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: antiphon {name}")


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"antiphon {version('antiphon')}\n"


@pytest.mark.parametrize("arguments", [["no-such"], ["doctor", "--no-such"], ["doctor", "too-much"]])
def test_wrong_usage_is_exit_code_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == MISUSED
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("Error: ")
    assert printed.err.count("\n") == 1
    assert "--help)" in printed.err


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (ConfigError("agent.toml: no"), MISUSED, "agent.toml: no"),
        (
            MissingExtraError("Silero", "silero"),
            FAILED,
            "Silero is not installed: run pip install 'antiphon[silero]'",
        ),
        (
            ProviderAuthError("openai/x", "refused\nby them", status=401),
            FAILED,
            "openai/x: refused by them, status 401",
        ),
        (FileNotFoundError(errno.ENOENT, "No such file", "in.wav"), FAILED, "in.wav: no such file"),
        (ExceptionGroup("tasks", [ConfigError("in a group")]), MISUSED, "in a group"),
        (click.ClickException("as click says"), FAILED, "as click says"),
    ],
)
def test_an_error_is_one_line_on_stderr(
    error: Exception,
    code: int,
    line: str,
    fake: Callable[[Callable[[], object]], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    fake(raising(error))
    assert main(["fake"]) == code
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", f"Error: {line}\n")


def test_a_defect_is_one_line_that_says_how_to_see_more(
    fake: Callable[[Callable[[], object]], None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake(raising(KeyError("x")))
    assert main(["fake"]) == FAILED
    line = (
        f"Error: internal error, please report it: KeyError: 'x' (set {TRACEBACK_VARIABLE}=1 to see where)\n"
    )
    assert capsys.readouterr().err == line
    monkeypatch.setenv(TRACEBACK_VARIABLE, "1")
    assert main(["fake"]) == FAILED
    assert "Traceback (most recent call last)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("stop", "line"),
    [
        (KeyboardInterrupt(), "Stopped.\n"),
        (KeyboardInterrupt("2 turns written to out.wav"), "Stopped: 2 turns written to out.wav\n"),
    ],
)
def test_ctrl_c_says_what_was_finished(
    stop: KeyboardInterrupt,
    line: str,
    fake: Callable[[Callable[[], object]], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    fake(raising(stop))
    assert main(["fake"]) == STOPPED
    assert capsys.readouterr().err.lstrip("\n") == line


def test_a_commands_own_exit_code_is_kept(fake: Callable[[Callable[[], object]], None]) -> None:
    fake(lambda: click.get_current_context().exit(1))
    assert main(["fake"]) == FAILED
    fake(lambda: None)
    assert main(["fake"]) == 0


def test_a_table_entry_that_is_no_command_is_a_defect(
    fake: Callable[[Callable[[], object]], None], capsys: pytest.CaptureFixture[str]
) -> None:
    fake(lambda: None)
    sys.modules["antiphon.cli.fake"].fake = None  # type: ignore[attr-defined]
    assert main(["fake"]) == FAILED
    assert "is no click command" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["doctor", "--help"]])
def test_a_reader_that_has_gone_is_no_error(arguments: list[str]) -> None:
    with subprocess.Popen(LAUNCH + arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
