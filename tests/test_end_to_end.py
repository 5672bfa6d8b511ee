"""The main job, whole: a recorded question is heard, answered and spoken by the embedded engines."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from antiphon.audio import write_wav
from antiphon.cli.demo import CALLERS_VOICE
from antiphon.cli.demo_caller import Line, speak
from antiphon.cli.main import main
from antiphon.providers.base import ProviderContext
from antiphon.providers.registry import create_tts

pytestmark = pytest.mark.embedded

BEFORE_S = 3  # the recogniser starts with the call: a second on an idle machine, more on a busy one


@pytest.fixture
def question(tmp_path: Path) -> Path:
    """Someone asks where to park."""

    async def record() -> Path:
        voice = create_tts(CALLERS_VOICE, ProviderContext())
        line = await speak(Line(("Where can I park?",)), voice)
        await voice.aclose()
        rate_hz = voice.format.rate_hz
        silence = np.zeros(BEFORE_S * rate_hz, np.int16)
        write_wav(tmp_path / "question.wav", (np.concatenate([silence, line.samples]),), rate_hz)
        return tmp_path / "question.wav"

    return asyncio.run(record())


def test_a_recorded_question_is_answered_from_the_handbook(
    question: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(question), str(tmp_path / "call.wav"), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    (turn,) = report["turns"]
    assert turn["user"] == "where can i park"
    assert turn["reply"].startswith("There is a car park behind the museum")
    assert sum(turn["contributions_ms"].values()) == pytest.approx(turn["glass_to_glass_ms"])
    samples, rate_hz = soundfile.read(tmp_path / "call.wav", dtype="int16")
    assert np.abs(samples[:, 1]).max() > 1_000
    assert len(samples) / rate_hz > BEFORE_S + 4


def test_the_doctor_finds_the_embedded_engines_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    started = {check["name"] for check in report["checks"] if check["group"] == "Providers" and check["ok"]}
    assert started == {"stt pocketsphinx", "llm handbook", "tts espeak/en-gb", "vad silero"}
