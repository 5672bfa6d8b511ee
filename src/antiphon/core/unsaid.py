"""What is left to say of a reply whose first clause was said: a model that repeats it is cut short."""

from __future__ import annotations

import re

_WORD = re.compile(r"\S+")


class Unsaid:
    """Takes a continuation as it is written, and leaves out the beginning if that was said before.

    Nothing is passed on while all of it might still be a repetition.

    Args:
        begun: What was said; empty if nothing was.
    """

    def __init__(self, begun: str) -> None:
        self._begun = [bare for word in begun.split() if (bare := _bare(word))]
        self._apart = bool(begun) and not begun[-1].isspace()
        self._held = ""
        self._passing = not self._begun

    def push(self, text: str) -> str:
        """The next piece; answer what of it is to be said."""
        if self._passing:
            return text
        self._held += text
        words = list(_WORD.finditer(self._held))
        whole = words if self._held[-1:].isspace() else words[:-1]  # the last may go on
        whole = [word for word in whole if _bare(word.group())]  # a dash is none
        for place, word in enumerate(whole):
            if place >= len(self._begun):
                return self._pass(word.start())
            if _bare(word.group()) != self._begun[place]:
                return self._pass(0)
        return ""

    def finish(self) -> str:
        """The text is complete: what of it was held and is to be said after all."""
        if self._passing:
            return ""
        words = [bare for word in self._held.split() if (bare := _bare(word))]
        repeated = words == self._begun[: len(words)]
        return "" if repeated else self._pass(0)

    def _pass(self, start: int) -> str:
        self._passing = True
        rest = self._held[start:].lstrip()
        return f" {rest}" if rest and self._apart else rest


def _bare(word: str) -> str:
    return "".join(char for char in word.casefold() if char.isalnum())
