"""``antiphon doctor`` shows every check, and its exit code says whether the agent can run."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from antiphon.cli import doctor as command
from antiphon.cli.checks import Check
from antiphon.cli.main import main
from antiphon.config import Agent
from antiphon.providers.base import ProviderContext

FINE = Check("Providers", "stt a", ok=True, detail="started", needed=True)
UNUSED = Check("Providers", "tts b", ok=False, detail="pip install 'antiphon[b]'", needed=False)
MISSING = Check("Providers", "llm c", ok=False, detail="no key", needed=True)


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Check]:
    """What the checks of the providers find."""
    found: list[Check] = []

    async def checks(agent: Agent, context: ProviderContext) -> AsyncIterator[Check]:
        for check in found:
            yield check

    monkeypatch.setattr(command, "provider_checks", checks)
    return found


def test_it_is_well_when_all_that_is_needed_is_there(
    found: list[Check], capsys: pytest.CaptureFixture[str]
) -> None:
    found += [FINE, UNUSED]
    assert main(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert "✓  stt a" in printed
    assert "–  tts b" in printed
    assert "pip install 'antiphon[b]'" in printed
    assert "The agent has all it needs." in printed


def test_it_fails_when_something_needed_is_missing(
    found: list[Check], capsys: pytest.CaptureFixture[str]
) -> None:
    found += [FINE, MISSING]
    assert main(["doctor"]) == 1
    assert "✗  llm c" in capsys.readouterr().out


def test_json_holds_every_check(
    found: list[Check], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "s3cret")
    found += [FINE, MISSING]
    assert main(["doctor", "--json"]) == 1
    printed = capsys.readouterr().out
    report = json.loads(printed)
    assert report["ok"] is False
    assert report["checks"][-1] == {
        "group": "Providers",
        "name": "llm c",
        "ok": False,
        "detail": "no key",
        "needed": True,
    }
    assert "s3cret" not in printed


@pytest.mark.usefixtures("found")
def test_hosts_are_reached_for_only_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def reached(agent: Agent, environ: object) -> AsyncIterator[Check]:
        yield Check("Hosts", "host:443", ok=True, detail="connected", needed=True)

    monkeypatch.setattr(command, "reach_checks", reached)
    file = tmp_path / "agent.toml"
    file.write_text('stt = "deepgram/nova-3"', encoding="utf-8")
    main(["doctor", "--config", str(file)])
    assert "host:443" not in capsys.readouterr().out
    main(["doctor", "--config", str(file), "--reach"])
    assert "host:443" in capsys.readouterr().out


def test_a_wrong_configuration_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "agent.toml"
    file.write_text("sst = 'x'", encoding="utf-8")
    assert main(["doctor", "--config", str(file)]) == 2
    assert capsys.readouterr().err == f"Error: {file}: sst: unknown key; did you mean 'stt'?\n"
