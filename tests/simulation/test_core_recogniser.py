"""A recogniser without audio: it tells the machine what the scripted one tells a session."""

from antiphon.core.notices import TranscriptChanged
from antiphon.simulation.call import CallResult, CallSettings, simulate_call
from antiphon.simulation.core_only import simulate_core
from antiphon.simulation.populations import own_world

ECHO = own_world().populations["echo"]


def interims_a_turn(result: CallResult) -> float:
    changed = [notice for notice in result.notices if isinstance(notice, TranscriptChanged)]
    return len(changed) / result.turns


def test_it_tells_about_as_much_and_ends_with_the_same_words() -> None:
    numbers = range(8)
    whole = [simulate_call(f"test:{number}", ECHO, CallSettings()) for number in numbers]
    core = [simulate_core(f"test:{number}", ECHO, CallSettings()) for number in numbers]
    told = [sum(map(interims_a_turn, results)) / len(results) for results in (whole, core)]
    assert abs(told[0] - told[1]) < 0.25 * told[0]
    for one, other in zip(whole, core, strict=True):
        assert len(one.log.finals) > 0
        assert len(other.log.finals) > 0
