"""``antiphon talk`` on a sound card that is not there."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from antiphon.cli import talk as command
from antiphon.cli.main import main
from antiphon.cli.talk import as_device, device_line, meter
from antiphon.config import Agent
from antiphon.recording.reader import Recording
from antiphon.recording.replay import replay
from antiphon.transports.microphone import SoundDevice

from ..transports.soundcard import FakeCard


class Room(FakeCard):
    """A sound card with somebody before it, who says one thing, hears the answer and presses Ctrl-C."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = 0

    async def live(self) -> None:
        for block in range(600):
            await asyncio.sleep(0.02)
            self.captures(9_000 if 5 <= block < 20 else 0)
            self.heard += any(abs(sample) > 1_000 for sample in self.plays())
            if self.heard and block > 60:
                raise KeyboardInterrupt


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch, easy_agent: Agent) -> Room:
    room = Room()
    monkeypatch.setattr(command, "sound_library", room.library)
    monkeypatch.setattr(command, "read_agent", lambda config: easy_agent)
    original = command._talk

    async def with_somebody(*arguments: object) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(original(*arguments))  # type: ignore[arg-type]
            while "in" not in room.streams:
                await asyncio.sleep(0.01)
            await room.live()

    monkeypatch.setattr(command, "_talk", with_somebody)
    return room


def test_who_speaks_is_answered_until_ctrl_c(
    room: Room, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = tmp_path / "calls"
    assert main(["talk", "--headphones", "--record", str(calls)]) == 0
    printed = capsys.readouterr()
    assert "hello there" in printed.out
    assert "Good morning." in printed.out
    assert printed.out.splitlines()[-1].startswith("1 turn; glass to glass ")
    assert "Speak. Ctrl-C ends the call." in printed.err
    (folder,) = calls.iterdir()
    assert f"recorded: {folder}" in printed.out
    assert replay(Recording.open(folder)).difference is None
    assert room.heard


def test_the_devices_are_listed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(command, "sound_library", FakeCard().library)
    assert main(["talk", "--list-devices"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "  0  Microphone  (in, default)",
        "  1  Loudspeaker  (out, default)",
        "  2  Headset  (in, out)",
    ]


def test_the_microphone_s_level_can_be_checked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "CHECK_S", 1)
    monkeypatch.setattr(command, "sound_library", FakeCard().library)
    assert main(["talk", "--check"]) == 0
    printed = capsys.readouterr()
    assert "Loudest -120 dBFS" in printed.out
    assert "Nothing comes from the microphone" in printed.err


def test_a_device_is_a_number_or_a_name() -> None:
    assert [as_device(given) for given in (None, "3", "Headset")] == [None, 3, "Headset"]
    assert device_line(SoundDevice(12, "USB", 0, 2, False)) == " 12  USB  (out)"


def test_a_level_is_a_bar() -> None:
    assert meter(0).startswith("█" * 40)
    assert meter(-30).startswith("█" * 20 + "·" * 20)
    assert meter(-120).startswith("·" * 40)
