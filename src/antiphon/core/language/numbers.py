"""Numbers, spoken or written, become digits: "one hundred and five" and "105" are one word."""

from __future__ import annotations

import re
from collections.abc import Sequence

from antiphon.core.language.pack import NumberWords
from antiphon.core.language.quantities import QuantityReader

_DIGITS_AND_LETTERS = re.compile(r"(\d[\d.,:/]*?)[.,:/]*([^\W\d_]+)")
_FRACTIONS = {"1/2": ("half",), "1/4": ("quarter",), "3/4": ("3", "quarters")}
_MOST_DIGITS = 15  # of a decimal that is multiplied: what a float holds
_LIMIT = 1_000  # what begins a number, or follows a scale word, stays below


def split_written(token: str, numbers: NumberWords) -> tuple[str, ...]:
    """A token that begins with a digit, in its parts: "7pm" is "7 pm", "1,000.50" is "1000.50"."""
    if (parts := _DIGITS_AND_LETTERS.fullmatch(token)) is not None:
        digits, letters = parts.groups()
        if letters in numbers.ordinal_suffixes and digits.isdecimal():
            return (ordinal(int(digits)),)
        return (*split_written(digits, numbers), letters)
    if "/" in token:
        return _FRACTIONS.get(token) or tuple(token.split("/"))
    if ":" in token:
        return (token,)
    mark = numbers.decimal_mark
    whole, *decimals = token.split(mark)
    head, *groups = re.split(r"[.,]", whole)
    if groups and len(head) <= 3 and all(len(group) == 3 for group in groups):
        head, groups = "".join((head, *groups)), []
    if len(decimals) == 1 and not groups:
        return (f"{head}.{decimals[0]}",)
    return (head, *groups, *decimals)


def ordinal(value: int) -> str:
    """The one form of an ordinal number, as English writes it: it only has to be told from a cardinal."""
    if value % 100 in {11, 12, 13}:
        return f"{value}th"
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{suffix}"


def is_written(word: str) -> bool:
    """Whether a word is a plain number in digits, decimals allowed."""
    return word.replace(".", "", 1).isdecimal()


