"""Drafts without streams."""

from antiphon.core.messages import Message
from antiphon.core.times import NS_PER_MS
from antiphon.simulation.core_drafts import CoreVendors
from antiphon.simulation.faults import FaultsAt, Where
from antiphon.simulation.profile import LogNormal, Model, Profile, Voice
from antiphon.simulation.vendor_log import VendorLog

PROFILE = Profile(llm=Model(first_token_ms=LogNormal(400)), tts=Voice(first_byte_ms=LogNormal(150)))
TEXT = "new york k0, of course we will see to that for you today."


def vendors(log: VendorLog) -> CoreVendors:
    none = (FaultsAt((), Where.LLM), FaultsAt((), Where.TTS))
    return CoreVendors(lambda messages, call_id, random, begun: TEXT, PROFILE, "test", log, *none)


def test_a_draft_passes_its_stations_in_time() -> None:
    log = VendorLog()
    draft = vendors(log).draft(1, (Message("user", "hi"),), 0)
    assert draft.marks.first_token_ns == 400 * NS_PER_MS
    assert draft.marks.first_segment_ns is not None
    assert draft.ready_ns == draft.marks.first_segment_ns + 150 * NS_PER_MS
    assert draft.text == TEXT


def test_a_draft_that_is_let_go_early_has_cost_little() -> None:
    log = VendorLog()
    draft = vendors(log).draft(1, (Message("user", "hi"),), 0)
    early = draft.settle(300 * NS_PER_MS, 2_000)
    assert (early.output_tokens, early.tts_characters, early.requests) == (0, 0, 1)
    late = draft.settle(10_000 * NS_PER_MS, 60_000)
    assert late.tts_characters == len(TEXT)


def test_speech_that_needs_no_model_asks_none() -> None:
    log = VendorLog()
    draft = vendors(log).speech(1, "Sorry.", 0)
    assert draft.call is None
    assert log.model_calls == []
    assert draft.settle(10_000 * NS_PER_MS, 60_000).requests == 0
