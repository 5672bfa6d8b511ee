from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.habits import EDGES_MS, HESITATIONS_A_TURN, USUAL, Habits
from antiphon.core.stopping import CUT_IN_MS, SHORTEST_MS, Preset, Terms, hull_steps, wait_ms

TERMS = {preset: Terms(CUT_IN_MS[preset], SHORTEST_MS[preset], 1_200) for preset in Preset}
BALANCED = TERMS[Preset.BALANCED]
SHARP = Terms(BALANCED.cut_in_ms, BALANCED.shortest_ms, BALANCED.longest_ms, softness=1e-9)


def callers() -> st.SearchStrategy[Habits]:
    counts = st.lists(st.floats(0, 100), min_size=len(EDGES_MS), max_size=len(EDGES_MS)).map(tuple)
    return st.builds(Habits, st.floats(0, 50), counts, st.just(0.0))


def usual_wait(log_odds: float, terms: Terms) -> float:
    return wait_ms(log_odds, hull_steps(USUAL, terms), terms)


def cost(wait: float, log_odds: float, habits: Habits, terms: Terms) -> float:
    """What the wait costs by the formula, the chance of a pause interpolated between the edges."""
    longer = habits.expected_pauses()
    above = next((index for index, edge in enumerate(EDGES_MS) if edge > wait), len(EDGES_MS))
    if above == len(EDGES_MS):
        share = longer[-1]
    else:
        begin, end = EDGES_MS[above - 1], EDGES_MS[above]
        share = longer[above - 1] + (longer[above] - longer[above - 1]) * (wait - begin) / (end - begin)
    return math.exp(log_odds) * wait + terms.cut_in_ms * share / HESITATIONS_A_TURN


@given(callers(), st.floats(-12, 12), st.sampled_from(Preset))
def test_a_wait_is_within_its_bounds(habits: Habits, log_odds: float, preset: Preset) -> None:
    terms = TERMS[preset]
    wait = wait_ms(log_odds, hull_steps(habits, terms), terms)
    assert terms.shortest_ms <= wait <= terms.longest_ms + 1e-6


@given(callers(), st.floats(-12, 12), st.floats(0, 5), st.floats(0.01, 4))
def test_the_surer_it_is_over_the_shorter_the_wait(
    habits: Habits, log_odds: float, more: float, softness: float
) -> None:
    terms = Terms(17_000, 160, 1_200, softness)
    steps = hull_steps(habits, terms)
    assert wait_ms(log_odds + more, steps, terms) <= wait_ms(log_odds, steps, terms)


@given(callers(), st.floats(-8, 8))
def test_no_wait_on_the_grid_costs_less(habits: Habits, log_odds: float) -> None:
    wait = wait_ms(log_odds, hull_steps(habits, SHARP), SHARP)
    least = min(
        cost(each, log_odds, habits, SHARP)
        for each in (160, *(edge for edge in EDGES_MS if 160 < edge <= 1_200))
    )
    assert cost(wait, log_odds, habits, SHARP) <= least * (1 + 1e-6) + 1e-6


@given(st.floats(-12, 12))
def test_who_fears_a_cut_in_more_waits_no_less(log_odds: float) -> None:
    eager, balanced, patient = (usual_wait(log_odds, TERMS[preset]) for preset in Preset)
    assert eager <= balanced <= patient


def test_between_two_waits_lies_a_ramp() -> None:
    steps = hull_steps(USUAL, BALANCED)
    jump = max(steps, key=lambda step: step.more_ms)
    below, at, above = (usual_wait(jump.log_odds + by, BALANCED) for by in (-0.06, 0.0, 0.06))
    assert above < at < below == 1_200
    assert at == pytest.approx((above + below) / 2, abs=1)


def test_one_who_pauses_briefly_is_not_waited_for_longer_than_that() -> None:
    brief = Habits(turns=400, pauses=tuple(100.0 * (edge == 400) for edge in EDGES_MS))
    steps = hull_steps(brief, BALANCED)
    assert 490 < wait_ms(1.0, steps, BALANCED) < 510
    assert usual_wait(1.0, BALANCED) == 1_200


def test_where_no_pause_is_to_be_expected_any_longer_there_is_nothing_to_wait_for() -> None:
    terms = Terms(17_000, 160, 5_000)
    assert wait_ms(-12, hull_steps(USUAL, terms), terms) == EDGES_MS[-1]


def test_bounds_may_meet() -> None:
    terms = Terms(17_000, 200, 200)
    assert hull_steps(USUAL, terms) == ()
    assert wait_ms(-5, (), terms) == 200