class NumberReader:
    """Rewrites the numbers in a list of words.

    A cardinal becomes its digits, an ordinal digits with a suffix, a time "h:mm", an amount of money
    digits and the currency's word. What sounds the same becomes the same: "20 2" is "22".
    """

    def __init__(self, numbers: NumberWords) -> None:
        self._numbers = numbers
        self._quantities = QuantityReader(numbers)
        self.starters = frozenset(
            {*numbers.values, *numbers.hundred, *numbers.scales, *numbers.ordinals, *numbers.currencies}
        )
        """A text without digits and without any of these words holds no number."""
        self._readable = self.starters | numbers.zero_letters | numbers.one_articles
        self._counts_after_article = numbers.hundred | numbers.scales.keys()

    def rewrite(self, words: Sequence[str]) -> list[str]:
        """The words with every number in its one form."""
        read: list[str] = []
        position = 0
        while position < len(words):
            word = words[position]
            if word in self._readable or word[0].isdigit():
                word, position = self._read(words, position)
            else:
                position += 1
            read.append(word)
        return self._quantities.rewrite(read)

    def _read(self, words: Sequence[str], position: int) -> tuple[str, int]:
        """The number that begins at a position, or the word as it is; and where to go on."""
        numbers, word = self._numbers, words[position]
        value = self._value(word)
        if value >= 0:
            return self._read_from(words, position)
        if is_written(word):
            return self._read_decimals(words, position + 1, word)
        following = _at(words, position + 1)
        if word in numbers.one_articles and following in self._counts_after_article:
            return self._read_from(words, position + 1, one=True)
        if position and word in numbers.zero_letters and 0 < self._value(following) < 10:
            return self._read_decimals(words, position + 2, f"0{self._value(following)}")
        if word in numbers.ordinals:
            word = ordinal(numbers.ordinals[word])
        return word, position + 1

    def _read_from(self, words: Sequence[str], position: int, *, one: bool = False) -> tuple[str, int]:
        """A number that begins with a number word: a cardinal, an ordinal or a decimal."""
        value, after = self._read_cardinal(words, position, one=one)
        last = self._numbers.ordinals.get(_at(words, after), 0)
        if 0 < last < self._room(value):
            return ordinal(value + last), after + 1
        return self._read_decimals(words, after, str(value))

    def _read_cardinal(self, words: Sequence[str], position: int, *, one: bool) -> tuple[int, int]:
        """A whole number: what is added gets ever smaller, hundreds and scales multiply what they follow."""
        numbers = self._numbers
        total, part, room, scale = 0, int(one), 1 if one else _LIMIT, _LIMIT**6
        begun = one
        while position < len(words):
            word = words[position]
            value = numbers.inside.get(word, -1) if begun else -1
            value = self._value(word) if value < 0 else value
            if (begun or value >= 0) and numbers.scales.get(word, scale) < scale:
                scale = numbers.scales[word]
                total, part, room = total + max(part, 1) * scale, 0, _LIMIT
            elif value >= 0 and (not begun or 0 < value < room):
                part += value
                room = self._room(part)
            elif word in numbers.hundred and 0 < part < 100 and part % 10:
                part, room = part * 100, 100
            elif not (begun and self._joins(words, position, room)):
                break
            begun, position = True, position + 1
        return total + part, position

    def _joins(self, words: Sequence[str], position: int, room: int) -> bool:
        """Whether the word here is the "and" inside a number, and the number goes on behind it."""
        numbers = self._numbers
        fits = room >= 100 if numbers.joins_after_hundred else room in {10, 20} and numbers.joins_after_tens
        if words[position] != numbers.joiner or not fits:
            return False
        following, beyond = _at(words, position + 1), _at(words, position + 2)
        value = numbers.inside.get(following, self._value(following))
        return 0 < value < min(room, 100) and beyond not in numbers.hundred

    def _read_decimals(self, words: Sequence[str], position: int, digits: str) -> tuple[str, int]:
        """What may follow a number: "point four", "million", "and a half"."""
        numbers = self._numbers
        if _at(words, position) in numbers.point and "." not in digits:
            decimals = ""
            after = position + 1
            while (value := self._value(_at(words, after))) >= 0 and (value < 10 or not decimals):
                decimals, after = f"{decimals}{value}", after + 1
                if value >= 10:
                    break
            if decimals:
                digits, position = f"{digits}.{decimals}", after
        if numbers.half and _at(words, position) == numbers.joiner and "." not in digits:
            half = position + 1 + (_at(words, position + 1) in numbers.one_articles)
            if _at(words, half) == numbers.half:
                digits, position = f"{digits}.5", half + 1
        scale = numbers.scales.get(_at(words, position), 0)
        if scale and "." in digits and len(digits) <= _MOST_DIGITS:
            digits, position = str(round(float(digits) * scale)), position + 1
        return digits, position

    def _value(self, word: str) -> int:
        """The value that a word, or digits that could be one, stand for; -1 if none."""
        value = self._numbers.values.get(word)
        if value is not None:
            return value
        if word.isdecimal() and (len(word) <= 3 or word.endswith("000")) and (word[0] != "0" or word == "0"):
            return int(word)
        return -1

    def _room(self, value: int) -> int:
        """The limit for what may be added to a number: 10 after tens, 100 after hundreds."""
        below_hundred = value % 100
        if below_hundred == 0:
            return _LIMIT if value % _LIMIT == 0 and value else 100 if value else 1
        if below_hundred in self._numbers.rooms:
            return self._numbers.rooms[below_hundred]
        return 10 if below_hundred % 10 == 0 and below_hundred > 10 else 1


def _at(words: Sequence[str], position: int) -> str:
    return words[position] if position < len(words) else ""
