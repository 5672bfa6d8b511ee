"""``antiphon speakable``: what a voice is given for a text that a model wrote."""

from __future__ import annotations

import sys

import click

from antiphon.cli.output import config_option, print_json, read_agent
from antiphon.speakable.reader import Manner
from antiphon.speakable.writer import SpeechWriter, speakable_text


@click.command()
@click.argument("text", required=False)
@click.option("--language", metavar="TAG", help="What is spoken, as a BCP 47 tag; by default the agent's.")
@config_option
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object a text, with what is said for what."
)
def speakable(text: str | None, language: str | None, config: str | None, *, as_json: bool) -> None:
    """Print what a voice is given for TEXT; without it, for each line of standard input.

    With --config, in the manner of that agent: its language, its settings, its pronunciations.
    """
    agent = read_agent(config)
    spoken_language = language or agent.language
    lines = [text] if text is not None else (line.rstrip("\n") for line in sys.stdin)
    manner = Manner(agent.speakable, spoken_language)
    for line in lines:
        if as_json:
            print_json(_told(line, manner))
        else:
            click.echo(speakable_text(line, spoken_language, agent.speakable))


def _told(text: str, manner: Manner) -> dict[str, object]:
    speeches = SpeechWriter(manner).whole(text)
    words = [
        {
            "written": speech.written[link.start : link.end],
            "spoken": speech.spoken[link.spoken_start : link.spoken_end],
        }
        for speech in speeches
        for link in speech.words
    ]
    spoken = " ".join(" ".join(speech.spoken for speech in speeches).split())
    return {"written": text, "spoken": spoken, "words": words}
