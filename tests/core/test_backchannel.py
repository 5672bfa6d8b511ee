"""What shows that a caller listens, what asks for an answer, and what is the agent's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.backchannel import Backchannels, is_asking, is_echo


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "mm-hm"),
        ("en-GB", "Yeah."),
        ("en", "okay, okay, right"),
        ("en", "Uh-huh, I see"),
        ("en", "that's right"),
        ("en", "oh really"),
        ("de", "ja genau"),
        ("de-AT", "Ach so, okay."),
        ("fr", "d'accord"),
        ("fr", "Oui, voilà"),
        ("es", "sí, claro"),
        ("es", "ajá"),
    ],
)
def test_these_say_no_more_than_that_somebody_listens(language: str, text: str) -> None:
    assert Backchannels(language).is_backchannel(text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", ""),
        ("en", "..."),
        ("en", "no"),
        ("en", "stop"),
        ("en", "okay stop"),
        ("en", "wait"),
        ("en", "yeah but"),
        ("en", "what"),
        ("en", "right now"),
        ("en", "yes please"),
        ("de", "nein"),
        ("de", "ja aber"),
        ("fr", "non"),
        ("es", "no"),
        ("xx", "yeah"),
    ],
)
def test_these_say_more(language: str, text: str) -> None:
    assert not Backchannels(language).is_backchannel(text)


@pytest.mark.parametrize(
    ("text", "backchannel"),
    [("yeah", False), ("mm-hm", False), ("okay", False), ("i see", True), ("wow", True)],
)
def test_where_something_is_asked_only_those_that_answer_nothing_are(text: str, backchannel: bool) -> None:
    assert Backchannels("en").is_backchannel(text, asked=True) is backchannel


@given(st.text())
def test_any_text_at_all_is_one_or_is_not(text: str) -> None:
    assert Backchannels("en").is_backchannel(text) in {True, False}


@pytest.mark.parametrize(
    ("heard", "coming"),
    [
        ("Shall I book it?", ""),
        ("Shall I book it", "?"),
        ("We are open. Would you like to", " book a table?"),
        ("Shall I book it? I have", " seven or nine."),
        ("¿Quiere una", " mesa?"),
        ("要りますか？", ""),
    ],
)
def test_these_are_being_asked(heard: str, coming: str) -> None:
    assert is_asking(heard, coming)


@pytest.mark.parametrize(
    ("heard", "coming"),
    [
        ("", ""),
        ("", "Shall I book it?"),
        ("Certainly", ", I can do that."),
        ("We close at nine.", " Shall I book it?"),
        ("Would", " you like to book a table for two?"),
        ("Shall I book it? I have seven or", " nine."),
        ("Would you like to book", ""),
    ],
)
def test_these_are_not(heard: str, coming: str) -> None:
    assert not is_asking(heard, coming)


SPOKEN = "Certainly, I can book a table for two at seven."


@pytest.mark.parametrize("words", ["certainly i can", "book a table", "i can buck a table for two", "SEVEN"])
def test_the_agents_own_words_are_known(words: str) -> None:
    assert is_echo(words, SPOKEN, 0.6)


@pytest.mark.parametrize(
    "words", ["", "no stop", "at eight please", "two for table a", "a bigger one please"]
)
def test_others_are_the_callers(words: str) -> None:
    assert not is_echo(words, SPOKEN, 0.6)
