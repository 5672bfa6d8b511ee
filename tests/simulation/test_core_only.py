"""The conversation machine alone."""

import pytest

from antiphon.simulation.call import CallSettings, simulate_call
from antiphon.simulation.checkers import check_call
from antiphon.simulation.core_only import simulate_core
from antiphon.simulation.populations import own_world

WORLD = own_world()


@pytest.mark.parametrize("population", WORLD.populations)
def test_it_answers_every_utterance_and_breaks_nothing(population: str) -> None:
    for number in range(5):
        result = simulate_core(f"test:{number}", WORLD.populations[population], CallSettings())
        assert check_call(result) == []
        assert result.turns == len(result.script.utterances)


def test_it_is_given_the_same_script_as_the_whole_session() -> None:
    population = WORLD.populations["echo"]
    whole = simulate_call("test:1", population, CallSettings())
    core = simulate_core("test:1", population, CallSettings())
    assert core.script == whole.script
    assert [message.role for message in core.history] == [message.role for message in whole.history]
    users = [[message.content for message in one.history if message.role == "user"] for one in (core, whole)]
    assert len(users[0]) == len(users[1])


def test_faults_break_nothing_in_it() -> None:
    settings = CallSettings(fault_rate=0.1)
    for number in range(40):
        result = simulate_core(f"faults:{number}", WORLD.populations["acknowledging"], settings)
        assert check_call(result) == []
