from __future__ import annotations

import io

import pytest
from rich.console import Console

from antiphon.core import notices
from antiphon.core.notices import Notice
from antiphon.telemetry.live import LivePrinter

from .samples import DRAFTED, call, turn_record


def printed(heard: list[Notice], *, terminal: bool = False, width: int = 80) -> str:
    screen = io.StringIO()
    console = Console(
        file=screen, width=width, force_terminal=terminal, color_system=None, legacy_windows=False
    )
    with LivePrinter(console) as printer:
        for notice in heard:
            printer.observe(notice)
    return screen.getvalue()


def test_where_nothing_can_change_in_place_each_change_is_a_line() -> None:
    lines = printed(list(call((DRAFTED,)))).splitlines()
    assert lines[0] == "hearing  I'd"
    assert lines[7] == "hearing  I'd like to book a table for two"
    assert lines[8] == "caller   I'd like to book a table for two"
    assert lines[9] == "agent    Sure, a table for two. For which evening?"
    assert lines[-3].endswith("333 ms")
    assert lines[-2] == "  2 drafts: 1 reused, 1 discarded; 2 model requests"


def test_on_a_terminal_the_words_change_in_place_and_are_left_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    shown = printed(list(call((DRAFTED,))), terminal=True)
    assert "\x1b[2K" in shown  # a line was wiped
    settled = shown[shown.rindex("\x1b[2K") :]
    assert settled.count("I'd like to book a table for two") == 1
    assert shown.rstrip().endswith("2 model requests")


def test_the_cursor_comes_back_when_the_call_breaks_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    shown = printed([notices.TranscriptChanged(1, 0, "half a", final=False)], terminal=True)
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")
    assert "half a" in shown


def test_a_terminal_that_can_do_nothing_gets_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert (
        printed([notices.TranscriptChanged(1, 0, "half a", final=False)], terminal=True)
        == "hearing  half a\n"
    )


def test_an_interrupted_reply_says_why_it_stopped() -> None:
    heard: list[Notice] = [notices.ReplyOver(1, 1, 0, "Sure, a", complete=False, reason="barge-in")]
    assert printed(heard) == "agent    Sure, a [barge-in]\n"


def test_words_that_were_never_decided_are_printed_when_the_turn_ends() -> None:
    shown = printed(
        [notices.TurnStarted(1, 0), notices.TurnEnded(1, turn_record(user="hello", error="tts: gone"))]
    )
    assert shown.splitlines()[:2] == ["caller   hello", "error    tts: gone"]


def test_trouble_is_told() -> None:
    assert printed([notices.Trouble(0, "stt", "the socket closed")]) == "trouble  stt: the socket closed\n"


def test_what_a_stranger_said_drives_no_terminal() -> None:
    said = "\x1b]0;owned\x07 [bold]hi[/bold] \x9b2J"
    shown = printed([notices.EndOfTurn(1, 0, said, "silence")])
    assert "\x1b" not in shown
    assert "\x9b" not in shown
    assert "[bold]hi[/bold]" in shown


def test_a_hand_over_is_a_line() -> None:
    assert printed([notices.HandedOver(1, 0, "billing")]).splitlines() == ["handed   to billing"]
