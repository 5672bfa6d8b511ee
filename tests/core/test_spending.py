"""What drafts have cost and brought, and what that allows."""

from __future__ import annotations

import pytest

from antiphon.core.budget import Basis, Prices, Signs
from antiphon.core.events import DraftUsage
from antiphon.core.history import History
from antiphon.core.speculation import Speculation
from antiphon.core.spending import Spending

MS = 1_000_000
REPLY = DraftUsage(
    input_tokens=400, cached_input_tokens=200, output_tokens=40, tts_characters=160, requests=1
)
LIKELY, UNLIKELY = Signs(Basis.PREDICTED, probability=0.9), Signs(Basis.PREDICTED, probability=0.01)


def an_account(spend: float = 1.3, prices: Prices | None = None) -> Spending:
    return Spending(Speculation(spend=spend), prices or Prices(), History("Be brief."))


def replied(account: Spending, draft_id: int, usage: DraftUsage = REPLY) -> Spending:
    account.begin(draft_id, early=False)
    account.commit(draft_id)
    account.settle(draft_id, usage)
    return account


def wasted(account: Spending, *draft_ids: int, early: bool = True) -> Spending:
    for draft_id in draft_ids:
        account.begin(draft_id, early=early)
    return account


def test_what_saves_much_and_is_likely_is_worth_its_price() -> None:
    assert an_account().is_worth(LIKELY, 600)
    assert not an_account().is_worth(UNLIKELY, 600)
    assert not an_account().is_worth(LIKELY, 10)


def test_early_drafts_end_where_the_budget_does() -> None:
    account = replied(an_account(), 1)
    begun = 0
    while account.is_worth(LIKELY, 600) and begun < 50:
        begun += 1
        wasted(account, 1 + begun)
    assert 1 < begun < 10
    assert account.allows(), "a draft for complete words is mostly the reply"
    assert replied(account, 100).is_worth(LIKELY, 600), "each reply earns room for more"


def test_without_a_margin_none_is_begun_early() -> None:
    account = replied(an_account(spend=1.0), 1)
    wasted(account, 2)
    assert not account.is_worth(LIKELY, 600)


def test_complete_words_are_drafted_for_until_a_reply_too_much_is_spent() -> None:
    account = an_account()
    assert account.allows()
    wasted(account, *range(1, 4), early=False)
    assert account.allows()
    wasted(account, *range(4, 12), early=False)
    assert not account.allows()


def test_one_that_is_taken_back_counts_as_a_draft_again() -> None:
    account = wasted(an_account(), 1, 2, 3, 4, 5, 6, early=False)
    account.commit(1)
    before = account.is_worth(LIKELY, 600)
    account.take_back(1)
    assert before >= account.is_worth(LIKELY, 600)


def test_what_replies_really_use_is_learned() -> None:
    account = an_account(prices=Prices(tts_per_million_characters=0.0))
    for number in range(1, 6):
        replied(account, number, DraftUsage(50_000, 0, 40, 160, 1))
    assert account.experience.replies > 3
    assert account.experience.reply(DraftUsage()).input_tokens > 20_000


def test_a_first_clause_that_never_could_be_said_ends_openings() -> None:
    account = an_account()
    assert account.opens()
    account.on_opening(good=False)
    assert not account.opens()
    account.on_opening(good=True)
    assert account.opens()


def test_one_that_comes_too_late_is_half_as_bad() -> None:
    account = an_account()
    account.on_opening(good=None)
    assert account.opens()
    account.on_opening(good=None)
    assert not account.opens()


@pytest.mark.parametrize("fits", [True, False])
def test_chances_are_learned(fits: bool) -> None:
    account, signs = an_account(), Signs(Basis.OPENING, words=4)
    before = account.experience.chance(signs)
    account.learn(signs, fits=fits)
    assert (account.experience.chance(signs) > before) is fits


def test_the_pace_is_learned_of_turns_and_drafts() -> None:
    account = an_account()
    account.on_turn(20, 4_000 * MS)
    account.on_ready(2_000 * MS)
    assert account.pace.word_ms < 345
    assert account.pace.ready_ms > 650
