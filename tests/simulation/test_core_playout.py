"""Playout without audio: what is heard is what the whole session's listener hears."""

from antiphon.simulation.call import CallSettings, simulate_call
from antiphon.simulation.core_only import simulate_core
from antiphon.simulation.populations import own_world


def test_replies_sound_one_after_the_other_and_about_as_long_as_they_would() -> None:
    population = own_world().populations["echo"]
    core = simulate_core("test:3", population, CallSettings())
    whole = simulate_call("test:3", population, CallSettings())
    for before, behind in zip(core.heard, core.heard[1:], strict=False):
        assert before.stop_ns <= behind.start_ns
    lengths = [sum(heard.stop_ns - heard.start_ns for heard in result.heard) for result in (core, whole)]
    assert 0.5 < lengths[0] / lengths[1] < 2
