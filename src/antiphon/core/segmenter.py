"""Tokens to speakable chunks: a small first one, so that the voice can begin, then larger ones.

A chunk ends at a boundary that is already certain; nothing waits to see how the next sentence begins. Only
where a mark may be part of a number or an abbreviation ("3." of "3.50", "Dr.") does the next character
decide. The chunks, joined, are the text exactly as it came.

Some words are read as one ("$5 million", "March 3", a link): who knows of them says so by ``joins``. A cut
that would part them is not made; where the first chunk would have ended, one more piece of text is waited
for, and then it ends before them, so that the voice is never kept waiting for longer than that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from antiphon.core.checks import check_range

SENTENCE_MARKS = ".!?…。！？\n"
_BOUNDARY = re.compile(r"[.!?…]+[\"'”’)\]]*|[。！？\n]+|[,;:–—、，；：]")
_WORD = re.compile(r"\S+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Za-z]|Dr|Mr|Mrs|Ms|Prof|St|vs|etc|approx|e\.g|i\.e|z\.B|d\.h|Sr|Jr|Sra)\.$"
)
Joins: TypeAlias = Callable[[str, int], bool | None]
"""Would a cut at a place of a text part what is read as one? ``None``: that hangs on what follows."""

# A chunk that ends in one of these sounds cut off: better a word more.
_LEANING = frozenset(
    re.findall(
        r"\w+",
        """a an the of to in on at for with and or but your my our his her its their is are was from by as if
        that der die das ein eine und oder mit für von zu im am le la les un une et ou de du à el los las y o
        con""",
    )
)


@dataclass(frozen=True, slots=True)
class Segmentation:
    """How long chunks are.

    Attributes:
        first_clause_words: Words from which a comma ends the first chunk.
        first_words: Words after which the first chunk ends without a boundary; up to two more where it
            would end in an article or a preposition.
        sentence_chars: Characters from which a sentence's end ends a later chunk.
        clause_chars: Characters from which a comma ends a later chunk.
        max_chars: Characters after which a chunk ends at the last space.
    """

    first_clause_words: int = 3
    first_words: int = 4
    sentence_chars: int = 24
    clause_chars: int = 80
    max_chars: int = 200

    def __post_init__(self) -> None:
        for name, low, high in (
            ("first_clause_words", 1, 20),
            ("first_words", 1, 40),
            ("sentence_chars", 1, 1_000),
            ("clause_chars", 1, 1_000),
            ("max_chars", 20, 5_000),
        ):
            check_range(f"segmentation.{name}", getattr(self, name), low, high)


class Segmenter:
    """Cuts one reply as its text arrives.

    Args:
        settings: How long chunks are.
        joins: Where a cut would part what is read as one; left out: nowhere.
    """

    def __init__(self, settings: Segmentation | None = None, joins: Joins | None = None) -> None:
        self._settings = settings or Segmentation()
        self._joins = joins or _never
        self._rest = ""
        self._first = True
        self._waited = False  # a piece of text longer than the first chunk needed

    def push(self, text: str) -> list[str]:
        """Take the next piece of text; answer the chunks it completed, often none."""
        self._rest += text
        chunks = []
        while (end := self._next_end()) is not None:
            chunks.append(self._rest[:end])
            self._rest = self._rest[end:]
            self._first = False
        return chunks

    def finish(self) -> list[str]:
        """What is left when the text is complete."""
        rest, self._rest = self._rest, ""
        return [rest] if rest else []

    def _next_end(self) -> int | None:
        return self._first_end() if self._first else self._later_end()

    def _first_end(self) -> int | None:
        earliest = None
        for end in self._first_ends():
            if self._joins(self._rest, end) is False:
                return end
            earliest = end if earliest is None else min(earliest, end)
        if earliest is None:
            return self._forced_end()
        if self._waited:
            return self._end_before(earliest) or self._forced_end()
        self._waited = True
        return None

    def _first_ends(self) -> Iterator[int]:
        """Where the first chunk may end, the best first."""
        settings = self._settings
        for end, ends_sentence in self._boundaries():
            words = len(_WORD.findall(self._rest, 0, end))
            if words >= settings.first_clause_words or (ends_sentence and words):
                yield end
        for count, word in enumerate(self._whole_words(), 1):
            leaning = word.group().lower() in _LEANING and count < settings.first_words + 2
            if count >= settings.first_words and not leaning:
                yield word.end()

    def _end_before(self, limit: int) -> int | None:
        """The last end of a word before a place that parts nothing."""
        ends = [word.end() for word in self._whole_words() if word.end() < limit]
        return next((end for end in reversed(ends) if self._joins(self._rest, end) is False), None)

    def _whole_words(self) -> list[re.Match[str]]:
        return [word for word in _WORD.finditer(self._rest) if word.end() < len(self._rest)]

    def _later_end(self) -> int | None:
        settings = self._settings
        for end, ends_sentence in self._boundaries():
            least = settings.sentence_chars if ends_sentence else settings.clause_chars
            if end >= least and self._joins(self._rest, end) is False:
                return end
        return self._forced_end()

    def _forced_end(self) -> int | None:
        limit = self._settings.max_chars
        if len(self._rest) <= limit:
            return None
        if (end := self._end_before(limit)) is not None:
            return end
        space = self._rest.rfind(" ", 1, limit)
        return space if space > 0 and self._rest[:space].strip() else limit

    def _boundaries(self) -> list[tuple[int, bool]]:
        """Certain boundaries: where each ends in the rest, and whether it ends a sentence."""
        rest = self._rest
        found = []
        for match in _BOUNDARY.finditer(rest):
            mark, end = match.group(), match.end()
            if mark[0] in ".,:" and not _is_certain(rest, match.start(), end):
                continue
            if rest[:end].strip():
                found.append((end, mark[0] in SENTENCE_MARKS))
        return found


def _is_certain(text: str, start: int, end: int) -> bool:
    """Whether an ASCII mark ends a clause rather than standing inside a number, name or abbreviation."""
    if end < len(text):
        return text[end].isspace() and not _ABBREVIATION.search(text[:end])
    after_digit = start > 0 and text[start - 1].isdigit()
    return not after_digit and not _ABBREVIATION.search(text[:end])


def _never(_text: str, _end: int) -> bool:
    return False
