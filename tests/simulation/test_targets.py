"""What the calls of the package's own populations must reach, in virtual time, where no machine is slow."""

from dataclasses import replace
from statistics import median

import pytest

from antiphon.core.segmenter import Segmenter
from antiphon.simulation.call import CallResult, CallSettings, simulate_call
from antiphon.simulation.campaign import Campaign, run_campaign
from antiphon.simulation.measures import measure
from antiphon.simulation.populations import World, own_world, world_of
from antiphon.simulation.profile import LogNormal, Profile
from antiphon.simulation.report import PopulationReport

CALLS = 60


def without_jitter(profile: Profile) -> Profile:
    """Nobody pauses, and the vendors answer as fast each time."""
    return replace(
        profile,
        speech=replace(profile.speech, turns_with_pause=0.0),
        llm=replace(profile.llm, first_token_ms=LogNormal(profile.llm.first_token_ms.median)),
        tts=replace(profile.tts, first_byte_ms=LogNormal(profile.tts.first_byte_ms.median)),
    )


@pytest.fixture(scope="module")
def steady() -> tuple[World, list[CallResult]]:
    own = own_world()
    world = world_of(without_jitter(own.profile), own.populations, own.sentences)
    settings = CallSettings(world)
    return world, [simulate_call(f"1:{n}", world.populations["echo"], settings) for n in range(CALLS)]


def floors_ms(world: World, result: CallResult) -> list[float]:
    """For each turn: when a recogniser's interim could hold every word, and the reply to that be heard."""
    stt, llm, tts = world.profile.stt, world.profile.llm, world.profile.tts
    floors = []
    for said in result.said:
        first_tick = said.stretches[0][0] + stt.interim_every_ms
        known = said.stop + stt.behind_voice_ms
        ticks = max(0, -(-(known - first_tick) // stt.interim_every_ms))
        held = first_tick + ticks * stt.interim_every_ms - said.stop
        clause_ms = clause_tokens(result) * 1_000 / llm.tokens_per_s
        floors.append(held + llm.first_token_ms.median + clause_ms + tts.first_byte_ms.median)
    return floors


def clause_tokens(result: CallResult) -> int:
    """How many tokens after the first make the first clause."""
    segmenter = Segmenter()
    for number, token in enumerate(result.log.model_calls[0].text.split()):
        if segmenter.push(f" {token}" if number else token):
            return number
    raise AssertionError("a reply without a clause")


def test_steady_calls_reach_the_floor_of_drafting_from_a_complete_transcript(
    steady: tuple[World, list[CallResult]],
) -> None:
    world, results = steady
    p50 = median(delay for result in results for delay in measure(result).glass_to_glass_ms)
    floor = median(floor for result in results for floor in floors_ms(world, result))
    assert p50 <= 1.05 * floor


def test_steady_calls_take_hardly_more_than_a_request_a_turn(steady: tuple[World, list[CallResult]]) -> None:
    _, results = steady
    requests = sum(measure(result).llm_calls for result in results)
    assert requests <= 1.5 * sum(result.turns for result in results)


@pytest.fixture(scope="module")
def echo() -> PopulationReport:
    return run_campaign(Campaign(1, CALLS, ("echo",), CallSettings()))["populations"]["echo"]


def test_with_pauses_and_jitter_half_of_the_replies_come_within_890_ms(echo: PopulationReport) -> None:
    p50 = echo["glass_to_glass_ms"]["p50"]
    assert p50 is not None
    assert p50 <= 890  # 870 to 884 by how the vendors' delays are drawn


def test_nearly_every_turn_is_served_by_a_draft_at_little_more_than_the_price_of_none(
    echo: PopulationReport,
) -> None:
    assert echo["hit_rate"] is not None
    assert echo["spend_ratio"] is not None
    assert echo["hit_rate"] >= 0.85
    assert echo["spend_ratio"] <= 1.15
