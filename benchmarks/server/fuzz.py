"""Hostile clients over real sockets: does a server survive 100,000 messages, quietly and without growing?

    python -m benchmarks.server.fuzz [--messages 100000] [--seed 1]

Exit code 1 if it crashed, hung, grew, wrote a traceback, or told a client anything but one plain error.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import sys
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Iterator
from random import Random

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from antiphon.bench.density import left_behind
from antiphon.bench.density_server import ServerUnderLoad, server_under_load
from antiphon.testing.hostile import hostile_hello, hostile_messages

AT_A_TIME = 8
HANGS_AFTER_S = 30
MAX_GROWTH_MB = 20
KNOWN_CODES = {1_000, 1_001, 1_002, 1_007, 1_008, 1_009, 1_013}


async def fuzz(port: int, seed: int, messages: int, found: Counter[str]) -> None:
    """Send so many hostile messages, over as many connections as it takes."""
    random, hostile, sent = Random(seed), hostile_messages(seed), 0
    while sent < messages:
        url = f"ws://127.0.0.1:{port}/ws"
        async with connect(url, compression=None, ping_interval=None, max_queue=None) as socket:
            found["connections"] += 1
            try:
                await socket.send(hostile_hello(random))
                for _ in range(random.randint(1, 40)):
                    await socket.send(next(hostile))
                    sent += 1
                if random.random() < 0.3:
                    socket.transport.abort()
                    continue
                await socket.send('{"type":"bye"}')
            except ConnectionClosed:
                """It was ended in between: what was said is read below."""
            try:
                async with asyncio.timeout(HANGS_AFTER_S):
                    async for told in socket:
                        if isinstance(told, str) and json.loads(told)["type"] == "error":
                            found["errors told"] += 1
                            if "Traceback" in told or "Error" in told or len(told) > 400:
                                found[f"WRONG: told {told[:200]}"] += 1
            except TimeoutError:
                found["WRONG: hangs"] += 1
            except ConnectionClosed:
                """The close code below says it."""
            found[f"closed with {socket.close_code}"] += 1
            if socket.close_code not in KNOWN_CODES:
                found[f"WRONG: closed with {socket.close_code}"] += 1
    found["messages"] += sent


async def fuzz_all(port: int, seed: int, messages: int) -> Counter[str]:
    """Several hostile clients at a time."""
    found: Counter[str] = Counter()
    async with asyncio.TaskGroup() as group:
        for number in range(AT_A_TIME):
            group.create_task(fuzz(port, seed * AT_A_TIME + number, messages // AT_A_TIME, found))
    return found


def settled_memory(server: ServerUnderLoad) -> tuple[int, dict[str, int]]:
    """What the server takes once all hostile calls are over."""
    left = left_behind(server)
    return server.memory_bytes, left


def main() -> int:
    """Run it, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryFile("w+b") as log, _errors_go_to(log.fileno()), server_under_load() as server:
        asyncio.run(fuzz_all(server.port, given.seed + 1_000, 4_000))  # whatever is done once is done
        before, left_before = settled_memory(server)
        found = asyncio.run(fuzz_all(server.port, given.seed, given.messages))
        after, left = settled_memory(server)
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/ready", timeout=10) as ready:
            assert ready.status == 200
        log.seek(0)
        logged = log.read().decode(errors="replace")
    grown_mb = (after - before) / 1e6
    for what, count in sorted(found.items()):
        print(f"{count:>8}  {what}")
    print(f"memory {before / 1e6:.1f} MB before, {after / 1e6:.1f} MB after ({grown_mb:+.1f} MB)")
    print(f"tasks {left_before['tasks']} before, {left['tasks']} after")
    print(f"tracebacks logged: {logged.count('Traceback')}")
    if "Traceback" in logged:
        print(logged[-3_000:])
    wrong = (
        any(what.startswith("WRONG") for what in found) or "Traceback" in logged or grown_mb > MAX_GROWTH_MB
    )
    return int(wrong or left["tasks"] != left_before["tasks"])


@contextlib.contextmanager
def _errors_go_to(descriptor: int) -> Iterator[None]:
    """Have what this process and its children write to standard error go to a file."""
    kept = os.dup(2)
    os.dup2(descriptor, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


if __name__ == "__main__":
    sys.exit(main())
