"""What a double's language model answers: a style, a fixed text, or whatever a function says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from antiphon.errors import ConfigError

Body: TypeAlias = Mapping[str, object]

_TOKEN = re.compile(r"\s*\S+")
CHARACTERS_PER_TOKEN = 4  # the usual rule of thumb for English
CACHE_BLOCK_TOKENS = 128  # a prompt cache works in blocks of this size ...
CACHE_FROM_TOKENS = 1_024  # ... and for prompts of this length and more


@dataclass(frozen=True, slots=True)
class CalledTool:
    """A tool that the model wants to have run."""

    name: str
    arguments: str = "{}"  # JSON


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply."""

    text: str = ""
    tools: tuple[CalledTool, ...] = ()


ReplyMaker: TypeAlias = Callable[[Body], str | Reply]


def echo(body: Body) -> str:
    """``You said: …``: the content is there from the third word on."""
    return f"You said: {last_user_text(body)}"


def acknowledging(body: Body) -> str:
    """A first clause that fits any request, then what depends on it."""
    return f"Sure, let me see to that. You asked for this: {last_user_text(body)}"


STYLES: Mapping[str, ReplyMaker] = {"echo": echo, "acknowledging": acknowledging}


def as_reply_maker(reply: str | ReplyMaker) -> ReplyMaker:
    """A style by name, a text of more than one word as it is, or a function as it is.

    Raises:
        ConfigError: For a single word that names no style.
    """
    if not isinstance(reply, str):
        return reply
    if reply in STYLES:
        return STYLES[reply]
    if " " not in reply:
        known = ", ".join(sorted(STYLES))
        raise ConfigError(f"no reply style {reply!r}; there are: {known}; or give a whole sentence")
    return lambda _: reply


def make_reply(maker: ReplyMaker, body: Body) -> Reply:
    """The reply to a request; of one that was begun already, what is left to say."""
    reply = maker(body)
    reply = Reply(reply) if isinstance(reply, str) else reply
    begun = begun_text(body)
    if begun and reply.text.startswith(begun):
        return Reply(reply.text[len(begun) :], reply.tools)
    return reply


def last_user_text(body: Body) -> str:
    """What the caller said last."""
    return next((text for role, text in reversed(_messages(body)) if role == "user"), "")


def begun_text(body: Body) -> str:
    """The beginning of the reply that the request ends with, a note after it left aside; or nothing."""
    for role, text in reversed(_messages(body)):
        if role != "system":
            return text.rstrip() if role == "assistant" else ""
    return ""


def tokens_of(text: str) -> list[str]:
    """A text in pieces, as a model would stream it."""
    return _TOKEN.findall(text)


class PromptCache:
    """Counts a prompt's tokens, and those of them that an earlier prompt began with too."""

    def __init__(self) -> None:
        self._newest = ""

    def count(self, body: Body) -> tuple[int, int]:
        """Tokens of the prompt, and how many of them came from the cache."""
        prompt = "\x00".join(f"{role}\x01{text}" for role, text in _messages(body))
        shared = next(
            (at for at, (old, new) in enumerate(zip(self._newest, prompt, strict=False)) if old != new),
            min(len(self._newest), len(prompt)),
        )
        self._newest = prompt
        tokens, cached = len(prompt) // CHARACTERS_PER_TOKEN + 1, shared // CHARACTERS_PER_TOKEN
        blocks = cached // CACHE_BLOCK_TOKENS * CACHE_BLOCK_TOKENS
        return tokens, blocks if tokens >= CACHE_FROM_TOKENS else 0


def _messages(body: Body) -> Sequence[tuple[str, str]]:
    messages = body.get("messages")
    if not isinstance(messages, list):
        return ()
    return [
        (str(message.get("role")), _text(message.get("content")))
        for message in messages
        if isinstance(message, dict)
    ]


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return " ".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))
