"""How written forms are found in a text, and what reads them.

A rule is a pattern and a function from its match to what is said; ``None`` leaves the match to the rules
after it. Of the rules that match at a place the first one reads. No pattern goes over a line's end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from antiphon.speakable.pieces import Piece

Read = Callable[[re.Match[str]], str | None]
GROUP_NAME = re.compile(r"\(\?P<\w+>")
_NOT_WITHIN_A_WORD = (
    "(?!(?<=[a-z])[a-z])"  # where no form begins; looked at first, it saves most of the search
)
BEHIND = 120  # characters of what was said before that a rule may look at


@dataclass(frozen=True, slots=True)
class Rule:
    """A written form.

    Attributes:
        pattern: What it looks like; verbose, with groups of its own.
        read: What is said for it.
    """

    pattern: str
    read: Read


class RuleBook:
    """Rules in their order, as one pattern that finds and several that take apart."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = [(re.compile(rule.pattern, re.VERBOSE), rule.read) for rule in rules]
        kinds = (f"(?P<r{at}>{GROUP_NAME.sub('(?:', rule.pattern)})" for at, rule in enumerate(rules))
        self._any = re.compile(f"{_NOT_WITHIN_A_WORD}(?:{'|'.join(kinds)})", re.VERBOSE)

    def pieces(self, before: str, text: str) -> list[Piece]:
        """What is said for the parts of a text that are not said as they stand.

        Args:
            before: What came before the text.
            text: The text, without markup.
        """
        context = before + text
        shift, at, found = len(before), len(before), []
        while (match := self._any.search(context, at)) is not None:
            piece = self._read(match, shift)
            if piece is None:
                at = max(match.end(), at + 1) if match.lastgroup is None else match.start() + 1
            else:
                found.append(piece)
                at = max(piece.end + shift, match.start() + 1)
        return found

    def _read(self, match: re.Match[str], shift: int) -> Piece | None:
        assert match.lastgroup is not None
        first, place = int(match.lastgroup[1:]), match.start()
        for pattern, read in self._rules[first:]:
            mine = pattern.match(match.string, place)
            if mine is not None and mine.end() > place and (said := read(mine)) is not None:
                return Piece(place - shift, mine.end() - shift, said)
        return None


def one_of(words: Iterable[str], *, whole: bool = False) -> str:
    """A pattern of any of some words, the longest first.

    Args:
        words: What to look for; a space in one is any stretch of blanks.
        whole: Whether no letter may follow a word that ends in one.
    """
    ordered = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(_escaped(word, whole=whole) for word in ordered) + ")"


def _escaped(word: str, *, whole: bool) -> str:
    """A word in a verbose pattern."""
    pattern = r"[ \t]+".join(re.escape(part) for part in word.split(" "))
    return rf"{pattern}(?!\w)" if whole and word[-1].isalnum() else pattern
