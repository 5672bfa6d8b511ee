"""What is heard of a reply that is spoken over, on calls put together by hand."""

from dataclasses import replace

from antiphon.core.interruption import Interruption
from antiphon.simulation.call import AppAction, CallResult
from antiphon.simulation.caller import Utterance
from antiphon.simulation.faults import Kind
from antiphon.simulation.interruptions import barge_in_silences, comes_back, held_by_voice, interruptions
from antiphon.simulation.listener import Heard, Level
from antiphon.simulation.vendor_log import Delivered

from .calls import MS, breaches, empty_result, replied, spoken, utterance

TEXT = "one two three four five six seven eight"


def over(said: Utterance, *, heard_ms: int = 3_800, guard_ms: int = 0, text: str = TEXT) -> CallResult:
    """A reply from 3,000 ms, and somebody over it from 3,500 ms."""
    result = empty_result()
    result.settings = replace(result.settings, interruption=Interruption(echo_guard_ms=guard_ms))
    spoken(result, utterance("a table"), 1_000)
    replied(result, "a table", 3_000, text, heard_ms=heard_ms)
    spoken(result, said, 3_500)
    return result


def recognised(result: CallResult, text: str, at_ms: int, *, final: bool = False) -> CallResult:
    words = (2, len(result.words))
    result.log.transcripts.append(Delivered(text, 3_400 * MS, at_ms * MS, words, final, at_ms * MS))
    return result


def noise(ms: int) -> Utterance:
    return Utterance((), noises=((0, ms),))


def test_after_words_over_a_reply_only_the_fade_is_heard() -> None:
    stop = utterance("stop it", word_ms=300)
    heard = recognised(over(stop, heard_ms=500 + 450 + 60), "stop", 3_950)
    assert breaches(interruptions, heard) == []
    late = recognised(over(stop, heard_ms=1_300), "stop", 3_950)
    assert breaches(barge_in_silences, late) == ["interrupted, the reply is heard for 350 ms more"]


def test_words_of_a_short_voice_count_when_they_are_final() -> None:
    stop = utterance("stop", word_ms=200)
    assert breaches(barge_in_silences, recognised(over(stop), "stop", 3_650)) == []
    assert breaches(barge_in_silences, recognised(over(stop), "stop", 3_800, final=True)) != []


def test_words_that_may_be_about_what_came_before_count_for_nothing() -> None:
    result = over(utterance("stop it now", word_ms=300))
    result.log.transcripts.append(Delivered("table stop", 900 * MS, 3_900 * MS, (1, 3), False, 3_950 * MS))
    assert breaches(barge_in_silences, result) == []


def test_the_agents_own_words_count_for_nothing_at_first() -> None:
    result = recognised(over(utterance("four five", word_ms=300), guard_ms=2_000), "four five", 4_000)
    assert breaches(barge_in_silences, result) == []


def test_typed_words_stop_a_reply_at_once() -> None:
    result = over(noise(10))
    result.app.append(AppAction(Kind.TEXT, "typed t0", 4_000 * MS))
    assert breaches(barge_in_silences, result) != []


def test_words_of_the_application_may_be_beyond_interruption() -> None:
    result = recognised(over(utterance("stop it", word_ms=300)), "stop", 3_950)
    result.log.syntheses[0].text = "note s7 your parcel is here."
    result.app.append(AppAction(Kind.SAY, "note s7 your parcel is here.", 2_500 * MS, interruptible=False))
    assert breaches(interruptions, result) == []


def test_where_nothing_may_be_interrupted_nothing_need_be_silent() -> None:
    result = recognised(over(utterance("stop it", word_ms=300)), "stop", 3_950)
    result.settings = replace(result.settings, interruption=Interruption(enabled=False))
    assert breaches(interruptions, result) == []


def test_a_voice_that_goes_on_silences_a_reply_whatever_is_recognised() -> None:
    assert breaches(held_by_voice, over(noise(1_500))) == [
        "a voice goes on for 680 ms, and so does the reply"
    ]
    assert breaches(held_by_voice, over(noise(1_500), heard_ms=500 + 680 + 60)) == []
    assert breaches(held_by_voice, over(noise(600))) == []
    assert breaches(held_by_voice, over(noise(1_500), guard_ms=5_000)) == []
    listening = recognised(over(utterance("yeah yeah yeah", word_ms=500)), "yeah yeah", 4_700)
    assert breaches(held_by_voice, listening) == []


def levels(result: CallResult, *stretches: tuple[int, int, Level]) -> CallResult:
    result.heard[:] = [Heard(0, start * MS, stop * MS, level) for start, stop, level in stretches]
    return result


def listening(*, text: str = TEXT, heard_ms: int = 3_800) -> CallResult:
    """ "Yeah", from 3,500 to 3,800 ms."""
    return recognised(
        over(utterance("yeah", word_ms=300), text=text, heard_ms=heard_ms), "yeah", 4_000, final=True
    )


def test_a_backchannel_may_duck_a_reply_for_a_while() -> None:
    softer = ((3_000, 3_600, Level.FULL), (3_600, 4_400, Level.LOW), (4_400, 6_800, Level.FULL))
    assert breaches(comes_back, levels(listening(), *softer)) == []
    longer = ((3_000, 3_600, Level.FULL), (3_600, 4_600, Level.LOW), (4_600, 6_800, Level.FULL))
    assert breaches(comes_back, levels(listening(), *longer)) == [
        "700 ms after what was no interruption the reply is still soft"
    ]


def test_it_may_not_silence_it() -> None:
    gap = ((3_000, 3_600, Level.FULL), (3_800, 7_000, Level.FULL))
    assert breaches(comes_back, levels(listening(), *gap)) == [
        "what was no interruption silences the reply for 200 ms"
    ]
    short = ((3_000, 3_600, Level.FULL), (3_690, 6_890, Level.FULL))
    assert breaches(comes_back, levels(listening(), *short)) == []


def test_nor_stop_it() -> None:
    assert breaches(comes_back, listening(heard_ms=1_000)) == ["what was no interruption stops the reply"]


def test_nor_may_noise() -> None:
    assert breaches(comes_back, over(noise(300), heard_ms=1_000)) == [
        "what was no interruption stops the reply"
    ]
    assert breaches(comes_back, over(noise(800), heard_ms=1_000)) == [], "that was long enough to wait for"


def test_an_answer_to_a_question_may() -> None:
    assert breaches(comes_back, listening(text="shall i do that now ?", heard_ms=1_000)) == []


def test_so_may_what_was_recognised_as_something_else() -> None:
    result = recognised(over(utterance("yeah", word_ms=300), heard_ms=1_000), "year", 4_000)
    assert breaches(comes_back, result) == []
