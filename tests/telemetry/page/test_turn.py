from __future__ import annotations

import pytest

from antiphon.core.notices import Ledger, TurnRecord
from antiphon.telemetry.page.turn import LEAD_IN_S, TurnCard, spend_text
from antiphon.telemetry.story import TurnStory

from ..samples import BEGAN_NS, DRAFTED, MS, STREAMED, report, turn_record
from .test_markup import Reader


def card(turn: TurnStory, *, playable: bool = True) -> str:
    return TurnCard(turn, 1, BEGAN_NS, playable, reach_ms=1028.0).html()


def test_a_turn_shows_words_delay_and_what_became_of_the_drafts() -> None:
    text = Reader(card(report((DRAFTED,)).turns[0])).text
    for part in (
        "Turn 1",
        "333 ms",
        "drafted ahead",
        "I'd like to book a table for two",
        "Sure, a table for two. For which evening?",
        "2 drafts: 1 reused, 1 discarded, 634 ms saved",
        "discarded: only the final has 'two'",
        "reused: the same words",
        "\u2212700 ms",
        "Spent: 2 model requests, 460 tokens in (400 cached), 31 out, 88 characters spoken.",
    ):
        assert part in text, part


def test_a_turn_can_be_played_by_pointer_and_by_keyboard() -> None:
    turn = report((DRAFTED, DRAFTED)).turns[1]
    tags = Reader(card(turn)).tags
    article = dict(tags[0][1])
    button = next(dict(attributes) for tag, attributes in tags if tag == "button")
    assert float(article["data-seek"] or "") == pytest.approx(7.5 - LEAD_IN_S)
    assert button["data-seek"] == article["data-seek"]
    assert button["aria-label"] == "Play turn 1 from 0:07"


def test_a_turn_without_a_recording_has_nothing_to_press() -> None:
    made = card(report((DRAFTED,)).turns[0], playable=False)
    assert "<button" not in made
    assert "data-seek" not in made


def test_a_turn_whose_beginning_was_missed_plays_from_its_last_sound() -> None:
    turn = TurnStory(turn_record(last_voiced_ns=BEGAN_NS + 4_000 * MS), BEGAN_NS + 9_000 * MS)
    assert TurnCard(turn, 1, BEGAN_NS, playable=True, reach_ms=1.0).position_s == pytest.approx(4 - LEAD_IN_S)


def test_the_waterfall_says_in_words_what_it_draws() -> None:
    made = card(TurnStory(turn_record(contributions_ms=STREAMED), 0))
    assert (
        "1,028 ms from the caller&#x27;s last sound to the reply&#x27;s first: end-of-turn wait 300 ms; "
        "voice detection 18 ms; transcript 42 ms; runtime 2 ms; first token 402 ms; first clause 81 ms; "
        "first audio 151 ms; playout 20 ms; leading silence 12 ms."
    ) in made


@pytest.mark.parametrize(
    ("outcome", "tag"),
    [
        ("interrupted", "interrupted"),
        ("withdrawn", "withdrawn: the caller went on"),
        ("closed", "call closed"),
    ],
)
def test_a_turn_that_ended_otherwise_says_how(outcome: str, tag: str) -> None:
    assert tag in Reader(card(TurnStory(turn_record(outcome=outcome), 0))).text


def test_a_withdrawn_reply_shows_no_delay_at_its_head() -> None:
    assert 'class="delay"' not in card(TurnStory(turn_record(outcome="withdrawn"), 0))


def test_a_turn_nobody_answered_says_so_and_why() -> None:
    record = TurnRecord(1, "", None, None, {}, {}, Ledger(), False, "failed", "tts: <gone>")
    text = Reader(card(TurnStory(record, 0))).text
    assert "Nothing was heard." in text
    assert "tts: <gone>" in text
    assert "Where the time went" not in text


def test_what_was_spent_is_put_in_words() -> None:
    assert spend_text(Ledger()) == "Spent: 0 model requests, 0 tokens in, 0 out, 0 characters spoken."


def test_the_agents_that_a_turn_was_handed_over_to_are_named() -> None:
    assert "handed to billing" in Reader(card(TurnStory(turn_record(), 0, handed_to=("billing",)))).text
