from __future__ import annotations

import socket
import sys

import pytest

from antiphon.cli.main import MISUSED, main
from antiphon.cli.serve import default_store, url
from antiphon.server import ServerSettings


def test_the_page_s_address_can_be_opened() -> None:
    assert url(ServerSettings(), 8_080) == "http://127.0.0.1:8080/"
    assert url(ServerSettings(host="::1"), 81) == "http://[::1]:81/"


def test_an_address_that_is_taken_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == MISUSED
    assert capsys.readouterr().err == f"Error: can't listen on 127.0.0.1:{port}: address already in use\n"


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert main(["serve"]) == 1
    assert "pip install 'antiphon[server]'" in capsys.readouterr().err


def test_beyond_this_machine_nobody_is_served_without_a_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ANTIPHON_TOKEN_KEY", raising=False)
    assert main(["serve", "--host", "0.0.0.0", "--port", "0"]) == MISUSED
    assert "set ANTIPHON_TOKEN_KEY or give --key-file" in capsys.readouterr().err


def test_the_store_is_in_the_state_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    assert str(default_store()) == "/state/antiphon/calls.sqlite3"
    monkeypatch.delenv("XDG_STATE_HOME")
    assert str(default_store()).endswith("/.local/state/antiphon/calls.sqlite3")
