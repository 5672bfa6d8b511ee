"""The server as a process: it listens, serves, and stops as it is told."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from websockets.sync.client import ClientConnection, connect

from antiphon.errors import ConfigError
from antiphon.server import ServerSettings
from antiphon.server.serving import listen
from antiphon.transports.websocket_wire import Hello

PROGRAM = """
from antiphon.config import Agent
from antiphon.server import ServerSettings, create_app
from antiphon.server.serving import listen, serve
from tests.runtime.calls import REPLY, recognises
from tests.runtime.fakes import FakeLLM, FakeTTS, FakeVAD
from antiphon.runtime.providers import Providers

parts = Providers(recognises(), FakeLLM([50, REPLY]), FakeTTS(), FakeVAD())
agent = Agent(stt=parts.stt, llm=parts.llm, tts=parts.tts, vad=parts.vad)
settings = ServerSettings(port=0, drain_s=30)
listener = listen(settings)
serve(create_app(agent, settings, providers=parts), listener, lambda: print(listener.getsockname()[1], flush=True))
print("stopped", flush=True)
"""


@contextmanager
def serving() -> Iterator[tuple[subprocess.Popen[str], int]]:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": "."},
    ) as process:
        try:
            assert process.stdout is not None
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


@contextmanager
def opened(port: int) -> Iterator[ClientConnection]:
    with connect(f"ws://127.0.0.1:{port}/ws") as line:
        line.send(Hello().write())
        yield line


def told(line: ClientConnection, kind: str) -> dict[str, object]:
    while True:
        message = line.recv(timeout=20)
        if isinstance(message, str) and (read := json.loads(message))["type"] == kind:
            return dict(read)


def test_told_to_stop_it_lets_calls_finish_and_takes_no_new_ones() -> None:
    with serving() as (process, port), opened(port) as early:
        told(early, "ready")
        process.send_signal(signal.SIGTERM)
        with opened(port) as late:
            assert told(late, "error")["code"] == "draining"
        early.send('{"type":"text","text":"hello"}')
        told(early, "turn_ended")
        early.send('{"type":"bye"}')
        assert process.stdout is not None
        assert process.stdout.readline() in {"stopped\n", ""}
        assert process.wait(20) in {0, -signal.SIGTERM}


def test_without_a_call_it_stops_at_once() -> None:
    with serving() as (process, _):
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in {0, -signal.SIGTERM}


def test_told_twice_it_does_not_wait_for_the_calls() -> None:
    with serving() as (process, port), opened(port) as line:
        told(line, "ready")
        process.send_signal(signal.SIGTERM)
        with opened(port) as late:
            told(late, "error")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in {0, -signal.SIGTERM}


def test_an_address_that_is_taken_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"can't listen on 127.0.0.1:{port}: address already in use"):
            listen(ServerSettings(port=port))


def test_it_listens_on_either_family() -> None:
    with listen(ServerSettings(host="127.0.0.1", port=0)) as listener:
        assert listener.getsockname()[1] > 0
    if socket.has_ipv6:
        with listen(ServerSettings(host="::1", port=0)) as listener:
            assert listener.family == socket.AF_INET6
