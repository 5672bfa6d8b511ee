"""A caller in a browser: what the accounts of its turns come to, and one real turn."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from antiphon.bench.browser import (
    AFTER_S,
    FIRST_AFTER_S,
    RATE_HZ,
    finding,
    recording,
    run_browser,
    transport_ns,
)
from antiphon.bench.speech import FORMAT
from antiphon.errors import UserError
from antiphon.telemetry.contributions import KNOWN

SPENT_MS = {"uplink": 12.0, "endpointing": 180.0, "stt": 40.0, "runtime": 1.0, "network": 5.0, "device": 10.0}


def record(whole_ms: float | None = 248.0) -> dict[str, object]:
    return {"glass_to_glass_ms": whole_ms, "contributions_ms": SPENT_MS}


def test_the_transport_s_share_is_all_that_is_neither_decided_nor_a_provider_s() -> None:
    assert transport_ns({name: round(ms * 1e6) for name, ms in SPENT_MS.items()}) == 28_000_000
    everything = {known.name: 1 for known in KNOWN}
    assert (
        transport_ns(everything)
        == len({"runtime", "playout", "uplink", "network", "client_buffer", "device"}) + 1
    )


def test_each_measure_is_told_and_each_target_judged() -> None:
    found = finding([record(), record(), record(None)])
    rows = {str(row["metric"]): row for row in found.rows}
    assert rows["glass to glass"]["p50"] == 248
    assert rows["transport's share"]["p50"] == 28
    assert [rows[name]["met"] for name in ("glass to glass", "transport's share")] == [True, True]
    assert rows["network"]["samples"] == 2, "of a turn without a reply nothing was heard"
    assert found.what["turns_answered"] == 2


def test_the_microphone_hears_one_question_after_the_other() -> None:
    questions = [np.full(FORMAT.rate_hz, level, np.int16) for level in (1_000, 2_000)]
    sound = recording(questions, 3)
    assert len(sound) == round((FIRST_AFTER_S + 3 * (1 + AFTER_S)) * RATE_HZ)
    assert not sound[: round(FIRST_AFTER_S * RATE_HZ)].any()
    places = [FIRST_AFTER_S + 0.5 + turn * (1 + AFTER_S) for turn in range(3)]
    assert [round(int(sound[round(at_s * RATE_HZ)]), -2) for at_s in places] == [1_000, 2_000, 1_000]


def test_a_browser_that_is_not_there_is_named() -> None:
    with pytest.raises(UserError, match="/no/browser is no program: install Chromium, or say where it is"):
        run_browser(print, turns=1, chromium=Path("/no/browser"))


@pytest.mark.embedded
def test_a_real_turn_in_chromium_is_accounted_for_from_microphone_to_sound_card() -> None:
    if shutil.which("chromium") is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    found = run_browser(print, turns=1)
    rows = {str(row["metric"]): row for row in found.rows}
    assert rows["glass to glass"]["samples"] == 1
    assert {"uplink", "network", "device"} <= set(rows)
