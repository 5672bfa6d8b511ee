"""Writes text as the words that are heard when it is spoken: lower case, digits and prices spelt out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_UNITS = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_CURRENCIES = {"£": "pounds", "$": "dollars", "€": "euros"}
_SIGNS = {"&": "and", "%": "percent", "+": "plus", "@": "at", "°": "degrees"}
_APOSTROPHES = str.maketrans("’‘ʼ`´", "'''''")
_TOKEN = re.compile(
    r"""
      (?P<hour>\b\d{1,2})[:.](?P<minute>[0-5]\d)\b
    | (?P<currency>[£$€])\s?(?P<amount>\d[\d,]*)(?:\.(?P<hundredths>\d\d))?
    | (?P<ordinal>\b\d+)(?:st|nd|rd|th)\b
    | (?P<number>\d[\d,]*)(?:\.(?P<fraction>\d+))?
    | (?P<half>(?<![^\W\d_])[ap])\.?m\b
    | (?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)
    | (?P<sign>[&%+@°])
    """,
    re.VERBOSE,
)


def spoken_words(text: str) -> list[str]:
    """The words of a text as a caller would say them; accents, punctuation and case are dropped."""
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return [word for match in _TOKEN.finditer(plain) for word in _say(match)]


def number_words(number: int) -> list[str]:
    """A number in words: years as pairs (1892: eighteen ninety two), from a million on digit by digit."""
    if number < 20:
        return [_UNITS[number]]
    if number < 100:
        tens, units = divmod(number, 10)
        return [_TENS[tens], *([_UNITS[units]] if units else [])]
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return [_UNITS[hundreds], "hundred", *(["and", *number_words(rest)] if rest else [])]
    if 1100 <= number < 2000 and number % 100 >= 10:
        return number_words(number // 100) + number_words(number % 100)
    if number < 1_000_000:
        thousands, rest = divmod(number, 1000)
        link = ["and"] if 0 < rest < 100 else []
        return [*number_words(thousands), "thousand", *link, *(number_words(rest) if rest else [])]
    return _digits(str(number))


def _say(match: re.Match[str]) -> Iterator[str]:
    kind = match.lastgroup
    if word := match["word"]:
        yield word
    elif hour := match["hour"]:
        yield from number_words(int(hour))
        yield from _minutes(match["minute"])
    elif amount := match["amount"]:
        yield from _whole(amount)
        yield _CURRENCIES[match["currency"]]
        if (hundredths := match["hundredths"]) and int(hundredths):
            yield from number_words(int(hundredths))
    elif ordinal := match["ordinal"]:
        *leading, last = _whole(ordinal)
        yield from leading
        yield _ordinal(last)
    elif number := match["number"]:
        yield from _whole(number)
        if fraction := match["fraction"]:
            yield "point"
            yield from _digits(fraction)
    elif kind == "half":
        yield from (match["half"], "m")
    else:
        yield _SIGNS[match["sign"]]


def _minutes(minute: str) -> list[str]:
    if minute == "00":
        return []
    return ["oh", *number_words(int(minute))] if minute < "10" else number_words(int(minute))


def _whole(digits: str) -> list[str]:
    """A number as written; one that begins with zero or is very long is a code or a telephone number."""
    plain = digits.replace(",", "")
    if len(plain) > 6 or (plain[0] == "0" and len(plain) > 1):
        return _digits(plain)
    return number_words(int(plain))


def _digits(digits: str) -> list[str]:
    return [_UNITS[int(digit)] for digit in digits]


def _ordinal(word: str) -> str:
    if word in _ORDINALS:
        return _ORDINALS[word]
    return f"{word.removesuffix('y')}ieth" if word.endswith("y") else f"{word}th"
