"""Hostile clients: nothing they send ends anything but their own call, and they learn nothing of the inside.

``python -m benchmarks.server.fuzz`` does the same over real sockets, 100,000 messages long.
"""

from __future__ import annotations

from random import Random

import pytest

from antiphon.server import ServerSettings
from antiphon.server.limits import Limits
from antiphon.testing.hostile import hostile_hello, hostile_messages

from ..runtime.fakes import after, virtually
from .peers import app, connected, served

SETTINGS = ServerSettings(limits=Limits(max_attempts_per_minute=100_000), hello_timeout_s=1)
KNOWN_CODES = {1_000, 1_001, 1_002, 1_008}


@pytest.mark.parametrize("seed", range(3))
@virtually
async def test_hostile_messages_end_no_more_than_their_own_call(seed: int) -> None:
    random, messages, sent = Random(seed), hostile_messages(seed), 0
    async with served(app(settings=SETTINGS)) as serving:
        while sent < 700:
            async with connected(serving, None) as peer:
                peer.send(hostile_hello(random))
                for _ in range(random.randint(1, 20)):
                    peer.send(next(messages))
                    sent += 1
                await after(random.choice((0, 30, 300)))
                if random.random() < 0.5:
                    peer.send({"type": "bye"})
                    await peer.hears(lambda _: False)
                    assert peer.close_code in KNOWN_CODES
            errors = [told for told in peer.messages if told["type"] == "error"]
            assert len(errors) <= 1
            for error in errors:
                assert error["code"] in {"protocol", "limit"}
                assert len(error["message"]) < 200
                assert "Traceback" not in error["message"]
                assert "Error" not in error["message"]
        await after(2_000)
        assert len(serving.state.server.calls) == 0
        async with connected(serving) as peer:
            await peer.hears_a("ready")
