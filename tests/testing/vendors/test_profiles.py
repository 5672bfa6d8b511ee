"""Profiles are figures within bounds; jitter is seeded and stays within its share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.errors import ConfigError
from antiphon.testing.vendors.profiles import PROFILES, Pace, Profile, find_profile


def test_a_profile_is_found_by_name_or_is_one() -> None:
    assert find_profile("typical") is PROFILES["typical"]
    mine = Profile(first_token_ms=5)
    assert find_profile(mine) is mine


def test_an_unknown_profile_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match=r"no profile 'quick' .* there are: instant, slow, typical"):
        find_profile("quick")


@pytest.mark.parametrize(
    "wrong", [{"first_token_ms": -1}, {"jitter": 1.5}, {"interim_every_ms": 0}, {"tokens_per_s": "many"}]
)
def test_a_figure_out_of_bounds_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match=r"profile\."):
        Profile(**wrong)


@given(delay=st.floats(0, 10_000), jitter=st.floats(0, 1), seed=st.text())
def test_a_delay_varies_within_its_share_and_the_same_way_each_time(
    delay: float, jitter: float, seed: str
) -> None:
    profile = Profile(jitter=jitter)
    varied = Pace(profile, seed).vary(delay)
    assert delay * (1 - jitter) * 0.999 <= varied <= delay * (1 + jitter) * 1.001
    assert Pace(profile, seed).vary(delay) == varied
