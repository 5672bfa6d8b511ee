"""A model that needs no network and no key: it answers from the agent's handbook, in the handbook's words.

It has a language model's shape: it reads the whole history, writes its reply word by word, goes on from a
reply that was begun, and can be slowed to a cloud's pace. What it can't do is anything a handbook can't.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from functools import lru_cache
from pathlib import Path

from antiphon.errors import ConfigError
from antiphon.providers.base import LLM, LLMEvent, LLMRequest, LLMUsage, ProviderContext, TextDelta
from antiphon.providers.handbook_text import parse_handbook
from antiphon.providers.llm.handbook_reply import HandbookReplies
from antiphon.providers.options import OptionReader

OPTIONS = {"first_token_ms", "path", "tokens_per_s"}
_PIECE = re.compile(r"\s*\S+")
_ACKNOWLEDGEMENT = re.compile(r"(?:yes|of course|sure|certainly|all right)\b[,.!]?\s*", re.IGNORECASE)


class HandbookLLM:
    """Answers from a handbook.

    Args:
        handbook: Markdown.
        first_token_ms: How long it takes to begin.
        tokens_per_s: How fast it writes, in words; 0: as fast as it can.

    Raises:
        ConfigError: If there is nothing in the handbook to answer with.
    """

    name = "handbook"

    def __init__(self, handbook: str, *, first_token_ms: float = 0, tokens_per_s: float = 0) -> None:
        self._replies = _replies_about(handbook)
        self._first_token_s = first_token_ms / 1_000
        self._between_tokens_s = 1 / tokens_per_s if tokens_per_s else 0.0

    async def stream(self, request: LLMRequest) -> AsyncIterator[LLMEvent]:
        """An async generator of the reply, a word at a time."""
        await asyncio.sleep(self._first_token_s)
        reply = continuation(self._replies.reply(request.messages), request.begun)
        pieces = _PIECE.findall(reply)[: request.max_output_tokens]
        for index, piece in enumerate(pieces):
            if index and self._between_tokens_s:
                await asyncio.sleep(self._between_tokens_s)
            yield TextDelta(piece)
        read = sum(len(message.content.split()) for message in request.messages)
        yield LLMUsage(input_tokens=read, output_tokens=len(pieces))

    async def warm(self) -> None:
        """There is nothing to wait for."""

    async def aclose(self) -> None:
        """There is nothing to let go of."""


@lru_cache(maxsize=8)  # each call may have a model of its own; the handbook is the same
def _replies_about(handbook: str) -> HandbookReplies:
    parsed = parse_handbook(handbook)
    if not parsed.entries:
        raise ConfigError(
            "handbook: there is nothing in it: write Markdown with headings and text below them"
        )
    return HandbookReplies(parsed)


def continuation(reply: str, begun: str) -> str:
    """What is left to say of a reply that was begun, with a space before it.

    The end of what was said may be the reply's beginning, or all of it. If it is not, the reply comes whole,
    without an acknowledgement: something like one has been said.
    """
    if not begun.strip():
        return reply
    said = [_bare(word) for word in begun.split()]
    words = reply.split()
    for length in range(min(len(said), len(words)), 0, -1):
        if said[-length:] == [_bare(word) for word in words[:length]]:
            rest = " ".join(words[length:])
            break
    else:
        rest = _ACKNOWLEDGEMENT.sub("", reply, count=1) or reply
    return f" {rest}" if rest and not begun[-1].isspace() else rest


def _bare(word: str) -> str:
    return "".join(char for char in word.casefold() if char.isalnum())


def create(model: str, options: Mapping[str, object], context: ProviderContext) -> LLM:
    """The model, over the agent's handbook or the file that the option ``path`` names.

    Raises:
        ConfigError: If an option is unknown or out of range, or there is no handbook.
    """
    if model:
        raise ConfigError(f'handbook/{model}: there is but one handbook model: write "handbook"')
    read = OptionReader("handbook", options, OPTIONS)
    path = read.text("path")
    handbook = context.handbook if path is None else _read(path)
    if handbook is None:
        raise ConfigError(
            "handbook: there is no handbook to answer from: set the agent's `handbook`, or the option "
            "`path`, to a Markdown file"
        )
    return HandbookLLM(
        handbook,
        first_token_ms=read.number("first_token_ms", 0, 0, 60_000),
        tokens_per_s=read.number("tokens_per_s", 0, 0, 100_000),
    )


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"handbook: path = {path!r} can't be read: {error}") from error
