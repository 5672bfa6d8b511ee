from __future__ import annotations

from antiphon.core.speech import Link, Speech
from antiphon.speakable.markup import Plain
from antiphon.speakable.pieces import Piece, speech_of


def plain(text: str) -> Plain:
    return Plain(text, list(range(len(text))))


def test_a_text_that_is_said_as_it_stands_needs_no_links() -> None:
    assert speech_of("Sure, yes.", plain("Sure, yes."), []) == Speech.plain("Sure, yes.")


def test_what_touches_a_piece_is_one_word_with_it() -> None:
    speech = speech_of("(5 km), yes", plain("(5 km), yes"), [Piece(1, 5, "five kilometers")])
    assert speech.spoken == "(five kilometers), yes"
    assert speech.links == (Link(0, 7, 0, 18), Link(8, 11, 19, 22))


def test_a_piece_of_silence_has_no_link() -> None:
    speech = speech_of("Hi 😀 you", plain("Hi 😀 you"), [Piece(3, 4, "")])
    assert speech.spoken == "Hi  you"
    assert [link.start for link in speech.links] == [0, 5]


def test_nothing_but_silence_is_spoken_as_nothing() -> None:
    assert speech_of(" 😀 ", plain(" 😀 "), [Piece(1, 2, "")]) == Speech(" 😀 ", "")


def test_links_lead_back_to_where_the_text_stood() -> None:
    speech = speech_of("**5** x", Plain("5 x", [2, 5, 6]), [Piece(0, 1, "five")])
    assert speech.links == (Link(0, 5, 0, 4), Link(6, 7, 5, 6))
