"""The command ``antiphon``: finds the subcommand, turns whatever goes wrong into a line and an exit code.

Exit codes: 0 done, 1 failed (or the answer is no), 2 asked for wrongly, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Mapping, Sequence

import click

from antiphon.errors import AntiphonError, ConfigError

FAILED = 1
MISUSED = 2
STOPPED = 130

TRACEBACK_VARIABLE = "ANTIPHON_TRACEBACK"

COMMANDS: Mapping[str, str] = {
    "demo": "A spoken conversation on the embedded parts, then a report.",
    "run": "Answer a recorded caller in real time.",
    "serve": "A page to talk to, and a WebSocket for anyone's page or program.",
    "talk": "Talk to an agent through the microphone.",
    "replay": "Decide recorded calls again: the same, byte for byte?",
    "judge": "Does a draft made for an interim transcript answer the final one?",
    "speakable": "What a voice is given for a text that a model wrote.",
    "simulate": "Whole calls in virtual time, every invariant checked.",
    "bench": "Measure latency, cost and capacity.",
    "vendors": "Doubles of cloud vendors on this machine, for tests.",
    "token": "A signed token with which somebody may call a server.",
    "doctor": "What is installed, set and reachable.",
}  # each is the click command of that name in the module antiphon.cli.<name>


class LazyGroup(click.Group):
    """Imports a subcommand's module when that subcommand is asked for, and not for ``--help``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every subcommand there is, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand of that name, imported."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(importlib.import_module(f"antiphon.cli.{cmd_name}"), cmd_name)
        if not isinstance(command, click.Command):
            raise TypeError(f"antiphon.cli.{cmd_name}.{cmd_name} is no click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table's own lines, so that nothing is imported to show the help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in COMMANDS])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="antiphon", message="%(prog)s %(version)s")
def antiphon() -> None:
    """Voice agents that answer at human speed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit code; never raises, never shows a traceback unasked.

    Args:
        arguments: What follows ``antiphon``; taken from ``sys.argv`` if left out.
    """
    try:
        code = antiphon.main(arguments, prog_name="antiphon", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has gone. What is still buffered must not be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except click.Abort as stop:
        done = str(stop.__cause__ or "")
        click.echo(f"Stopped: {done}" if done else "Stopped.", err=True)
        return STOPPED
    except Exception as error:  # noqa: BLE001 - the one boundary: everything becomes a line and a code
        return report(error)
    return code if isinstance(code, int) else 0


def report(error: Exception) -> int:
    """Say on stderr what went wrong, in one line, and give the exit code for it."""
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    if os.environ.get(TRACEBACK_VARIABLE):
        traceback.print_exception(error)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return error.exit_code
    if isinstance(error, click.ClickException):
        context = error.ctx if isinstance(error, click.UsageError) else None
        hint = f" (see {context.command_path} --help)" if context is not None else ""
        click.echo(f"Error: {' '.join(error.format_message().split())}{hint}", err=True)
        return error.exit_code
    if isinstance(error, AntiphonError):
        message = str(error)
    elif isinstance(error, OSError) and error.filename is not None:
        message = f"{os.fsdecode(error.filename)}: {(error.strerror or str(error)).lower()}"
    else:
        kind, hint = type(error).__name__, f"set {TRACEBACK_VARIABLE}=1 to see where"
        message = f"internal error, please report it: {kind}: {error} ({hint})"
    click.echo(f"Error: {' '.join(message.split())}", err=True)
    return MISUSED if isinstance(error, ConfigError) else FAILED
