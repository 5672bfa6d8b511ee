"""What is to happen in a call."""

import itertools
import statistics

from antiphon.simulation.faults import Fault, Kind, Where
from antiphon.simulation.populations import own_world
from antiphon.simulation.scripts import draw_script, with_faults

WORLD = own_world()
SCRIPTS = [draw_script(f"test:{number}", WORLD.populations["echo"], WORLD) for number in range(200)]
UTTERANCES = [utterance for script in SCRIPTS for utterance in script.utterances]


def gaps_ms(utterance: object) -> list[int]:
    words = utterance.words  # type: ignore[attr-defined]
    return [after.start_ms - before.end_ms for before, after in itertools.pairwise(words)]


def test_the_same_seed_is_the_same_script() -> None:
    assert draw_script("test:1", WORLD.populations["echo"], WORLD) == SCRIPTS[1]
    assert SCRIPTS[1] != SCRIPTS[2]


def test_about_a_quarter_of_the_turns_has_a_pause_of_the_right_length() -> None:
    pauses = [max(gaps_ms(utterance), default=0) for utterance in UTTERANCES]
    paused = [pause for pause in pauses if pause >= 200]
    assert 0.18 < len(paused) / len(pauses) < 0.32
    assert 300 <= min(paused) <= max(paused) <= 1_210


def test_people_speak_at_their_rate() -> None:
    rates = [
        len(utterance.words) * 1_000 / utterance.words[-1].end_ms
        for utterance in UTTERANCES
        if len(utterance.words) > 3 and max(gaps_ms(utterance)) < 200
    ]
    assert 2.4 < statistics.median(rates) < 3.4


def test_a_caller_s_fault_changes_what_is_said() -> None:
    script = SCRIPTS[0]
    barging = with_faults(script, (Fault(Where.CALLER, Kind.BARGE_IN, nth=1, ms=400),))
    assert barging != script
    assert with_faults(script, ()).utterances == script.utterances
