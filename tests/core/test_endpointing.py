from __future__ import annotations

import pytest

from antiphon.core.endpointing import Endpointing, FixedSilence, Wait
from antiphon.core.evidence import Evidence
from antiphon.core.stopping import Preset
from antiphon.errors import ConfigError

MS = 1_000_000


def evidence(*, vendor: bool = False) -> Evidence:
    return Evidence("book a table", is_final=True, reply_ready=True, vendor_end_of_turn=vendor)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("longest_ms", 99),
        ("longest_ms", 10_001),
        ("silence_ms", -1),
        ("silence_ms", 10_001),
        ("final_timeout_ms", -1),
        ("final_timeout_ms", 30_001),
    ],
)
def test_a_wait_out_of_range_is_refused(setting: str, value: int) -> None:
    with pytest.raises(ConfigError, match=rf"endpointing\.{setting} = {value}"):
        Endpointing(**{setting: value})


def test_a_preset_is_known_by_its_name() -> None:
    assert Endpointing("eager").preset is Preset.EAGER  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=r'endpointing.preset = .hasty.: expected one of "eager", "bal'):
        Endpointing("hasty")  # type: ignore[arg-type]


def test_a_fixed_silence_is_the_same_for_everybody() -> None:
    assert FixedSilence(450).wait(evidence()) == Wait(450 * MS, "silence 450 ms")


def test_where_the_recogniser_is_sure_there_is_no_wait() -> None:
    wait = FixedSilence(600).wait(evidence(vendor=True))
    assert wait == Wait(0, "the recogniser's end of turn")
