"""Differences, named in one short sentence."""

from __future__ import annotations

import pytest

from antiphon.core.language import Mismatch, Transcript, matcher_for
from antiphon.core.language.reasons import explain

ENGLISH = matcher_for("en")


def reason(interim: str, final: str) -> str:
    left, right, mismatch = ENGLISH.compare(interim, final)
    assert mismatch is not None
    return explain(ENGLISH.pack, left, right, mismatch)


@pytest.mark.parametrize(
    ("interim", "final", "sentence"),
    [
        ("go to paris", "go to london", 'name or content word differs: "paris" / "london"'),
        ("make it hot", "make it cold", 'opposites: "hot" / "cold"'),
        ("turn it on", "turn it off", 'opposites: "on" / "off"'),
        ("call two", "call three", 'number differs: "2" / "3"'),
        ("play now", "play it again now", 'name or content word differs: nothing / "it again"'),
        ("play it again now", "play now", 'name or content word differs: "it again" / nothing'),
        ("cancel it", "do not cancel it", 'negation differs: nothing / "do not"'),
        ("call him now", "call her now", 'pronoun differs: "him" / "her"'),
        ("come to me", "come at me", 'function word differs: "to" / "at"'),
        ("play jazz", "play jazz by miles", 'the final goes on: "by miles"'),
        ("play jazz by miles", "play jazz", 'the final leaves out: "by miles"'),
        ("red big", "big red", 'word order differs: "red big" / "big red"'),
        ("play", "play one two many words here", 'the final goes on: "1 2 many words…"'),
        ("play", f"play {'long' * 20}", f'the final goes on: "{"long" * 10}…"'),
    ],
)
def test_a_difference_is_named(interim: str, final: str, sentence: str) -> None:
    assert reason(interim, final) == sentence


def test_articles_are_named_where_only_they_differ() -> None:
    one, other = (
        Transcript(("hund",), ("hund",), ("hund",), -1, (case,)) for case in ("accusative", "dative")
    )
    sentence = explain(matcher_for("de").pack, one, other, Mismatch(1, 1))
    assert sentence == 'articles show other roles: "accusative" / "dative"'
