"""``antiphon token`` issues what a server with the same key accepts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from antiphon.cli.main import main
from antiphon.runtime.clock import epoch_ns
from antiphon.server.tokens import KEY_VARIABLE, Scope, TokenKeys

KEY = "k" * 40


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)


def issued(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert main(["token", *options]) == 0
    return capsys.readouterr().out.strip()


def test_a_token_is_good_for_one_call_within_a_quarter_of_an_hour(
    capsys: pytest.CaptureFixture[str],
) -> None:
    claims = TokenKeys((KEY,)).check(issued(capsys), Scope.CALL, epoch_ns())
    assert claims.once
    assert claims.expires_s == pytest.approx(epoch_ns() / 1e9 + 900, abs=60)


def test_it_may_last_longer_and_be_used_again(capsys: pytest.CaptureFixture[str]) -> None:
    token = json.loads(issued(capsys, "--reusable", "--expires", "30d", "--json"))
    claims = TokenKeys((KEY,)).check(token["token"], Scope.CALL, epoch_ns())
    assert not claims.once
    assert token["expires"] == claims.expires_s == pytest.approx(epoch_ns() / 1e9 + 30 * 86_400, abs=60)


def test_one_for_metrics_is_used_again_and_again(capsys: pytest.CaptureFixture[str]) -> None:
    claims = TokenKeys((KEY,)).check(issued(capsys, "--scope", "metrics"), Scope.METRICS, epoch_ns())
    assert not claims.once


def test_the_key_may_be_in_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "key"
    file.write_text("f" * 40)
    TokenKeys(("f" * 40,)).check(issued(capsys, "--key-file", str(file)), Scope.CALL, epoch_ns())


def test_without_a_key_it_says_where_to_put_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(KEY_VARIABLE)
    assert main(["token"]) == 2
    assert capsys.readouterr().err == (f"Error: no key to sign with: set {KEY_VARIABLE} or give --key-file\n")


@pytest.mark.parametrize("expires", ["0s", "1y", "-1m", "m", "400d", "1.5h"])
def test_a_time_that_is_none_is_refused(expires: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", f"--expires={expires}"]) == 2
    assert "expected a time such as 90s" in capsys.readouterr().err
