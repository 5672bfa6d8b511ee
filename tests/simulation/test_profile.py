"""The values behind every simulated figure."""

import statistics
from random import Random

from antiphon.simulation.profile import LogNormal, Profile


def test_a_quantity_without_spread_is_its_median() -> None:
    assert LogNormal(400).draw(Random(1)) == 400


def test_the_median_of_many_draws_is_the_median() -> None:
    random = Random(1)
    drawn = [LogNormal(400, 0.25).draw(random) for _ in range(4_000)]
    assert abs(statistics.median(drawn) - 400) < 15
    assert min(drawn) > 0


def test_the_profile_is_that_of_ordinary_cloud_vendors() -> None:
    profile = Profile()
    assert profile.llm.first_token_ms.median == 400
    assert profile.tts.first_byte_ms.median == 150
    assert profile.stt.behind_voice_ms == 150
