"""``antiphon serve``: a page to talk to, and a WebSocket for anyone's page or program."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from antiphon.cli.output import config_option, note, read_agent
from antiphon.cli.recording import recording_options, recording_settings
from antiphon.errors import MissingExtraError
from antiphon.recording.retention import Retention

if TYPE_CHECKING:
    from antiphon.server import ServerSettings


@click.command()
@config_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8_080, show_default=True, type=click.IntRange(0, 65_535), help="0: a free one."
)
@click.option(
    "--drain",
    "drain_s",
    default=60.0,
    show_default=True,
    help="Seconds that calls may go on once the server is told to stop.",
)
@click.option(
    "--key-file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keys that tokens are signed with, one a line, the newest first; left out, $ANTIPHON_TOKEN_KEY.",
)
@click.option("--require-token", is_flag=True, help="Ask for a token on a loopback address too.")
@click.option(
    "--origin",
    "origins",
    metavar="URL",
    multiple=True,
    help="A site whose pages may call, or what a proxy is reached as; * for all.",
)
@click.option("--limit", "limits", metavar="NAME=NUMBER", multiple=True, help="As in max_calls=50.")
@click.option(
    "--store",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep calls there for clients that are cut off; left out, in ~/.local/state/antiphon.",
)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 256), help="Processes.")
@click.option("--metrics", is_flag=True, help="Give Prometheus metrics at /metrics.")
@recording_options
def serve(
    config: str | None,
    host: str,
    port: int,
    drain_s: float,
    key_file: Path | None,
    origins: tuple[str, ...],
    limits: tuple[str, ...],
    store: Path | None,
    workers: int,
    record_to: Path | None,
    keep_days: float,
    *,
    require_token: bool,
    metrics: bool,
) -> None:
    """Serve a page to talk to at /, and a WebSocket for anyone's page or program at /ws.

    Ctrl-C or SIGTERM lets the calls in hand finish and refuses new ones; a second one stops at once.
    """
    try:
        import uvicorn  # noqa: F401 - optional

        from antiphon.server.deployment import Deployment, read_limits
        from antiphon.server.serving import listen
        from antiphon.server.settings import ServerSettings
        from antiphon.server.tokens import KEY_VARIABLE, token_keys
        from antiphon.server.workers import Workers
    except ImportError:
        raise MissingExtraError("the server", "server") from None
    settings = ServerSettings(
        host=host,
        port=port,
        drain_s=drain_s,
        origins=origins,
        require_token=require_token,
        limits=read_limits(limits),
    )
    deployment = Deployment(
        partial(read_agent, config),
        settings,
        token_keys(key_file, os.environ.get(KEY_VARIABLE)),
        store or default_store(),
        recording_settings(record_to, keep_days),
        Retention(keep_days),
        metrics,
    )
    deployment.check()
    with listen(settings) as listener:
        address = url(settings, listener.getsockname()[1])

        def told() -> None:
            note(f"Talk to it at {address} (Ctrl-C stops)")

        if workers == 1:
            deployment.run(listener, told)
        else:
            Workers(deployment, listener, workers, told).run()


def default_store() -> Path:
    """The file of calls of whoever runs the command."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "antiphon" / "calls.sqlite3"


def url(settings: ServerSettings, port: int) -> str:
    """Where the page is."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{port}/"
