"""Turns that ask nothing of a handbook: greetings, thanks, goodbyes, and a plea to say it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto


class Talk(Enum):
    """What such a turn is."""

    REPEAT = auto()
    GOODBYE = auto()
    THANKS = auto()
    GREETING = auto()
    HELP = auto()
    YES = auto()
    NO = auto()


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A turn made of these words alone, at least one of them telling."""

    talk: Talk
    telling: frozenset[str]
    others: frozenset[str]


_POLITE = (
    "okay ok well oh great perfect lovely wonderful brilliant good very so much please really is that that's"
)


def _pattern(talk: Talk, telling: str, others: str) -> _Pattern:
    return _Pattern(talk, frozenset(telling.split()), frozenset(f"{_POLITE} {others}".split()))


_PATTERNS = (
    _pattern(Talk.REPEAT, "repeat again pardon", "sorry can could you say it what was did i didn't not hear"),
    _pattern(Talk.GOODBYE, "goodbye bye all everything nothing", "no thank thanks you for now else see then"),
    _pattern(Talk.THANKS, "thank thanks cheers", "no you a lot for your the help information"),
    _pattern(Talk.GREETING, "hello hi hey morning afternoon evening", "there you"),
    _pattern(
        Talk.HELP,
        "help question what",
        "hello hi hey can could would i me you do tell about ask know need have some a another more with my",
    ),
    _pattern(Talk.YES, "yes yeah yep sure", "i do would"),
    _pattern(Talk.NO, "no nope", "not"),
)


def recognise_talk(words: Sequence[str]) -> Talk | None:
    """What a turn is if it asks nothing, ``None`` if it may ask something."""
    said = frozenset(words)
    for pattern in _PATTERNS:
        if said & pattern.telling and said <= pattern.telling | pattern.others:
            return pattern.talk
    return None
