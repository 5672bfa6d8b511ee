"""What goes wrong."""

from random import Random

from antiphon.simulation.faults import KINDS, Fault, FaultsAt, Kind, Stage, Where, draw_faults


def test_a_rate_of_none_draws_none_and_a_sure_one_hits_everything() -> None:
    assert draw_faults(Random(1), 0, 5) == ()
    certain = draw_faults(Random(1), 1, 5)
    assert {fault.where for fault in certain} == set(Where)
    assert all(fault.kind in KINDS[fault.where] for fault in certain)


def test_the_same_seed_draws_the_same() -> None:
    assert draw_faults(Random(7), 0.3, 5) == draw_faults(Random(7), 0.3, 5)


def test_faults_are_found_by_what_they_hit() -> None:
    stall = Fault(Where.LLM, Kind.STALL, nth=2)
    at = FaultsAt([stall, Fault(Where.TTS, Kind.ERROR, nth=2)], Where.LLM)
    assert at
    assert at.of(2) == [stall]
    assert at.find(2, Kind.STALL) is stall
    assert at.find(2, Kind.ERROR) is None
    assert at.of(0) == []
    assert not FaultsAt([stall], Where.STT)
    assert FaultsAt([], Where.STT).find(0, Kind.STALL) is None


def test_a_fault_reads_as_what_it_is() -> None:
    assert str(Fault(Where.LLM, Kind.STALL, 2, Stage.MIDDLE, 500)) == "llm stall 2 (middle, 500 ms)"
    assert "at 900 ms" in str(Fault(Where.APP, Kind.SAY, ms=900))
