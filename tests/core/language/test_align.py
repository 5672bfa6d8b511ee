"""Word against word: different writings of one thing are no difference."""

from __future__ import annotations

import pytest

from antiphon.core.language import Normaliser, pack_for
from antiphon.core.language.align import Aligner, Mismatch, is_gerund_of

ENGLISH = Normaliser(pack_for("en"))
ALIGNER = Aligner(pack_for("en"))


def mismatch(one: str, other: str) -> Mismatch | None:
    return ALIGNER.mismatch(ENGLISH.prepare(one), ENGLISH.prepare(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("show my playlist now", "show my play list now"),
        ("e mail bob", "email bob"),
        ("john's house", "johns house"),
        ("the light's on", "the light is on"),
        ("your late", "you are late"),
        ("would you mind making tea", "make tea"),
        ("would you mind setting it", "set it"),
        ("would you mind playing it", "play it"),
        ("on my i phone", "on my iphone"),
        ("so very week end", "so very weekend"),
    ],
)
def test_writings_of_one_thing_do_not_part(one: str, other: str) -> None:
    assert mismatch(one, other) is None
    assert mismatch(other, one) is None


@pytest.mark.parametrize(
    ("one", "other", "where"),
    [
        ("play jazz", "play rock", (1, 1)),
        ("play", "play jazz", (1, 1)),
        ("my play list", "my playlists", (1, 1)),
        ("no table", "notable", (0, 0)),
        ("nothing", "no thing", (0, 0)),
        ("together", "to get her", (0, 0)),
        ("five hundredth", "5 hundred th", (0, 0)),
        ("playing tea", "play tea", (0, 0)),
        ("super market place here", "super marketplaces here", (1, 1)),
        ("a1 b", "a 1 b", (0, 0)),
        ("antidisestablish", "an ti dis es tab lish", (0, 0)),
    ],
)
def test_the_first_difference_is_found(one: str, other: str, where: tuple[int, int]) -> None:
    assert mismatch(one, other) == Mismatch(*where)
    assert mismatch(other, one) == Mismatch(*reversed(where))


def test_articles_that_show_roles_must_not_change() -> None:
    german = Normaliser(pack_for("de"))
    aligner = Aligner(pack_for("de"))
    one, other = german.prepare("der hund beisst den mann"), german.prepare("den hund beisst der mann")
    assert aligner.mismatch(one, other) == Mismatch(3, 3)
    assert aligner.mismatch(one, german.prepare("hund beisst mann")) is None


def test_a_gerund_is_known_by_its_base() -> None:
    assert is_gerund_of("playing", "play")
    assert is_gerund_of("making", "make")
    assert is_gerund_of("setting", "set")
    assert not is_gerund_of("setting", "sit")
