"""What must come to an end, and what must not grow, on calls put together by hand."""

from antiphon.core.messages import Message
from antiphon.core.notices import Trouble
from antiphon.simulation.call import CallResult
from antiphon.simulation.faults import Fault, Kind, Where
from antiphon.simulation.listener import Heard
from antiphon.simulation.liveness import every_turn_ends, everything_is_bounded
from antiphon.simulation.loop import DeadlockError, LeftBehindError
from antiphon.simulation.scripts import Script
from antiphon.simulation.vendor_log import ModelCall, Synthesis

from .calls import MS, a_call, breaches, empty_result, spoken, utterance


def test_a_whole_call_breaks_nothing() -> None:
    result = a_call()
    assert breaches(everything_is_bounded, result) == []
    assert breaches(every_turn_ends, result) == []


def test_what_is_left_behind_is_found() -> None:
    result = a_call()
    result.failure = LeftBehindError("2 task(s) outlived the run")
    result.log.open_streams = 1
    assert breaches(everything_is_bounded, result) == [
        "2 task(s) outlived the run",
        "1 stream(s) of a provider are open after the end",
    ]


def test_audio_may_not_pile_up() -> None:
    result = empty_result()
    result.log.syntheses.append(Synthesis(0, 0, made=[(1, 4_000), (2, 9_000)]))
    assert breaches(everything_is_bounded, result) == ["9000 ms of audio are held, 6020 at most should be"]
    result.heard.append(Heard(0, -4_000 * MS, 0))
    assert breaches(everything_is_bounded, result) == []


def test_text_may_not_pile_up() -> None:
    result = empty_result()
    call = ModelCall(0, 0, (Message("user", "go on"),), "", output_characters=5_000, closed_ns=9)
    result.log.model_calls.append(call)
    result.log.syntheses.append(Synthesis(0, 0, "k0 " + "x" * 4_900, handed=[(8, 1_000), (50, 4_903)]))
    assert breaches(everything_is_bounded, result) == ["k0: 4000 characters wait for the voice"]
    result.log.syntheses[0].handed[0] = (8, 4_000)
    assert breaches(everything_is_bounded, result) == []


def silent(*faults: Fault) -> CallResult:
    """Somebody speaks, and for 20 s nothing happens."""
    result = empty_result()
    result.script = Script("test", (), faults=faults)
    spoken(result, utterance("hello there"), 1_000)
    result.ended_ns = 21_600 * MS
    return result


def test_silence_is_no_answer() -> None:
    assert breaches(every_turn_ends, silent()) == ["no reply, no error, for 20000 ms after 'hello there'"]


def test_a_sound_or_a_trouble_that_is_told_is_one() -> None:
    result = silent()
    result.log.syntheses.append(Synthesis(0, 0, "sorry"))
    result.heard.append(Heard(0, 3_000 * MS, 4_000 * MS))
    assert breaches(every_turn_ends, result) == []
    result = silent()
    result.notices.append(Trouble(3_000 * MS, "stt", "gone"))
    assert breaches(every_turn_ends, result) == []


def test_whoever_speaks_again_need_not_be_answered_before() -> None:
    result = silent()
    spoken(result, utterance("hello"), 4_000)
    result.ended_ns = 5_000 * MS
    assert breaches(every_turn_ends, result) == []


def test_what_the_recogniser_says_was_nothing_needs_no_answer() -> None:
    assert breaches(every_turn_ends, silent(Fault(Where.STT, Kind.EMPTY))) == []


def test_a_call_that_does_not_end_is_found() -> None:
    result = silent()
    result.failure = DeadlockError("nothing can ever happen again")
    assert breaches(every_turn_ends, result) == ["DeadlockError: nothing can ever happen again"]


def test_a_call_in_which_nobody_spoke_is_one() -> None:
    assert breaches(every_turn_ends, empty_result()) == []
