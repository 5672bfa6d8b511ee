"""``antiphon vendors`` says how its doubles are used, serves them until Ctrl-C, and refuses what can't be."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from antiphon.cli.main import main


@contextmanager
def serving(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    code = "import sys; from antiphon.cli.main import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "vendors", *arguments]
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def port_of(url: str) -> int:
    found = re.search(r":(\d+)", url.removeprefix("http:"))
    assert found is not None
    return int(found[1])


def test_it_prints_the_environment_and_serves_until_it_is_stopped() -> None:
    with serving() as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(2)]
        assert re.fullmatch(r"export DEEPGRAM_BASE_URL=http://127\.0\.0\.1:\d+", lines[0])
        assert re.fullmatch(r"export OPENAI_BASE_URL=http://127\.0\.0\.1:\d+/v1", lines[1])
        for line in lines:
            socket.create_connection(("127.0.0.1", port_of(line.partition("=")[2])), timeout=5).close()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, "")
    assert err.split("\n")[0] == "Serving until Ctrl-C."


def test_json_is_one_object_on_stdout() -> None:
    with serving("--json", "--profile", "slow", "--style", "echo", "--utterance", "hello") as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert set(said) == {"deepgram", "openai", "environ"}
    assert said["environ"] == {"DEEPGRAM_BASE_URL": said["deepgram"], "OPENAI_BASE_URL": said["openai"]}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--profile", "nope"), "no profile 'nope'"),
        (("--style", "nope"), "no reply style 'nope'"),
        (("--port-openai", "70000"), "70000"),
    ],
)
def test_what_can_not_be_is_refused_in_one_line(
    arguments: tuple[str, ...], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["vendors", *arguments]) == 2
    assert complaint in capsys.readouterr().err


def test_a_port_that_is_taken_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["vendors", "--port-deepgram", str(port)]) == 2
    assert f"can't listen on 127.0.0.1:{port}" in capsys.readouterr().err
