"""What drafts cost, how likely they are used, and how much may be spent on them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.budget import Basis, Budget, Experience, Prices, Signs, worth_it
from antiphon.core.events import DraftUsage
from antiphon.errors import ConfigError

REPLY = DraftUsage(1_000, 900, 40, 200, 1)
CLAUSE = DraftUsage(1_000, 900, 40, 25, 1)


# --- prices -------------------------------------------------------------------------------------------


def test_everything_is_billed_at_its_price() -> None:
    prices = Prices(1.0, 0.5, 2.0, 10.0)
    usage = DraftUsage(input_tokens=100, cached_input_tokens=60, output_tokens=5, tts_characters=7)
    assert prices.cost(usage) == pytest.approx((40 * 1.0 + 60 * 0.5 + 5 * 2.0 + 7 * 10.0) / 1e6)


def test_a_price_below_zero_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"prices\.output_per_million_tokens = -1"):
        Prices(output_per_million_tokens=-1)


# --- chances ------------------------------------------------------------------------------------------


def test_at_first_a_prediction_is_as_likely_as_the_predictor_says() -> None:
    for probability in (0.1, 0.5, 0.9):
        assert Experience().chance(Signs(Basis.PREDICTED, probability)) == pytest.approx(probability)


def test_a_final_that_looks_complete_after_a_long_silence_is_likely_to_stand() -> None:
    chance = Experience().chance
    assert chance(Signs(Basis.FINAL, completeness=3, silence_ms=500)) > chance(Signs(Basis.FINAL)) > 0.6
    assert chance(Signs(Basis.FINAL)) > chance(Signs(Basis.INTERIM, stability=0.5))


def test_chances_are_learned_for_each_basis_by_itself_and_forgotten_again() -> None:
    signs, other = Signs(Basis.PREDICTED, 0.5), Signs(Basis.FINAL)
    experience = Experience()
    for _ in range(300):
        experience = experience.after_draft(signs, fits=False)
    assert experience.chance(signs) < 0.2
    assert experience.chance(other) == Experience().chance(other)
    for _ in range(300):
        experience = experience.after_draft(signs, fits=True)
    assert experience.chance(signs) > 0.8


def test_what_was_known_before_does_not_change() -> None:
    experience = Experience()
    experience.after_draft(Signs(Basis.FINAL), fits=False)
    assert experience == Experience()


def test_a_reply_is_expected_to_use_what_replies_used() -> None:
    usual = DraftUsage(400, 0, 45, 220, 1)
    experience = Experience()
    assert experience.reply(usual) == usual
    for _ in range(40):
        experience = experience.after_reply(REPLY)
    learned = experience.reply(usual)
    assert 850 < learned.input_tokens < 1_000
    assert 195 < learned.tts_characters < 210


# --- worth --------------------------------------------------------------------------------------------


def test_a_draft_is_worth_it_where_it_is_likely_saves_time_and_costs_little() -> None:
    assert worth_it(0.8, 600, price_usd=1, reply_usd=1)
    assert worth_it(0.1, 600, price_usd=0.1, reply_usd=1)
    assert not worth_it(0.1, 600, price_usd=0.5, reply_usd=1)
    assert not worth_it(0.8, 30, price_usd=0.5, reply_usd=1)


# --- the account --------------------------------------------------------------------------------------


def test_a_draft_that_becomes_the_reply_is_no_extra() -> None:
    budget = Budget(1.3, Prices())
    reply, clause = Prices().cost(REPLY), Prices().cost(CLAUSE)
    budget.begin(1, clause)
    assert budget.extra_usd == pytest.approx(clause)
    budget.commit(1, reply)
    budget.commit(1, reply)
    assert budget.extra_usd == pytest.approx(0)
    assert budget.replies_usd == pytest.approx(reply)
    budget.take_back(1)
    budget.take_back(1)
    assert budget.extra_usd == pytest.approx(reply)
    budget.commit(1, reply)
    budget.settle(1, CLAUSE)
    assert budget.replies_usd == pytest.approx(clause)


def test_what_is_not_known_is_not_accounted_for() -> None:
    budget = Budget(1.3, Prices())
    budget.commit(1, 1.0)
    budget.take_back(1)
    budget.settle(1, REPLY)
    assert budget.replies_usd == budget.extra_usd == 0


def test_the_first_turn_has_a_credit_that_wasted_drafts_use_up() -> None:
    budget = Budget(1.3, Prices())
    assert budget.allows(0.2, reply_usd=1)
    budget.begin(1, 0.2)
    assert not budget.allows(0.2, reply_usd=1)


def test_who_spends_nothing_more_gets_no_drafts() -> None:
    budget = Budget(1.0, Prices())
    assert not budget.allows(0.01, reply_usd=1)


def test_accounts_of_a_long_call_are_bounded() -> None:
    budget = Budget(1.3, Prices())
    for draft_id in range(1_000):
        budget.begin(draft_id, 1.0)
    budget.settle(0, DraftUsage())
    budget.settle(999, DraftUsage())
    assert budget.extra_usd == pytest.approx(999)


@given(
    st.floats(1.0, 3.0),
    st.lists(st.tuples(st.floats(0.01, 0.5), st.booleans(), st.booleans()), max_size=40),
)
def test_a_call_is_never_overdrawn_by_more_than_a_reply(
    spend: float, drafts: list[tuple[float, bool, bool]]
) -> None:
    """Whatever is begun, refused, used and answered, and wherever the call breaks off."""
    budget, prices = Budget(spend, Prices()), Prices()
    reply = prices.cost(REPLY)
    for draft_id, (share, used, answered) in enumerate(drafts):
        if budget.allows(share * reply, reply):
            budget.begin(2 * draft_id, share * reply)
            if used:
                budget.commit(2 * draft_id, reply)
                budget.settle(2 * draft_id, REPLY)
        if answered and not used:  # the attempt for the final is never refused
            budget.begin(2 * draft_id + 1, reply)
            budget.commit(2 * draft_id + 1, reply)
            budget.settle(2 * draft_id + 1, REPLY)
        assert budget.extra_usd <= (spend - 1) * budget.replies_usd + reply * (1 + 1e-9)
