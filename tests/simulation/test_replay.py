"""Watching one call."""

from antiphon.simulation.call import simulate_script
from antiphon.simulation.caller import SpokenWord, Utterance
from antiphon.simulation.checkers import Violation
from antiphon.simulation.faults import Fault, Kind, Where
from antiphon.simulation.replay import event_lines, script_lines
from antiphon.simulation.scripts import Script

from .calls import ECHO, a_call, utterance

RESULT = a_call("test:6", fault_rate=0.3)


def test_a_script_reads_as_what_will_happen() -> None:
    paused = Utterance((SpokenWord("for", 0, 300), SpokenWord("two", 700, 1_000)), after_ms=500)
    noise = Utterance((), barge_in_ms=200, noises=((0, 90),))
    hung_up = utterance("bye", after_ms=100, hang_up_ms=150)
    fault = Fault(Where.LLM, Kind.STALL, 2, ms=500)
    assert list(script_lines(Script("3:4", (paused, noise, hung_up), faults=(fault,)))) == [
        "call 3:4",
        "  0: for (400 ms) two  – 500 ms after the reply",
        "  1: [noise of 90 ms]  – 200 ms into the reply",
        "  2: bye  – 100 ms after the reply, hangs up at 150 ms",
        "  fault: llm stall 2 (start, 500 ms)",
    ]


def test_a_script_is_a_line_for_each_utterance_and_fault() -> None:
    lines = list(script_lines(RESULT.script))
    assert len(lines) == 1 + len(RESULT.script.utterances) + len(RESULT.script.faults)


def test_events_come_in_the_order_of_time_with_the_history_at_the_end() -> None:
    lines = list(event_lines(RESULT))
    times = [float(line.split()[0]) for line in lines if line.split()[0][0].isdigit()]
    assert times == sorted(times)
    assert lines[-1].split()[0] == "history"
    for who in ("caller", "stt", "llm", "core", "heard"):
        assert any(line.split()[1] == who for line in lines)


def test_what_is_wrong_stands_where_it_happened() -> None:
    result = simulate_script(Script("test", (utterance("hello there"),)), ECHO, RESULT.settings)
    lines = list(event_lines(result, [Violation(4, 1_700.0, "two at once")]))
    (wrong,) = [line for line in lines if "WRONG" in line]
    assert wrong.split(None, 2)[2] == "[4] two at once"
    assert float(wrong.split()[0]) == 1_700.0
