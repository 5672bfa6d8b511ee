"""What the judge knows of languages: words, numbers, and what may be left out."""

from __future__ import annotations

from functools import cache

from antiphon.core.language.align import Mismatch
from antiphon.core.language.clause import Clause, take_apart
from antiphon.core.language.de import GERMAN
from antiphon.core.language.en import ENGLISH
from antiphon.core.language.es import SPANISH
from antiphon.core.language.fr import FRENCH
from antiphon.core.language.matcher import Matcher
from antiphon.core.language.normalise import Normaliser, Transcript
from antiphon.core.language.pack import LanguagePack

PACKS = {pack.language: pack for pack in (ENGLISH, GERMAN, FRENCH, SPANISH)}
"""The languages known, by primary subtag."""


def pack_for(language: str) -> LanguagePack:
    """The pack of a BCP 47 language tag; for a language unknown, words are compared as they stand."""
    return PACKS.get(language.replace("_", "-").split("-")[0].lower(), LanguagePack())


def matcher_for(language: str) -> Matcher:
    """A matcher for a BCP 47 language tag. Matchers of a language share what they know of its words."""
    return Matcher(*_normalisers(pack_for(language).language))


@cache
def _normalisers(language: str) -> tuple[Normaliser, Normaliser]:
    pack = pack_for(language)
    return Normaliser(pack), Normaliser(pack, contractions=False)


__all__ = [
    "PACKS",
    "Clause",
    "LanguagePack",
    "Matcher",
    "Mismatch",
    "Normaliser",
    "Transcript",
    "matcher_for",
    "pack_for",
    "take_apart",
]
