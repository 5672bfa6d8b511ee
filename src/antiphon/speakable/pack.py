"""What has to be known of a language to read its written forms out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Currency:
    """What an amount is of: one, several, and their hundredths."""

    one: str
    many: str
    cent: str = ""
    cents: str = ""


@dataclass(frozen=True, slots=True)
class SpeechPack:
    """The words of one language; forms are written as they stand in a text, case kept.

    Attributes:
        language: Its primary subtag.
        numbers: What num2words calls it.
        signs: What is said for a sign that stands alone or between words.
        words: What is said between the parts of numbers and addresses: "point", "to", "dot", "at", …
        months: Full names and abbreviations, to the full name.
        weekdays: The same of weekdays.
        doubtful_weekdays: Abbreviations that are words as well: expanded only before a number.
        currencies: By sign, code or word.
        magnitudes: "k", "M", "million": to the word.
        units: By their abbreviation: the word for one and for several.
        titles: Abbreviations that stand before a name.
        streets: Abbreviations that stand after a name.
        before_numbers: Abbreviations that stand before a number.
        abbreviations: All others.
        code_words: Words after which a number is a code, read digit by digit.
        year_words: Words after which a number of four digits is a year.
        articles: Words after which what is counted stands in the singular: "a five dollar bill".
        heads: Words after which Roman numerals are numbers.
        top_domains: Last parts by which an address is known without "www".
        spelt: Parts of addresses that are said letter by letter.
        file_endings: Last parts by which the name of a file is known.
        pronunciation: Names that are written otherwise than they are said.
    """

    language: str
    numbers: str
    signs: Mapping[str, str]
    words: Mapping[str, str]
    months: Mapping[str, str]
    weekdays: Mapping[str, str]
    currencies: Mapping[str, Currency]
    magnitudes: Mapping[str, str]
    units: Mapping[str, tuple[str, str]]
    titles: Mapping[str, str]
    streets: Mapping[str, str]
    before_numbers: Mapping[str, str]
    abbreviations: Mapping[str, str]
    code_words: frozenset[str]
    year_words: frozenset[str]
    articles: frozenset[str]
    heads: frozenset[str]
    top_domains: frozenset[str]
    spelt: frozenset[str]
    file_endings: frozenset[str]
    doubtful_weekdays: frozenset[str] = frozenset()
    pronunciation: Mapping[str, str] = field(default_factory=dict)
