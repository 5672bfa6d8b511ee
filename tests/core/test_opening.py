"""Openings: a first clause holds when it says nothing but what the final holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.opening import OpeningJudge, check_opening

TABLE_FOR_TWO = "book a table for two"

HOLDS = [
    ("Sure, a table for two", TABLE_FOR_TWO, "book a table for two tomorrow at seven"),
    ("Sure, a table for two —", TABLE_FOR_TWO, "book a table for two please"),
    ("Okay, booking a table", TABLE_FOR_TWO, "book a table for two in the garden"),
    ("Sure, a table", "book a table for two tomorrow", "book a table for two on friday"),
    ("Got it, you'd like a table for two", TABLE_FOR_TWO, "book a table for two for lunch"),
    ("Sure, I'll book a table for you", TABLE_FOR_TWO, "book a table for two"),
    ("Let me check the weather", "what is the weather", "what is the weather in paris"),
    ("Okay, the weather in Paris", "what is the weather in paris", "what is the weather in paris today"),
    ("One moment", "who is", "who is the mayor of london"),
    ("Okay, adding milk to your list", "add milk to my list", "add milk to my list and eggs too"),
    ("Sure, playing your music", "play music", "play music in the kitchen"),
    ("Sure, turning on the lights", "turn on my lights", "turn on my lights in the hall"),
    ("Sure, an alarm for six", "set an alarm for six", "set an alarm for six pm"),
    ("Of course", "play some jazz", "play some jazz by miles davis"),
    ("Sure, setting a", "set a", "set a timer for ten minutes"),
    ("Yes", "is it open", "is it open?"),
    ("Sure, call you tomorrow", "call me tomorrow", "call me tomorrow morning"),
]

FAILS = [
    ("Sure, a table for two", TABLE_FOR_TWO, "book a table for two no wait three", "corrects"),
    ("Sure, a table for two", TABLE_FOR_TWO, "book a table for two sorry for three", "corrects"),
    ("Sure, a table for two", TABLE_FOR_TWO, "book a table for two actually never mind", "withdraws"),
    ("Okay", TABLE_FOR_TWO, "book a table for two never mind", "withdraws"),
    ("Sure, a table for two", TABLE_FOR_TWO, "don't book a table for two", "denies"),
    ("Sure, a table for two", TABLE_FOR_TWO, "cancel a table for two", "second thoughts"),
    ("Okay, a table for two", TABLE_FOR_TWO, "show a table for two", "does not say"),
    ("Sure, a table for two", TABLE_FOR_TWO, "show a table for two", "something else"),
    ("Okay, no onions", "a burger with no onions", "a burger with no onions and a coke", "whole question"),
    ("Sure, a table for two", TABLE_FOR_TWO, "book a table for three", "no longer says"),
    ("Sure, a table for two", TABLE_FOR_TWO, "book a table for two or three", "second thoughts"),
    ("Okay, a table for two", TABLE_FOR_TWO, "book a table for two to four people", 'from "2" to "to"'),
    ("Sure, a table for two", f"{TABLE_FOR_TWO} no wait", f"{TABLE_FOR_TWO} no wait three", "corrects"),
    ("Sure, an alarm for five", "set an alarm for five", "set an alarm for five thirty", "no longer says"),
    ("Sure, a coffee", "order a coffee", "order a coffee machine", 'from "coffee" to "machine"'),
    ("Okay, on Friday", "book it on friday", "book it on friday on saturday", 'from "friday" to "on"'),
    ("Okay, Friday", "book it friday", "book it friday saturday", 'from "friday" to "saturday"'),
    ("Sure, turning on the lights", "turn on the lights", "turn off the lights", "no longer says"),
    ("Sure, deleting your alarm", "delete the alarm", "delete his alarm", "something else"),
    ("Okay, deleting your alarm", "delete his alarm", "delete his alarm for me", "does not say"),
    ("Sure, a list for you", "create a list for her", "create a list for her birthday", "somebody else"),
    ("Yes", "is it open", "is it open on sunday", "whole question"),
    ("No, sorry", "is it open", "is it open on sunday", "whole question"),
    ("Of course", "can i", "can i get a refund", "asks whether"),
    ("It's sunny in Paris", "weather in paris", "weather in paris", "does not say"),
    ("Done", "set an alarm", "set an alarm", "does not say"),
    ("I've booked a table", TABLE_FOR_TWO, TABLE_FOR_TWO, "does not say"),
    ("Okay, Anna", "call anna", "don't call anna", "denies something else"),
    ("Okay, Anna", "don't call anna", "don't call anna today", "denies"),
    ("Okay, Anna", "call anna sorry", "call anna sorry bob", "corrects"),
    ("", "call anna", "call anna", "no words"),
    ("Sure", "", "call anna", "no words"),
    ("Sure", "call anna", "", "no words"),
    ("Sure " * 300, "call anna", "call anna", "too long"),
    ("You'd like to", "play jazz", "play jazz now", "does not say"),
]  # fmt: skip


@pytest.mark.parametrize(("opening", "interim", "final"), HOLDS)
def test_an_opening_holds_that_says_only_what_the_final_holds(opening: str, interim: str, final: str) -> None:
    verdict = check_opening(opening, interim, final)
    assert verdict.holds, verdict.reason


@pytest.mark.parametrize(("opening", "interim", "final", "reason"), FAILS)
def test_an_opening_fails_that_the_final_does_not_bear_out(
    opening: str, interim: str, final: str, reason: str
) -> None:
    verdict = check_opening(opening, interim, final)
    assert not verdict.holds
    assert reason in verdict.reason


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_any_three_texts_can_be_judged(opening: str, interim: str, final: str) -> None:
    verdict = check_opening(opening, interim, final)
    assert verdict.reason


@given(st.sampled_from(["call", "stop", "open", "paris", "five", "his"]), st.text("abc def", max_size=20))
def test_a_word_that_the_final_lacks_is_never_said(word: str, final: str) -> None:
    assert not check_opening(f"Sure, {word} zebra", f"{final} {word} zebra", f"x {final}").holds


@pytest.mark.parametrize(
    ("language", "opening", "interim", "tail", "correction"),
    [
        ("de", "Gerne, einen Tisch für zwei", "reserviere einen Tisch für zwei", "morgen", "nein warte drei"),
        ("fr", "Bien sûr, une table pour deux", "réserve une table pour deux", "demain", "pardon trois"),
        ("es", "Claro, una mesa para dos", "reserva una mesa para dos", "mañana", "perdón tres"),
    ],
)
def test_other_languages_know_their_own_openings(
    language: str, opening: str, interim: str, tail: str, correction: str
) -> None:
    judge = OpeningJudge(language)
    assert judge.check(opening, interim, f"{interim} {tail}").holds
    assert not judge.check(opening, interim, f"{interim} {correction}").holds


def test_in_a_language_unknown_only_the_same_final_will_do() -> None:
    assert check_opening("Dobře", "zavolej anně", "zavolej anně", "cs").holds
    assert not check_opening("Dobře", "zavolej anně", "zavolej anně zítra", "cs").holds
