"""kill -9 in mid-call, a new process, and the client finds its call again: real processes, real sockets."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from antiphon.recording.reader import Recording, recordings_in
from antiphon.recording.replay import replay
from antiphon.transports.websocket_wire import Hello, write_message

pytestmark = pytest.mark.embedded


@contextmanager
def serving(store: Path, recordings: Path) -> Iterator[tuple[int, Callable[[], None]]]:
    """A server of its own, on some port; and what ends it as a power failure would."""
    command = [sys.executable, "-c", "import sys; from antiphon.cli.main import main; sys.exit(main())"]
    options = ["serve", "--port", "0", "--store", str(store), "--record", str(recordings)]
    with subprocess.Popen([*command, *options], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        found = None
        while found is None:
            line = process.stderr.readline()
            assert line, "the server did not start"
            found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        try:
            yield int(found[1]), lambda: os.kill(process.pid, signal.SIGKILL)
        finally:
            process.kill()


async def told(socket: ClientConnection, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while True:
            message = await socket.recv()
            if isinstance(message, str) and (found := json.loads(message))["type"] == kind:
                assert isinstance(found, dict)
                return found


async def test_the_history_is_there_after_kill_9(tmp_path: Path) -> None:
    store, recordings = tmp_path / "calls.sqlite3", tmp_path / "recordings"
    with serving(store, recordings) as (port, kill):
        async with connect(f"ws://127.0.0.1:{port}/ws") as socket:
            await socket.send(Hello().write())
            ready = await told(socket, "ready")
            await socket.send(write_message("text", text="When are you open?"))
            answered = (await told(socket, "turn_ended"))["record"]
            await written(recordings, "TurnEnded")
            kill()
    with serving(store, recordings) as (port, _):
        async with connect(f"ws://127.0.0.1:{port}/ws") as socket:
            await socket.send(Hello(call=ready["call"]).write())
            again = await told(socket, "ready")
    assert again["resumed"]
    assert again["history"][-2:] == [
        {"role": "user", "text": "When are you open?"},
        {"role": "assistant", "text": answered["reply"]},
    ]
    cut_off = [one for one in map(Recording.open, recordings_in(recordings)) if not one.complete]
    assert len(cut_off) >= 1
    assert all(replay(one).difference is None for one in cut_off if one.manifest["core"] is not None)


async def written(recordings: Path, text: str) -> None:
    """Until a recording on the disk holds something: it is written twice a second."""
    async with asyncio.timeout(60):
        while not any(text in file.read_text() for file in recordings.glob("*/actions.jsonl")):
            await asyncio.sleep(0.05)
