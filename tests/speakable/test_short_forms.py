from __future__ import annotations

import pytest

from antiphon.speakable import Emoji, Speakable, speakable_text

from .cases import Case, case_id, of_kinds


@pytest.mark.parametrize("case", of_kinds("code", "abbreviation", "sign", "emoji"), ids=case_id)
def test_what_is_written_is_said_as_a_person_reads_it(case: Case) -> None:
    assert speakable_text(case.written) == case.spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Dr. Smith lives on Oak Dr. Smith knows.", "Doctor Smith lives on Oak Drive Smith knows."),
        ("Dr is a title.", "Dr is a title."),
        ("Ask Dr Smith.", "Ask Doctor Smith."),
        ("No. That is wrong.", "No. That is wrong."),
        ("Title IC and Part XIX.", "Title IC and Part XIX."),
        ("Tea w/milk.", "Tea with milk."),
        ("USB-C and A4.", "USB-C and A4."),
        ("a * b", "a * b"),
        ("TCP/UDP and a/B", "TCP UDP and a or B"),
        ("5=5 and x=y", "five equals five and x equals y"),
    ],
)
def test_what_stands_around_a_short_form_tells_what_it_is(written: str, spoken: str) -> None:
    assert speakable_text(written) == spoken


@pytest.mark.parametrize(
    ("emoji", "spoken"),
    [(Emoji.DROP, "Great! Done."), (Emoji.NAME, "Great! rocket Done."), (Emoji.KEEP, "Great! 🚀 Done.")],
)
def test_an_emoji_is_dropped_named_or_kept(emoji: Emoji, spoken: str) -> None:
    assert speakable_text("Great! 🚀 Done.", settings=Speakable(emoji=emoji)) == spoken


def test_an_emoji_of_many_parts_has_few_names() -> None:
    name = Speakable(emoji=Emoji.NAME)
    assert speakable_text("👍🏽", settings=name) == "thumbs up sign"
    assert speakable_text("a🚀b", settings=name) == "a rocket b"


def test_words_of_ones_own_are_said_as_told() -> None:
    own = Speakable(
        pronunciation={"Nguyen": "win", "siobhan": "shiv awn", "Côte d'Or": "coat door", "5G": "five gee"}
    )
    written = "Nguyen, SIOBHAN and siobhan at the Côte  d'Or on 5G; nguyen is not Nguyens."
    said = "win, shiv awn and shiv awn at the coat door on five gee; nguyen is not Nguyens."
    assert speakable_text(written, settings=own) == said
    assert speakable_text("habari Nguyen", "sw", own) == "habari win"
