"""What a call is measured by."""

import pytest

from antiphon.core.messages import Message
from antiphon.simulation.measures import measure, spend_usd
from antiphon.simulation.profile import Model, Prices
from antiphon.simulation.vendor_log import ModelCall, Synthesis, VendorLog

from .calls import a_call, empty_result, replied, spoken, utterance

PRICES = Prices(1.0, 0.1, 10.0, 100.0)  # USD per million: input, cached input, output, characters


def test_delays_are_from_the_last_voiced_sample_to_the_first_sound_of_the_reply() -> None:
    result = empty_result(utterance("a table for two"))
    spoken(result, result.script.utterances[0], 1_000)  # until 2,200
    replied(result, "a table for two", 3_050)
    result.ended_ns = 10_000_000_000
    assert measure(result).glass_to_glass_ms == (850.0,)


def test_an_utterance_that_was_not_answered_before_the_next_has_no_delay() -> None:
    result = empty_result()
    spoken(result, utterance("wait"), 1_000)
    spoken(result, utterance("for two"), 2_000)
    replied(result, "wait for two", 3_400)
    result.ended_ns = 10_000_000_000
    figures = measure(result)
    assert figures.glass_to_glass_ms == (800.0,)
    assert figures.turns == 2


def test_a_cut_in_sounds_before_the_caller_has_finished() -> None:
    result = empty_result()
    spoken(result, utterance("a table for two"), 1_000)
    replied(result, "a table", 2_110, heard_ms=60)
    replied(result, "a table for two", 2_900)
    result.ended_ns = 10_000_000_000
    assert measure(result).cut_ins == 1
    assert measure(result).glass_to_glass_ms == (700.0,)


def test_a_sound_less_than_80_ms_before_the_end_is_none() -> None:
    result = empty_result()
    spoken(result, utterance("a table for two"), 1_000)
    replied(result, "a table", 2_150)
    result.ended_ns = 10_000_000_000
    assert measure(result).cut_ins == 0


def test_what_was_asked_before_is_billed_at_the_cache_s_price() -> None:
    system, first, second = (
        Message("system", "x" * 400),
        Message("user", "a" * 36),
        Message("user", "b" * 36),
    )
    log = VendorLog()
    log.model_calls.append(ModelCall(0, 0, (system, first), "", output_tokens=10))
    assert spend_usd(log, Model(), PRICES) * 1e6 == pytest.approx(1_000 + 100)
    log.model_calls.append(ModelCall(1, 0, (system, second), "", output_tokens=0))
    new = 36 // 4 + 4
    assert spend_usd(log, Model(), PRICES) * 1e6 == pytest.approx(1_100 + new + (1_000 - new) * 0.1)
    log.model_calls.append(ModelCall(2, 0, (system, first), "", output_tokens=0))
    assert spend_usd(log, Model(), PRICES) * 1e6 == pytest.approx(1_100 + new + (1_000 - new) * 0.1 + 100)


def test_the_voice_bills_the_characters_it_was_given() -> None:
    log = VendorLog(syntheses=[Synthesis(0, 0, "hello"), Synthesis(1, 0, "")])
    assert spend_usd(log, Model(), PRICES) * 1e6 == pytest.approx(500)


def test_a_whole_call_has_all_figures() -> None:
    result = a_call()
    figures = measure(result)
    assert figures.turns == len(figures.glass_to_glass_ms) == figures.hits
    assert figures.substance_ms == figures.glass_to_glass_ms
    assert figures.seam_gap_ms == ()
    assert figures.llm_calls >= figures.turns
    assert figures.spend_usd > 0
