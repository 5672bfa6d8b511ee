"""``antiphon token``: a signed token with which somebody may call a server."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

from antiphon.cli.output import json_option, print_json
from antiphon.errors import ConfigError
from antiphon.runtime.clock import epoch_ns
from antiphon.server.tokens import KEY_VARIABLE, Scope, new_claims, token_keys

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
LONGEST_S = 366 * 86_400

key_file_option = click.option(
    "--key-file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"Keys that tokens are signed with, one a line, the newest first; left out, ${KEY_VARIABLE}.",
)


class Duration(click.ParamType[int]):
    """A length of time such as ``90s``, ``15m``, ``8h`` or ``30d``, in seconds."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it."""
        match = re.fullmatch(r"(\d{1,9})([smhd])", str(value))
        seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
        if not 1 <= seconds <= LONGEST_S:
            self.fail(f"{value!r}: expected a time such as 90s, 15m, 8h or 30d, up to a year", param, ctx)
        return seconds


@click.command()
@click.option("--expires", default="15m", show_default=True, type=Duration(), help="How long it is good for.")
@click.option(
    "--scope",
    type=click.Choice([scope.value for scope in Scope]),
    default=Scope.CALL.value,
    show_default=True,
    help="What it is good for.",
)
@click.option("--reusable", is_flag=True, help="Good for any number of calls, not for one alone.")
@key_file_option
@json_option
def token(expires: int, scope: str, key_file: Path | None, *, reusable: bool, as_json: bool) -> None:
    """Print a signed token with which somebody may call a server that has the same key.

    A token is good for one call, and for taking that call up again where it was cut off.
    """
    keys = token_keys(key_file, os.environ.get(KEY_VARIABLE))
    if keys is None:
        raise ConfigError(f"no key to sign with: set {KEY_VARIABLE} or give --key-file")
    kind = Scope(scope)
    claims = new_claims(epoch_ns(), expires, scope=kind, once=not reusable and kind is Scope.CALL)
    signed = keys.issue(claims)
    if as_json:
        print_json({"token": signed, "id": claims.token_id, "expires": claims.expires_s, "once": claims.once})
    else:
        click.echo(signed)
