from __future__ import annotations

from antiphon.bench.speech import Speech
from antiphon.bench.turns_call import Timed, answer
from antiphon.bench.turns_script import Pause, Turn
from antiphon.bench.turns_spoken import LEAD_MS, SpokenTurn
from antiphon.core.endpointing import Endpointing
from antiphon.core.events import SpeechStarted, SpeechStopped, VoiceDismissed, VoiceSuspected, Word

from .spoken_turns import DONE, HESITATES, MS, heard, said, spoken


def test_voice_events_are_told_when_the_frame_that_told_them_was_there() -> None:
    told = heard(spoken("yes please"))
    assert [type(event) for _, event in told] == [VoiceSuspected, SpeechStarted, SpeechStopped]
    assert all(at_ns % (20 * MS) == 0 for at_ns, _ in told)
    started, stopped = told[1][1], told[2][1]
    assert isinstance(started, SpeechStarted)
    assert isinstance(stopped, SpeechStopped)
    assert abs(started.onset_ns - LEAD_MS * MS) < 32 * MS
    assert abs(stopped.offset_ns - (LEAD_MS + 600) * MS) < 32 * MS


def test_a_click_is_suspected_and_dismissed() -> None:
    click = SpokenTurn(Turn(("x",)), Speech("x", said(["x"]).samples[:300], (Word("x", 0, 25 * MS),)))
    assert [type(event) for _, event in heard(click)] == [VoiceSuspected, VoiceDismissed]


def test_a_turn_is_answered_after_its_wait() -> None:
    turn = spoken(DONE)
    found = answer(turn, heard(turn), Endpointing(silence_ms=500))
    assert not found.cut_in
    assert found.wait_ns is not None
    assert abs(found.wait_ns - 500 * MS) < 32 * MS


def test_a_short_wait_cuts_into_a_pause_and_a_long_one_does_not() -> None:
    turn = spoken(DONE, pause=HESITATES)
    voice = heard(turn)
    hasty, slow = (answer(turn, voice, Endpointing(silence_ms=ms)) for ms in (500, 900))
    assert (hasty.cut_in, slow.cut_in) == (True, False)
    assert hasty.wait_ns is not None, "it goes on and is answered once more"


def test_a_decided_wait_tells_a_pause_from_an_end() -> None:
    turn = spoken("book a table for two people on friday", pause=Pause(4, 700, looks_complete=False))
    found = answer(turn, heard(turn), Endpointing())
    assert not found.cut_in
    assert found.wait_ns is not None
    assert found.wait_ns < 300 * MS


def test_a_short_answer_is_known_to_be_one() -> None:
    plain, asked = (spoken("on friday", answers=answers) for answers in (False, True))
    waits = [answer(turn, heard(turn), Endpointing()).wait_ns or 0 for turn in (plain, asked)]
    assert waits[1] < waits[0]


def test_an_end_that_nobody_hears_is_missed() -> None:
    never_silent: list[Timed] = [(1_080 * MS, SpeechStarted(LEAD_MS * MS))]
    assert answer(spoken(DONE), never_silent, Endpointing()).wait_ns is None
