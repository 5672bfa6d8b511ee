"""A piece of a reply in its two forms: as it is written, and as the voice is to say it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Link:
    """What is said for a stretch of the written text, in characters of either text."""

    start: int  # in the written text
    end: int
    spoken_start: int
    spoken_end: int


@dataclass(frozen=True, slots=True)
class Speech:
    """A segment of a reply, written and spoken.

    Attributes:
        written: As the model wrote it: what captions show and the history keeps.
        spoken: As the voice is given it; empty where there is nothing to say.
        links: What is said for what, in order, in both texts, for all that is said. Without any, the two
            texts are the same.
    """

    written: str
    spoken: str
    links: tuple[Link, ...] = ()

    def __post_init__(self) -> None:
        assert self.links or self.written == self.spoken or not self.spoken.strip()
        for one, two in pairwise(self.links):
            assert one.end <= two.start
            assert one.spoken_end <= two.spoken_start

    @classmethod
    def plain(cls, text: str) -> Speech:
        """A text that is spoken as it is written."""
        return cls(text, text)

    def followed_by(self, silent: str) -> Speech:
        """The same with written text behind it for which nothing is said."""
        return replace(self, written=self.written + silent, links=self.words)

    def preceded_by(self, silent: str) -> Speech:
        """The same with written text before it for which nothing is said."""
        moved = (
            Link(link.start + len(silent), link.end + len(silent), link.spoken_start, link.spoken_end)
            for link in self.words
        )
        return replace(self, written=silent + self.written, links=tuple(moved))

    @property
    def words(self) -> tuple[Link, ...]:
        """The written words, or groups of them that are read as one, and what is said for each."""
        return self.links or tuple(
            Link(word.start(), word.end(), word.start(), word.end()) for word in _WORD.finditer(self.spoken)
        )

    def written_up_to(self, spoken_end: int) -> int:
        """How much of the written text has been said, with so many characters spoken.

        What is said for one written word counts from half of it.
        """
        if not self.links:
            return min(spoken_end, len(self.written)) if self.spoken else 0
        said = [link for link in self.links if 2 * spoken_end >= link.spoken_start + link.spoken_end]
        return said[-1].end if said else 0
