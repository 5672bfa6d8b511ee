from __future__ import annotations

import re

import pytest

from antiphon.telemetry.page.markup import Html
from antiphon.telemetry.page.player import player
from antiphon.telemetry.page.recording import COLUMNS, Recording
from antiphon.telemetry.report import Report

from ..samples import DRAFTED, STREAMED, report
from .test_markup import Reader

RECORDING = Recording(
    Html("call.wav"), embedded=False, duration_s=20.0, peaks=((0.0,) * COLUMNS, (1.0,) * COLUMNS)
)


def test_without_a_script_the_browsers_own_player_is_there() -> None:
    tags = dict(Reader(player(RECORDING, Report(()))).tags)
    assert "controls" in dict(tags["audio"])
    assert dict(tags["audio"])["src"] == "call.wav"
    assert "hidden" in dict(tags["button"])


def test_the_position_can_be_moved_and_heard_from_a_keyboard() -> None:
    position = dict(dict(Reader(player(RECORDING, Report(()))).tags)["input"])
    assert position["type"] == "range"
    assert position["max"] == "20"
    assert position["aria-label"] == "Position in the recording"
    assert position["aria-valuetext"] == "0:00 of 0:20"


def test_the_gaps_before_the_replies_are_marked() -> None:
    made = player(RECORDING, report((DRAFTED, STREAMED)))
    gaps = re.findall(r'<rect x="([\d.]+)" width="([\d.]+)" y="0" height="100" class="gap"', made)
    scale = COLUMNS / 20
    assert [float(begin) for begin, _ in gaps] == pytest.approx([2.5 * scale, 9.5 * scale], abs=1e-3)
    assert [float(width) for _, width in gaps] == pytest.approx([0.333 * scale, 1.028 * scale], abs=1e-3)


def test_a_recording_of_no_length_has_no_gaps() -> None:
    empty = Recording(Html(""), embedded=True, duration_s=0.0, peaks=())
    assert "gap" not in player(empty, report((DRAFTED,)))
