from __future__ import annotations

import asyncio
import logging

import pytest

from antiphon.core.messages import Message
from antiphon.server import ServerSettings
from antiphon.server.keeping import SIGN_OF_LIFE_S
from antiphon.server.limits import Limits
from antiphon.server.store import MemoryStore, StoreError
from antiphon.transports.websocket_wire import Hello

from ..runtime.calls import REPLY
from ..runtime.fakes import after, virtually
from .peers import Peer, app, connected, served

EXCHANGE = [{"role": "user", "text": "book a table"}, {"role": "assistant", "text": REPLY}]


async def converse(peer: Peer) -> None:
    peer.speak(9_000, 40)
    await after(800)
    peer.speak(0, 60)
    await peer.hears_a("turn_ended")


@virtually
async def test_who_was_cut_off_finds_the_call_again() -> None:
    async with served(app()) as serving:
        async with connected(serving) as peer:
            ready = await peer.hears_a("ready")
            assert (ready["resumed"], ready["history"]) == (False, [])
            await converse(peer)
        async with connected(serving, Hello(call=ready["call"])) as back:
            again = await back.hears_a("ready")
            assert (again["call"], again["resumed"]) == (ready["call"], True)
            assert again["history"] == EXCHANGE


@virtually
async def test_who_comes_back_while_the_old_connection_lingers_takes_the_call_over() -> None:
    async with served(app()) as serving, connected(serving) as peer:
        ready = await peer.hears_a("ready")
        await converse(peer)
        async with connected(serving, Hello(call=ready["call"])) as back:
            assert (await back.hears_a("ready"))["history"] == EXCHANGE
            assert (await peer.hears_a("error"))["code"] == "taken-up"
            await after(50)
            assert len(serving.state.server.calls) == 1
            back.send({"type": "text", "text": "and two more"})
            await back.hears_a("turn_ended")


@virtually
async def test_calls_that_are_over_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    from antiphon.server import keeping

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(keeping, "epoch_ns", lambda: round(loop.time() * 1e9))
    store = MemoryStore()
    async with served(app(store=store, settings=ServerSettings(resume_s=10))) as serving:
        async with connected(serving) as peer:
            ready = await peer.hears_a("ready")
            await after(60_000)
            assert ready["call"] in store._calls, "it goes on: there are signs of life"
        await after((10 + 3 * SIGN_OF_LIFE_S) * 1_000)
        assert store._calls == {}


@virtually
async def test_a_store_that_fails_ends_no_call(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(MemoryStore):
        async def save(
            self, call_id: str, generation: int, history: tuple[Message, ...], now_ns: int
        ) -> None:
            raise StoreError("full")

        async def keep_alive(self, call_ids: object, now_ns: int) -> None:
            raise StoreError("full")

    with caplog.at_level(logging.ERROR):
        async with served(app(store=Broken())) as serving, connected(serving) as peer:
            await converse(peer)
            await after(SIGN_OF_LIFE_S * 1_000)
    assert "full" in caplog.text


@virtually
async def test_a_call_in_which_nothing_happens_ends_and_says_why() -> None:
    settings = ServerSettings(limits=Limits(idle_s=20))
    async with served(app(settings=settings)) as serving, connected(serving) as peer:
        await peer.hears_a("ready")
        await after(10_000)
        peer.send({"type": "text", "text": "hello"})
        error = await peer.hears_a("error")
        await peer.hears(lambda _: False)
    assert error["code"] == "idle"
    assert peer.close_code == 1_001
    assert asyncio.get_running_loop().time() == pytest.approx(30.3, abs=1)


@virtually
async def test_no_call_lasts_for_ever() -> None:
    settings = ServerSettings(limits=Limits(idle_s=20, max_call_s=30))
    async with served(app(settings=settings)) as serving, connected(serving) as peer:
        await peer.hears_a("ready")
        for _ in range(3):
            peer.send({"type": "text", "text": "hello"})
            await after(9_000)
        error = await peer.hears_a("error")
    assert error["code"] == "too-long"
    assert asyncio.get_running_loop().time() == pytest.approx(30, abs=0.5)
