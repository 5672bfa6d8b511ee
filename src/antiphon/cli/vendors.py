"""``antiphon vendors``: doubles of the cloud vendors on this machine, until Ctrl-C."""

from __future__ import annotations

import asyncio
import shlex
from typing import TYPE_CHECKING

import click

from antiphon.cli.output import json_option, note, print_json

if TYPE_CHECKING:
    from antiphon.testing.vendors import DeepgramDouble, OpenAIDouble

# What the recognisers' doubles hear where there is sound, unless told otherwise.
UTTERANCES = (
    "Hi, I would like to book a table for two.",
    "Tomorrow evening at half past seven, please.",
    "Do you have anything by the window?",
    "Yes, that would be lovely.",
    "My name is Robin Carter.",
    "No, that's all, thank you.",
)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port-deepgram", default=0, type=click.IntRange(0, 65_535), help="0: one that is free.")
@click.option("--port-openai", default=0, type=click.IntRange(0, 65_535), help="0: one that is free.")
@click.option("--profile", default="typical", show_default=True, help="How fast: instant, typical or slow.")
@click.option(
    "--style", default="acknowledging", show_default=True, help="How it replies: echo, acknowledging."
)
@click.option(
    "--utterance",
    "utterances",
    multiple=True,
    help="What is heard where there is sound; give it several times, they are heard in turn.",
)
@click.option("--seed", default=0, show_default=True, help="Makes the jitter of the delays repeatable.")
@json_option
def vendors(
    host: str,
    port_deepgram: int,
    port_openai: int,
    profile: str,
    style: str,
    utterances: tuple[str, ...],
    seed: int,
    *,
    as_json: bool,
) -> None:
    """Serve doubles of Deepgram and OpenAI, for tests and benchmarks without keys, until Ctrl-C.

    Prints the environment variables that have an agent use them.
    """
    from antiphon.testing.vendors import DeepgramDouble, OpenAIDouble

    heard = utterances or UTTERANCES
    deepgram = DeepgramDouble(
        utterances=heard, repeat=True, profile=profile, host=host, port=port_deepgram, seed=seed
    )
    openai = OpenAIDouble(
        style, utterances=heard, repeat=True, profile=profile, host=host, port=port_openai, seed=seed
    )
    asyncio.run(_serve(deepgram, openai, as_json=as_json))


async def _serve(deepgram: DeepgramDouble, openai: OpenAIDouble, *, as_json: bool) -> None:
    async with deepgram, openai:
        environ = {**deepgram.environ(), **openai.environ()}
        if as_json:
            print_json({"deepgram": deepgram.url, "openai": openai.url, "environ": environ})
        else:
            for name, value in environ.items():
                click.echo(f"export {name}={shlex.quote(value)}")
            note("Serving until Ctrl-C.")
        await asyncio.Event().wait()
