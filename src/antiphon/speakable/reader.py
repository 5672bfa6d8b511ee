"""Reads one reply out: segment by segment, from what is written to what is said."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from antiphon.core.speech import Speech
from antiphon.speakable.addresses import Addresses
from antiphon.speakable.amounts import Amounts
from antiphon.speakable.calendar import Calendar
from antiphon.speakable.en import ENGLISH
from antiphon.speakable.joins import Joiner
from antiphon.speakable.markup import Markup, Plain
from antiphon.speakable.numbers import NumberWords
from antiphon.speakable.pack import SpeechPack
from antiphon.speakable.pieces import Piece, speech_of
from antiphon.speakable.rules import BEHIND, Rule, RuleBook
from antiphon.speakable.settings import Emoji, Speakable
from antiphon.speakable.short_forms import ShortForms, dropped_emoji, named_emoji, pronunciation_rules

PACKS: Mapping[str, SpeechPack] = {pack.language: pack for pack in (ENGLISH,)}
"""The languages that are read out, by primary subtag."""

_MONTH_FIRST = frozenset({"en", "en-us", "en-ca", "en-ph"})


class Manner:
    """How an agent's replies are read out: made once, used for each of them.

    Args:
        settings: What is made speakable.
        language: What is spoken, as a BCP 47 tag; one that is not known loses its markup and its emoji, and
            is left to the voice otherwise.
    """

    def __init__(self, settings: Speakable | None = None, language: str = "en") -> None:
        self.settings = settings = settings or Speakable()
        self.joiner = Joiner(_pack_for(language), settings)
        self.book = _book(_rules(settings, language))
        self._named = settings.emoji is Emoji.DROP

    def reader(self) -> Reader:
        """A reader for one reply."""
        return Reader(self)

    def only_emoji(self, written: str) -> Speech:
        """A reply of which nothing would be said: its emoji by their names, where they would be dropped."""
        if not self._named:
            return Speech(written, "")
        names = _NAMES.pieces("", written)
        if not any(name.said for name in names):
            return Speech(written, "")
        return speech_of(written, Plain(written, list(range(len(written)))), names)


@lru_cache(maxsize=64)
def manner_of(settings: Speakable, language: str) -> Manner:
    """One for all calls of the same settings: its rules take milliseconds to make."""
    return Manner(settings, language)


class Reader:
    """Reads one reply's segments, in order."""

    def __init__(self, manner: Manner) -> None:
        self._book = manner.book
        self._markup = Markup() if manner.settings.markup else None
        self._before = ""

    def read(self, written: str) -> Speech:
        """The next segment, written and spoken."""
        if self._markup is None:
            plain = Plain(written, list(range(len(written))))
        else:
            plain = self._markup.strip(written)
        pieces = [] if self._book is None else self._book.pieces(self._before, plain.text)
        self._before = (self._before + plain.text)[-BEHIND:]
        return speech_of(written, plain, [_with_full_stop(piece, plain.text) for piece in pieces])


def _with_full_stop(piece: Piece, text: str) -> Piece:
    """One full stop where an abbreviation ends the text, at which the voice falls; one, not two."""
    said, following = piece.said, text[piece.end :]
    if said.endswith(".") and following.startswith("."):
        return Piece(piece.start, piece.end, said[:-1])
    if said and not said.endswith(".") and text[piece.end - 1] == "." and not following.strip():
        return Piece(piece.start, piece.end, f"{said}.")
    return piece


def _pack_for(language: str) -> SpeechPack | None:
    return PACKS.get(language.replace("_", "-").split("-")[0].lower())


def _rules(settings: Speakable, language: str) -> list[Rule]:
    """The rules that settings ask for, the more particular before the more general."""
    own = pronunciation_rules(settings.pronunciation)
    emoji = {Emoji.DROP: dropped_emoji, Emoji.NAME: named_emoji, Emoji.KEEP: list}[settings.emoji]()
    pack = _pack_for(language)
    if pack is None:
        return [*own, *emoji]
    numbers = NumberWords(pack.numbers, pack.words["point"], pack.words["minus"])
    addresses, short = Addresses(pack, numbers), ShortForms(pack, numbers)
    amounts = Amounts(pack, numbers)
    calendar = Calendar(pack, numbers, day_first=language.replace("_", "-").lower() not in _MONTH_FIRST)
    rules = own
    if settings.abbreviations:
        rules = [*rules, *pronunciation_rules(pack.pronunciation)]
    if settings.addresses:
        rules = [*rules, *addresses.rules()]
    if settings.numbers:
        rules = [*rules, *addresses.telephone_rules(), *calendar.rules(), *addresses.version_rules()]
        rules = [*rules, *amounts.rules(calendar.short_dates()), *short.code_rules()]
    if settings.abbreviations:
        rules = [*rules, *short.rules()]
    return [*rules, *emoji]


def _book(rules: list[Rule]) -> RuleBook | None:
    return RuleBook(rules) if rules else None


_NAMES = RuleBook(named_emoji())
