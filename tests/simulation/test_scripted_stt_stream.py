"""One connection to the scripted recogniser, in time."""

import asyncio
from dataclasses import replace

from antiphon.core.events import Final, Interim, RecogniserEvent
from antiphon.runtime.clock import Clock
from antiphon.simulation.caller import Caller, SpokenWord, Utterance
from antiphon.simulation.chance import chance
from antiphon.simulation.faults import Fault, FaultsAt, Kind, Stage, Where
from antiphon.simulation.loop import run
from antiphon.simulation.profile import Recogniser
from antiphon.simulation.scripted_stt import ScriptedSTT
from antiphon.simulation.scripted_stt_stream import MISHEARD
from antiphon.simulation.vendor_log import VendorLog

from .calls import MS, utterance

EXACT = Recogniser(newest_word_revised=0, older_word_revised=0, final_differs_from_last_interim=0)
HELLO = utterance("a table for two", after_ms=200)  # voiced from 200 to 1,400 ms
Heard = list[tuple[int, RecogniserEvent]]


def heard(
    *script: Utterance,
    settings: Recogniser = EXACT,
    flush_ms: int | None = None,
    late_ms: int = 0,
    faults: tuple[Fault, ...] = (),
) -> tuple[Heard, VendorLog]:
    """What comes, and when in ms; flushed, and given audio, as late as is said."""
    log = VendorLog()

    async def main() -> Heard:
        clock, events = Clock(), []
        caller = Caller(script or (HELLO,), clock, give_up_ms=4_000)
        stt = ScriptedSTT(caller, settings, chance("stt"), clock, log, FaultsAt(faults, Where.STT))

        async def give() -> None:
            async for frame in caller.frames():
                await clock.sleep_until(late_ms * MS)
                await stream.send(frame)
            await stream.end()

        async def flush(at_ms: int) -> None:
            await clock.sleep_until(at_ms * MS)
            await stream.flush()

        async with stt.open() as stream, asyncio.TaskGroup() as group:
            group.create_task(give())
            if flush_ms is not None:
                group.create_task(flush(flush_ms))
            async for event in stream:
                events.append((clock.now_ns() // MS, event))
        return events

    return run(main), log


def finals(events: Heard) -> list[tuple[int, str]]:
    return [(at, event.text) for at, event in events if isinstance(event, Final)]


def interims(events: Heard) -> list[tuple[int, str]]:
    return [(at, event.text) for at, event in events if isinstance(event, Interim)]


def test_interims_come_at_whole_intervals_and_hold_what_ended_long_enough_ago() -> None:
    events, _ = heard()
    every, behind = EXACT.interim_every_ms, EXACT.behind_voice_ms
    times = [at for at, _ in interims(events)]
    assert all((later - sooner) % every == 0 for sooner, later in zip(times, times[1:], strict=False))
    for at, text in interims(events):
        words = sum(200 + 300 * number + 300 <= at - behind for number in range(4))
        assert text == " ".join(["a", "table", "for", "two"][:words])


def test_a_final_comes_by_itself_after_silence() -> None:
    assert finals(heard()[0])[0] == (1_700, "a table for two")


def test_a_flush_hurries_it_but_no_word_is_known_before_its_time() -> None:
    assert finals(heard(flush_ms=1_528)[0])[0] == (1_608, "a table for two")
    slow = replace(EXACT, behind_voice_ms=400, final_after_silence_ms=900)
    assert finals(heard(flush_ms=1_528, settings=slow)[0])[0] == (1_800, "a table for two")


def test_a_recogniser_need_not_know_of_flushes() -> None:
    assert finals(heard(flush_ms=1_528, settings=replace(EXACT, flushes=False))[0])[0][0] == 1_700


def test_a_long_pause_makes_two_finals_whose_audio_follows_one_another() -> None:
    words = (SpokenWord("a", 0, 300), SpokenWord("table", 1_000, 1_300))
    events, log = heard(Utterance(words, after_ms=0))
    assert [text for _, text in finals(events)] == ["a", "table"]
    first, second = log.finals
    assert first.end_ns == second.start_ns
    assert (first.words, second.words) == ((0, 1), (1, 2))


def test_the_newest_word_may_be_misheard_when_first_seen() -> None:
    events, _ = heard(settings=replace(EXACT, newest_word_revised=1.0))
    seen = [text for _, text in interims(events)]
    assert seen[0] in MISHEARD
    assert seen[1] == "a"
    assert finals(events)[0][1] == "a table for two"


def test_a_final_may_differ_from_the_last_interim() -> None:
    text = finals(heard(settings=replace(EXACT, final_differs_from_last_interim=1.0))[0])[0][1]
    changed = [
        one for one, other in zip(text.split(), ["a", "table", "for", "two"], strict=True) if one != other
    ]
    assert len(changed) == 1


def test_the_log_tells_when_the_session_took_what() -> None:
    events, log = heard()
    assert [(one.at_ns // MS, one.text) for one in log.finals] == finals(events)
    assert log.open_streams == 0


def test_speech_that_was_kept_back_takes_time_to_read() -> None:
    events, _ = heard(late_ms=3_000)
    at_ms, text = finals(events)[0]
    assert text == "a table for two"
    assert 3_000 + 1_200 / EXACT.faster_than_real_time <= at_ms < 3_100


def hit(kind: Kind, ms: int, stage: Stage = Stage.START) -> Heard:
    return heard(faults=(Fault(Where.STT, kind, 0, stage, ms),))[0]


def test_slow_is_late_and_a_stall_ends() -> None:
    assert finals(hit(Kind.SLOW, 500))[0][0] == 2_200
    assert finals(hit(Kind.STALL, 2_000, Stage.END))[0][0] == 3_400
    assert all(at >= 2_200 for at, _ in hit(Kind.STALL, 2_000))


def test_what_is_reordered_lets_others_overtake_it() -> None:
    words = (SpokenWord("a", 0, 300), SpokenWord("table", 1_000, 1_600))
    one = Fault(Where.STT, Kind.REORDER, 0, Stage.START, 900)
    events, _ = heard(Utterance(words, after_ms=0), faults=(one,))
    assert [text for _, text in interims(events) if "table" in text]
    assert finals(events)[0][0] == 1_500


def test_a_flush_may_be_ignored() -> None:
    one = Fault(Where.STT, Kind.IGNORE_FLUSH, 0)
    assert finals(heard(flush_ms=1_528, faults=(one,))[0])[0][0] == 1_700
