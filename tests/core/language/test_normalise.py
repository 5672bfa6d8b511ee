"""Transcripts in the forms they are compared in."""

from __future__ import annotations

import pytest

from antiphon.core.language import LanguagePack, Normaliser, pack_for

ENGLISH = Normaliser(pack_for("en"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Could you please set an alarm?", "set alarm"),
        ("um well could you you know set set an alarm", "set alarm"),
        ("Anna could you call me", "anna call me"),
        ("what could you do", "what could you do"),
        ("can you", "can you"),
        ("thank you", "thank you"),
        ("okay so please", "so"),
        ("um", "um"),
        ("vitamin a", "vitamin a"),
        ("a a battery", "battery"),
        ("is it a or b", "is it a or b"),
        ("grade a is best", "grade a is best"),
        ("5 mm nails", "5 millimeters nails"),
        ("mm nails", "nails"),
        ("what's been got", "what has been got"),
        ("organize the catalogue", "organise catalog"),
        ("i.e. this", "ie this"),
        ("can you right a letter", "right letter"),
        ("right set an alarm", "set alarm"),
        ("set an alarm thanks a lot would you", "set alarm"),
    ],
)
def test_what_may_be_left_out_is_left_out(text: str, words: str) -> None:
    assert " ".join(ENGLISH.prepare(text).words) == words


def test_a_gerund_that_stands_for_a_request_is_marked() -> None:
    assert ENGLISH.prepare("would you mind playing jazz").gerund == 0
    assert ENGLISH.prepare("anna would you mind playing jazz").gerund == 1
    assert ENGLISH.prepare("playing jazz").gerund == -1


def test_homophones_share_a_key_and_keep_their_words() -> None:
    one, other = ENGLISH.prepare("the whether"), ENGLISH.prepare("the weather")
    assert one.key == other.key
    assert one.words != other.words
    assert ENGLISH.sounds_alike("their", "there")
    assert not ENGLISH.sounds_alike("no", "know")


def test_without_contractions_only_apostrophes_go() -> None:
    bare = Normaliser(pack_for("en"), contractions=False)
    assert bare.prepare("we're there").words == ("were", "there")


def test_fillers_between_commas_can_be_taken_out() -> None:
    assert ENGLISH.without_set_off("Like, set, you know, an alarm, like.") == ", set, an alarm."
    assert ENGLISH.without_set_off("I like jazz, rock") == "I like jazz, rock"
    assert Normaliser(LanguagePack()).without_set_off("like, this") == "like, this"


def test_a_clause_keeps_what_stands_around_a_request() -> None:
    assert ENGLISH.repeated("Sure, could you set a") == ("sure", "could", "you", "set")
    assert ENGLISH.repeated("") == ()


def test_in_a_language_unknown_words_stay_as_they_are() -> None:
    unknown = Normaliser(pack_for("xx"))
    assert unknown.prepare("The the 5 pm, p.m. um?").words == ("the", "the", "5", "pm", "pm", "um")
