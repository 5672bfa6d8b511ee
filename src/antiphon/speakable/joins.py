"""Which words are read as one, so that no segment ends between them.

The answer is for a place in a text that is still growing: yes, no, or not known before more of it has come.
It is on the safe side: words that only might be read as one count as such. Where one word is told by the
word after it ("5 | million", "Dr. | Smith"), one word more decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from antiphon.speakable.pack import SpeechPack
from antiphon.speakable.settings import Speakable

_OPEN_TARGET = re.compile(r"\]\([^()\s]*(?:\([^()\s]*\)?[^()\s]*)*(?:[ \t]+\"?[^\"\n]*\"?)?$")
_OPEN_TAG = re.compile(r"<(?:[a-zA-Z/!][^<>\n]*)?$")
_FENCE = re.compile(r"(?:^|\n)[ \t]*(?:```|~~~)[^\n]*$")
_LINE_MARK = re.compile(r"(?:\#{1,6}|[-*+•‣◦–>]|\d{1,3}[.)]|\[[ xX]?\]?|\|)+")
_PART_OF_MORE = re.compile(r"[\d@/\\_=&#<`]|://|www\.|^https?|^mailto", re.IGNORECASE)
_MARKS = "([{*_~\"'“‘”’`)]}.,:;!?…|"
_CLOSING = ".,;:!?…—、，；：。！？\"'”’)"
_SIGNS = re.compile(r"[-–—+*/×x÷=<>≤≥≈~±−#$€£¥₹%°&@/|]+$")
_NUMBERS_FOLLOW = re.compile(r"[-−–+(]?[$€£]?\.?\d|[$€£¥₹(+]|[A-Z]{1,2}\$")
LONGEST_ADDRESS = 300  # of a link: what is longer is cut


class Joiner:
    """Knows which words are read as one.

    Args:
        pack: The language's words; ``None`` if it is not known.
        settings: What is made speakable, the words of one's own among it.
    """

    def __init__(self, pack: SpeechPack | None, settings: Speakable) -> None:
        self._markup = settings.markup
        self._pack = pack
        self._before_names: frozenset[str] = frozenset()
        self._around_numbers: frozenset[str] = frozenset()
        self._after_numbers: tuple[str, ...] = ()
        if pack is not None:
            self._before_names = frozenset({*pack.titles, *pack.heads})
            numbered = {*pack.months, *pack.weekdays, *pack.currencies, *pack.before_numbers}
            self._around_numbers = frozenset({*numbered, *(f"{day}." for day in pack.weekdays)})
            units = (part for unit in pack.units for part in unit.split(" "))
            halves = (
                "am",
                "pm",
                "a.m.",
                "p.m.",
                "AM",
                "PM",
                "A.M.",
                "P.M.",
                "a.",
                "p.",
                "A.",
                "P.",
                "m.",
                "M.",
            )
            extension = ("x", "ext", "ext.", "extension")
            self._after_numbers = tuple(
                {*units, *pack.magnitudes, *pack.currencies, *pack.months, *halves, *extension}
            )
        names = [*(pack.pronunciation if pack else ()), *settings.pronunciation]
        self._pairs = _pairs([*names, *(pack.units if pack else ())])

    def joins(self, text: str, end: int) -> bool | None:
        """Whether a cut at a place would part what is read as one; ``None``: it hangs on what follows."""
        if self._markup and (open_mark := self._in_markup(text, end)) is not False:
            return open_mark
        if end >= len(text):
            return self._at_the_end(text)
        if not text[end].isspace():
            return self._within_word(text, end)
        blank = len(text[end:]) - len(text[end:].lstrip(" \t"))
        if text[end + blank : end + blank + 1] == "\n":
            return False
        left, right = text[:end].rstrip(" \t"), text[end + blank :]
        if not left or left[-1] == "\n":
            return False
        following = re.match(r"\S*", right)
        assert following is not None
        word = following.group()
        return self._words(left, word, complete=following.end() < len(right))

    def _in_markup(self, text: str, end: int) -> bool | None:
        """Whether a link's address, a tag or a fence is open at the place."""
        begin = max(0, end - LONGEST_ADDRESS)
        left = text[begin:end]
        if _OPEN_TARGET.search(left) or _FENCE.search(left) or _OPEN_TAG.search(left):
            return True if end < len(text) else None
        line = left[left.rfind("\n") + 1 :].strip(" \t")
        if line and _LINE_MARK.fullmatch(line):
            return True if end < len(text) else None
        return False

    def _at_the_end(self, text: str) -> bool | None:
        """At the end of what has come: what comes next may go on with the last word."""
        word = text[_word_start(text, len(text)) :]
        bare = word.lstrip(_MARKS)  # an address may stand in brackets
        if text[-1:] in {".", "]", "-", "–"} or _PART_OF_MORE.search(bare):
            return None
        if text[-1:] == ":" and bare.rstrip(":*_").lower() in {"http", "https", "mailto", "ftp"}:
            return None
        if not word:
            return False
        if "." in word.rstrip(_CLOSING):
            return None
        return self._words(text, "", complete=False) if word[-1] in _CLOSING else None

    def _within_word(self, text: str, end: int) -> bool:
        """Within a word: an address, a number, initials."""
        start = _word_start(text, end)
        word = text[start:end] + text[end : end + 1]
        if _PART_OF_MORE.search(word) or (
            text[end - 1] in ".-–" and (text[end].isalnum() or text[end] in "-–/@")
        ):
            return True
        rest = re.match(r"\S*", text[end:])
        assert rest is not None
        return _PART_OF_MORE.search(rest.group()) is not None

    def _words(self, left: str, word: str, *, complete: bool) -> bool | None:
        """Between two words of a line, the second complete or not."""
        last = left[_word_start(left, len(left)) :]
        bare = last.lstrip(_MARKS)
        if (pair := self._is_pair(bare, word, complete=complete)) is not False:
            return pair
        return False if self._pack is None else self._by_kind(last, bare, word, complete=complete)

    def _by_kind(self, last: str, bare: str, word: str, *, complete: bool) -> bool | None:
        """By what the first word is: a title, a number, what stands before a number, an abbreviation."""
        names = {bare, bare.rstrip(_MARKS)}
        if names & self._before_names:
            return True if word else None
        if any(character.isdecimal() for character in last) or last[-1] in "½¼¾⅓⅔⅛":
            return self._after_number(last, word, complete=complete)
        if names & self._around_numbers or _SIGNS.search(last):
            return self._before_number(word)
        if bare[-1:] == "." and self._is_abbreviation(bare):
            return None if not word else not word[0].isupper()
        return False

    def _after_number(self, last: str, word: str, *, complete: bool) -> bool | None:
        """After a number: its unit, its month, its other half."""
        if not word:
            return None
        if last[-1] in ".;:!?…" and last[:-1].lstrip(_MARKS).replace(",", "").isdecimal():
            return False
        if _NUMBERS_FOLLOW.match(word) or _SIGNS.match(word[:1]):
            return True
        bare = word.strip("*_~`([")
        known = bare.rstrip(_MARKS)
        if (
            any(each in {bare, known} for each in self._after_numbers)
            or bare.split("/")[0] in self._after_numbers
        ):
            return True
        if not complete and any(each.startswith(bare) for each in self._after_numbers):
            return None
        return word[0] in "½¼¾⅓⅔⅛%°"

    def _before_number(self, word: str) -> bool | None:
        """After a month, a currency, a sign: a number may follow, or another of these."""
        if not word:
            return None
        bare = word.lstrip("*_~`([")
        known = bare.rstrip(_MARKS)
        numbered = self._around_numbers
        if _NUMBERS_FOLLOW.match(word) or _SIGNS.match(word[:1]) or bare in numbered or known in numbered:
            return True
        return None if any(each.startswith(bare) for each in numbered) and word[-1:] not in _MARKS else False

    def _is_abbreviation(self, word: str) -> bool:
        assert self._pack is not None
        known = (self._pack.abbreviations, self._pack.streets, self._pack.before_numbers, self._pack.units)
        return any(word in table for table in known) or re.fullmatch(r"(?:[A-Za-z]\.)+", word) is not None

    def _is_pair(self, left: str, word: str, *, complete: bool) -> bool | None:
        """Two neighbouring words of a name that is said otherwise than it is written."""
        followers = self._pairs.get(left.lower())
        if followers is None:
            return False
        following = word.strip(_MARKS).lower()
        if following in followers:
            return True
        return None if not complete and any(each.startswith(following) for each in followers) else False


def _pairs(names: Iterable[str]) -> dict[str, set[str]]:
    """Which words follow one another in names of several words."""
    pairs: dict[str, set[str]] = {}
    for name in names:
        words = name.lower().split()
        for one, two in pairwise(words):
            pairs.setdefault(one, set()).add(two)
    return pairs


def _word_start(text: str, end: int) -> int:
    """Where the word that ends at a place begins."""
    start = end
    while start and not text[start - 1].isspace():
        start -= 1
    return start
