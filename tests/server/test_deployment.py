from __future__ import annotations

import pickle
from functools import partial
from pathlib import Path

import pytest

from antiphon import Agent, ToolContext, tool
from antiphon.cli.output import read_agent
from antiphon.errors import ConfigError
from antiphon.recording.recorder import RecordingSettings
from antiphon.server import ServerSettings
from antiphon.server.deployment import Deployment, read_limits
from antiphon.server.limits import Limits
from antiphon.server.tokens import TokenKeys


def test_limits_are_read_from_texts() -> None:
    assert read_limits(()) == Limits()
    assert read_limits(("max_calls=50", "idle_s=1.5")) == Limits(max_calls=50, idle_s=1.5)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("max_cals=50", r"--limit max_cals=50: did you mean .*max_calls"),
        ("max_calls", "expected a number"),
        ("max_calls=many", "expected a number"),
        ("max_calls=1.5", "expected a number"),
        ("max_calls=0", "limits.max_calls = 0"),
    ],
)
def test_what_is_no_limit_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_limits((text,))


def test_it_can_be_handed_to_another_process(tmp_path: Path) -> None:
    deployment = Deployment(
        partial(read_agent, None),
        ServerSettings(),
        TokenKeys(("k" * 32,)),
        tmp_path / "calls.sqlite3",
        RecordingSettings(tmp_path, "asked"),
        metrics=True,
    )
    assert pickle.loads(pickle.dumps(deployment)).settings == deployment.settings


def test_what_is_wrong_is_found_before_a_process_is_started(tmp_path: Path) -> None:
    agent = partial(read_agent, None)
    Deployment(agent, ServerSettings()).check()
    with pytest.raises(ConfigError, match=r"beyond this machine \(host 0.0.0.0\): set ANTIPHON_TOKEN_KEY"):
        Deployment(agent, ServerSettings(host="0.0.0.0")).check()
    with pytest.raises(ConfigError, match="tokens are needed to be called everywhere"):
        Deployment(agent, ServerSettings(require_token=True)).check()
    with pytest.raises(ConfigError, match="no such file"):
        Deployment(partial(read_agent, str(tmp_path / "none.toml")), ServerSettings()).check()


class Order:
    """A call's state."""


@tool
async def add(call: ToolContext[Order]) -> None:
    """Add something."""


def test_an_agent_that_could_hold_no_call_is_found_before_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DEEPGRAM_API_KEY", "DEEPGRAM_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ConfigError, match="no Deepgram key: set DEEPGRAM_API_KEY"):
        Deployment(lambda: Agent(stt="deepgram/nova-3"), ServerSettings()).check()
    with pytest.raises(
        ConfigError, match="tool add expects the state of a call to be of Order, not NoneType"
    ):
        Deployment(lambda: read_agent(None).replace(tools=[add]), ServerSettings()).check()
    Deployment(lambda: read_agent(None).replace(tools=[add], state=Order), ServerSettings()).check()
