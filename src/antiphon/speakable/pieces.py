"""From a plain text and what is said for its parts to one text with its links."""

from __future__ import annotations

from dataclasses import dataclass, replace

from antiphon.core.speech import Link, Speech
from antiphon.speakable.markup import Plain


@dataclass(frozen=True, slots=True)
class Piece:
    """What is said for a stretch of the plain text."""

    start: int
    end: int
    said: str


def speech_of(written: str, plain: Plain, pieces: list[Piece]) -> Speech:
    """The speech that pieces make: what no piece covers is said as it stands; words that touch are one."""
    if not pieces and plain.text == written:
        return Speech.plain(written)
    spoken, at = _Spoken(plain), 0
    for piece in pieces:
        spoken.copy(at, piece.start)
        spoken.say(piece)
        at = piece.end
    spoken.copy(at, len(plain.text))
    spoken.close()
    links = _widened(written, spoken.links)
    return Speech(written, spoken.text if links else "", links)


def _widened(written: str, links: list[Link]) -> tuple[Link, ...]:
    """The links with the marks around their words: whole words as they are written, a link's address too."""
    wide: list[Link] = []
    for at, link in enumerate(links):
        start, end = link.start, link.end
        least = links[at - 1].end if at else 0
        most = links[at + 1].start if at + 1 < len(links) else len(written)
        while start > least and not written[start - 1].isspace():
            start -= 1
        while end < most and not written[end].isspace():
            end += 1
        wide.append(replace(link, start=max(start, wide[-1].end if wide else 0), end=end))
    return tuple(wide)


class _Spoken:
    """The spoken text as it grows, and its links."""

    def __init__(self, plain: Plain) -> None:
        self._plain = plain
        self.text = ""
        self.links: list[Link] = []
        self._open: tuple[int, int] | None = None  # where the word being said begins: plain, spoken
        self._until = 0  # plain text that the word covers

    def copy(self, start: int, end: int) -> None:
        """Say a stretch of the plain text as it stands."""
        for at in range(start, end):
            character = self._plain.text[at]
            if character.isspace():
                self.close()
                self.text += character
            else:
                self._begin(at, at + 1)
                self.text += character

    def say(self, piece: Piece) -> None:
        """Say something else for a stretch of the plain text."""
        if piece.said:
            self._begin(piece.start, piece.end)
            self.text += piece.said

    def close(self) -> None:
        """The word being said is complete."""
        if self._open is None:
            return
        start, spoken_start = self._open
        origin = self._plain.origin
        self.links.append(Link(origin[start], origin[self._until - 1] + 1, spoken_start, len(self.text)))
        self._open = None

    def _begin(self, start: int, end: int) -> None:
        if self._open is None:
            self._open = (start, len(self.text))
        self._until = end
