"""What must be true of every language pack, so that no list can let a changed meaning through."""

from __future__ import annotations

from itertools import combinations

import pytest

from antiphon.core.language import PACKS, LanguagePack, Normaliser

packs = pytest.mark.parametrize("pack", PACKS.values(), ids=list(PACKS))


def left_out(pack: LanguagePack) -> set[str]:
    """Words that can be left out alone."""
    single = (*pack.anywhere, *pack.openers, *pack.requests, *pack.closers)
    return set(pack.hesitations) | {phrase.words[0] for phrase in single if len(phrase.words) == 1}


@packs
def test_nothing_that_carries_meaning_is_ever_left_out(pack: LanguagePack) -> None:
    numbers = pack.numbers
    assert numbers is not None
    assert not left_out(pack) & (
        pack.negations | pack.pronouns | numbers.values.keys() | numbers.ordinals.keys()
    )


@packs
def test_no_opposites_sound_alike(pack: LanguagePack) -> None:
    for pair in pack.opposites:
        assert len({pack.homophones.get(word, word) for word in pair}) == len(pair)


@packs
def test_no_number_denial_or_filler_sounds_like_anything_else(pack: LanguagePack) -> None:
    numbers = pack.numbers
    assert numbers is not None
    counted = {*numbers.values, *numbers.ordinals, *numbers.hundred, *numbers.scales}
    assert not pack.homophones.keys() & (pack.negations | counted | pack.hesitations | pack.articles)


@packs
def test_tables_lead_to_words_that_lead_nowhere_else(pack: LanguagePack) -> None:
    assert all(pack.homophones.get(one, one) == one for one in pack.homophones.values())
    assert all(other not in pack.spelling for other in pack.spelling.values())
    normaliser = Normaliser(pack)
    for word in pack.spelling.values():
        assert normaliser.prepare(word).said == (word,)


@packs
def test_what_denies_is_kept_when_contractions_are_written_out(pack: LanguagePack) -> None:
    for short, words in pack.expansions.items():
        if "n't" in short:
            assert "not" in words


@packs
def test_articles_are_no_pronouns_unless_they_are_watched(pack: LanguagePack) -> None:
    assert pack.articles & pack.pronouns <= pack.ambiguous_articles
    assert pack.ambiguous_articles <= pack.articles


@packs
def test_an_agreement_or_answer_is_never_a_mere_receipt(pack: LanguagePack) -> None:
    opening = pack.opening
    assert opening is not None
    for one, other in combinations((opening.receipts, opening.agreements, opening.polarities), 2):
        assert not set(one) & set(other)


@packs
def test_phrases_come_longest_first(pack: LanguagePack) -> None:
    opening = pack.opening
    assert opening is not None
    for phrases in (opening.receipts, opening.frames, opening.tails, opening.agreements, opening.polarities):
        assert [len(phrase) for phrase in phrases] == sorted(map(len, phrases), reverse=True)


def test_irregular_spellings_follow_their_rules() -> None:
    prepare = Normaliser(PACKS["en"]).prepare
    for british, american in (
        ("colours", "colors"),
        ("neighbourhood", "neighborhood"),
        ("organising", "organizing"),
        ("analysed", "analyzed"),
        ("kilometres", "kilometers"),
        ("travelling", "traveling"),
        ("jeweller", "jeweler"),
        ("fuelled", "fueled"),
        ("dialogues", "dialogs"),
        ("paediatric", "pediatric"),
        ("greyish", "grayish"),
        ("manoeuvred", "maneuvered"),
    ):
        assert prepare(british).words == prepare(american).words
    for one, other in (
        ("hour", "hor"),
        ("four", "for"),
        ("prise", "prize"),
        ("refilled", "refiled"),
        ("acre", "acer"),
    ):
        assert prepare(one).words != prepare(other).words
