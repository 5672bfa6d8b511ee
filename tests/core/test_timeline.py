from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.timeline import PATH, contributions

STATIONS = [station for station, _ in PATH if station != "audible"]
MOMENTS = st.integers(0, 10_000_000_000)


@given(MOMENTS, MOMENTS, st.dictionaries(st.sampled_from(STATIONS), MOMENTS))
def test_contributions_sum_to_glass_to_glass_whatever_the_marks(
    last_voiced: int, audible: int, others: dict[str, int]
) -> None:
    spent = contributions({"last_voiced": last_voiced, "audible": audible, **others})
    assert sum(spent.values()) == audible - last_voiced
    assert 0 not in spent.values()
    assert list(spent) == ["cut_in"] if audible < last_voiced else all(value > 0 for value in spent.values())


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        pytest.param({}, {"leading_silence": 1_000}, id="what nothing else explains is silence in the audio"),
        pytest.param(
            {"wait_over": 300, "end_of_turn": 310, "llm_requested": 310, "first_token": 700, "handed": 1_000},
            {"endpointing": 300, "runtime": 310, "llm_first_token": 390},
            id="stretches with one name add up",
        ),
        pytest.param(
            {"wait_over": 300, "first_token": 100, "first_audio": 200, "handed": 990},
            {"endpointing": 300, "runtime": 690, "leading_silence": 10},
            id="a station passed early contributes nothing",
        ),
        pytest.param(
            {"wait_over": 300, "handed": 2_000},
            {"endpointing": 300, "runtime": 700},
            id="nothing is later than the sound",
        ),
    ],
)
def test_time_is_spent_on_the_way_to_the_next_station(
    marks: dict[str, int], expected: dict[str, int]
) -> None:
    assert contributions({"last_voiced": 0, "audible": 1_000, **marks}) == expected


def test_a_reply_before_the_last_sound_is_a_cut_in() -> None:
    assert contributions({"last_voiced": 500, "audible": 400, "wait_over": 450}) == {"cut_in": -100}


def test_contributions_come_in_the_order_of_the_path() -> None:
    marks = {station: number * 10 for number, station in enumerate([*STATIONS, "audible"], 1)}
    spent = contributions({"last_voiced": 0, **marks})
    assert list(spent) == list(dict.fromkeys(name for _, name in PATH))
