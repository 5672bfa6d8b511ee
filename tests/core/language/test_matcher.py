"""All looks that are taken at a pair."""

from __future__ import annotations

import pytest

from antiphon.core.language import matcher_for, pack_for

ENGLISH = matcher_for("en-GB")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("we're late", "were late"),
        ("we’re late", "were late"),
        ("set, like, an alarm", "set an alarm"),
        ("Like, it is late.", "it is late"),
        ("songs, like, this", "songs like this"),
    ],
)
def test_a_second_look_can_find_the_same_meaning(one: str, other: str) -> None:
    assert ENGLISH.compare(one, other)[2] is None
    assert ENGLISH.compare(other, one)[2] is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("we're late, john", "we were late"),
        ("it's jazz, like queen", "it's jazz"),
        ("go, paris", "go, london"),
    ],
)
def test_a_second_look_does_not_make_different_things_the_same(one: str, other: str) -> None:
    assert ENGLISH.compare(one, other)[2] is not None


def test_a_transcript_is_prepared_once() -> None:
    pair = ("play some jazz", "play some rock")
    first, again = ENGLISH.compare(*pair), ENGLISH.compare(*pair)
    assert first[0] is again[0]
    assert first[1] is again[1]


def test_what_is_kept_is_bounded() -> None:
    first = ENGLISH.compare("play some jazz", "play some rock")[0]
    for number in range(100):
        ENGLISH.compare("stay", f"song {number}")
    assert ENGLISH.compare("play some jazz", "stay")[0] is not first


def test_languages_are_found_by_their_primary_subtag() -> None:
    assert pack_for("en_US").language == pack_for("EN-gb").language == "en"
    assert pack_for("de-AT").language == "de"
    assert pack_for("tlh").language == ""
    assert matcher_for("tlh").pack.language == ""
