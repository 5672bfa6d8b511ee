from __future__ import annotations

import pytest

from antiphon.core.actions import FlushRecogniser, Notify
from antiphon.core.call import Call
from antiphon.core.floor import Cause, Floor
from antiphon.core.notices import Trouble, TurnStarted


def test_a_call_begins_idle_with_nothing_said() -> None:
    call = Call("Be kind.")
    assert (call.floor, call.turn, call.reply, call.answered) == (Floor.IDLE, None, None, None)
    assert call.history.messages == ()


def test_actions_and_notices_keep_their_order() -> None:
    call = Call("")
    trouble = Trouble(5, "stt", "gone")
    call.notify(trouble)
    call.do(FlushRecogniser())
    assert call.actions == [Notify(trouble), FlushRecogniser()]


def test_turns_are_numbered_from_one_and_announced() -> None:
    call = Call("")
    first, second = call.open_turn(7), call.open_turn(9)
    assert (first.turn_id, second.turn_id) == (1, 2)
    assert call.turn is second
    assert call.actions == [Notify(TurnStarted(1, 7)), Notify(TurnStarted(2, 9))]


def test_the_floor_passes_on_by_the_table_alone() -> None:
    call = Call("")
    call.move(Cause.CALLER_SPEAKS)
    assert call.floor is Floor.CALLER
    with pytest.raises(ValueError, match="no way on from 'caller' when the reply is audible"):
        call.move(Cause.AUDIBLE)
