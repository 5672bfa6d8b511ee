"""``antiphon doctor``: what is installed, starts, is set and, if asked, can be reached."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby

import click
from rich.table import Table
from rich.text import Text

from antiphon.cli.checks import Check, installation_checks, key_checks, provider_checks, reach_checks
from antiphon.cli.output import config_option, console, json_option, print_json, read_agent
from antiphon.config import Agent


@click.command()
@config_option
@click.option("--reach", is_flag=True, help="Also connect to the hosts of the configured providers.")
@json_option
@click.pass_context
def doctor(ctx: click.Context, config: str | None, *, reach: bool, as_json: bool) -> None:
    """Say what is installed, what starts, which keys are set (by name, never their values).

    Exits with 1 if something that the agent needs is missing.
    """
    checks = asyncio.run(_examine(read_agent(config), reach=reach))
    well = all(check.ok or not check.needed for check in checks)
    if as_json:
        print_json({"ok": well, "checks": [asdict(check) for check in checks]})
    else:
        _print_table(checks)
        click.echo("The agent has all it needs." if well else "The agent can't run: see the lines with ✗.")
    ctx.exit(0 if well else 1)


async def _examine(agent: Agent, *, reach: bool) -> list[Check]:
    context = agent.context(os.environ)
    checks = [*installation_checks(agent), *key_checks(os.environ)]
    checks += [check async for check in provider_checks(agent, context)]
    if reach:
        checks += [check async for check in reach_checks(agent, os.environ)]
    return checks


def _print_table(checks: Sequence[Check]) -> None:
    table = Table(box=None, show_header=False, padding=(0, 1))
    for group, members in groupby(checks, key=lambda check: check.group):
        table.add_row("", Text(group, style="bold"), "")
        for check in members:
            table.add_row(_mark(check), check.name, check.detail)
    console().print(table)


def _mark(check: Check) -> Text:
    if check.ok:
        return Text("✓", style="green")
    return Text("✗", style="red") if check.needed else Text("–", style="dim")
