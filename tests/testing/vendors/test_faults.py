"""Faults are scripted by request, or met by a chance that is the same every time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.errors import ConfigError
from antiphon.testing.vendors.faults import NO_FAULTS, Fault, FaultKind, FaultPlan

MIX = (Fault("close"), Fault("stall", at=1))


def test_a_kind_is_named_by_its_word() -> None:
    assert Fault("stall").kind is FaultKind.STALL


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "explode"},
        {"kind": "close", "at": -1},
        {"kind": "status", "status": 200},
        {"kind": "stall", "delay_ms": -1},
    ],
)
def test_what_can_be_no_fault_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=r"fault\."):
        Fault(**wrong)  # type: ignore[arg-type]


def test_a_probability_is_one() -> None:
    with pytest.raises(ConfigError, match=r"faults\.probability = 2"):
        FaultPlan(probability=2)


def test_a_script_says_which_request() -> None:
    plan = FaultPlan({1: Fault("close")})
    assert [plan.fault_of(n) for n in range(3)] == [None, Fault("close"), None]
    assert NO_FAULTS.fault_of(0) is None


def test_a_script_goes_before_chance() -> None:
    plan = FaultPlan({0: Fault("status", status=401)}, probability=1.0, mix=MIX)
    assert plan.fault_of(0) == Fault("status", status=401)
    assert plan.fault_of(1) in MIX


@given(seed=st.integers(), index=st.integers(0, 10_000))
def test_the_same_seed_brings_the_same_fate(seed: int, index: int) -> None:
    fates = {FaultPlan(probability=0.5, mix=MIX, seed=seed).fault_of(index) for _ in range(3)}
    assert len(fates) == 1


def test_chance_is_as_likely_as_it_was_said_to_be() -> None:
    plan = FaultPlan(probability=0.1, mix=MIX, seed=7)
    fates = [plan.fault_of(n) for n in range(5_000)]
    assert 400 < sum(fate is not None for fate in fates) < 600
    assert set(fates) == {None, *MIX}
