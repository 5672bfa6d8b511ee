"""What is kept of a call, and where it is written."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from antiphon.audio import AudioFrame
from antiphon.cli.call import RECORDING_HZ, CallLog, carry_out
from antiphon.config import Agent
from antiphon.errors import ProviderConnectionError, UserError
from antiphon.runtime.clock import Clock
from antiphon.runtime.session import Session


class Silent:
    """A caller who says nothing and hangs up."""

    async def frames(self) -> AsyncIterator[AudioFrame]:
        for _ in range(3):
            yield AudioFrame(np.zeros(160, np.int16), 8_000)


async def hold(log: CallLog, session: Session) -> None:
    await log.hold(session, Silent(), Clock())


async def never(log: CallLog, session: Session) -> None:
    raise AssertionError("the call was begun")


def test_a_call_without_words_is_a_report_without_turns(
    easy_agent: Agent, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    carry_out(easy_agent, "Nothing", tmp_path / "out.wav", tmp_path / "report", hold, as_json=True)
    printed = json.loads(capsys.readouterr().out)
    assert printed["turns"] == []
    assert printed["glass_to_glass_ms"] == {"p50": None, "p95": None}
    info = soundfile.info(tmp_path / "out.wav")
    assert (info.channels, info.samplerate) == (2, RECORDING_HZ)
    assert "<title>Nothing" in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")


def test_the_greeting_is_on_the_agents_track(easy_agent: Agent, tmp_path: Path) -> None:
    carry_out(
        easy_agent.replace(greeting="Hello."), "Greeting", tmp_path / "out.wav", None, hold, as_json=False
    )
    samples, _ = soundfile.read(tmp_path / "out.wav", dtype="int16")
    assert np.abs(samples[:, 0]).max() == 0
    assert np.abs(samples[:, 1]).max() > 1_000


def test_a_call_that_was_never_held_leaves_nothing(tmp_path: Path) -> None:
    assert CallLog().write(tmp_path / "out.wav", tmp_path, "Nothing", {}) == []
    assert list(tmp_path.iterdir()) == []


def test_a_recording_that_has_no_folder_is_refused_before_the_call(easy_agent: Agent, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no folder"):
        carry_out(easy_agent, "x", tmp_path / "none" / "out.wav", None, never, as_json=False)


def test_a_report_that_cannot_be_written_is_refused_before_the_call(
    easy_agent: Agent, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OSError, match="file"):
        carry_out(easy_agent, "x", tmp_path / "out.wav", tmp_path / "file", never, as_json=False)


def test_an_error_that_ends_the_call_is_passed_on(easy_agent: Agent, tmp_path: Path) -> None:
    async def fail(log: CallLog, session: Session) -> None:
        raise ProviderConnectionError("deepgram/nova-3", "gone")

    with pytest.raises(ProviderConnectionError, match="gone"):
        carry_out(easy_agent, "x", tmp_path / "out.wav", None, fail, as_json=True)
