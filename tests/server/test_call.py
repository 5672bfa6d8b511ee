from __future__ import annotations

import asyncio

import pytest

from antiphon.core.messages import Message

from ..runtime.calls import REPLY
from ..runtime.fakes import FakeLLM, virtually
from .peers import app, connected, served


@virtually
async def test_what_a_caller_says_is_answered_in_sound() -> None:
    async with served(app()) as serving, connected(serving) as peer:
        await peer.hears_a("ready")
        peer.speak(9_000, 40)
        peer.speak(0, 60)
        record = (await peer.hears_a("turn_ended"))["record"]
    assert (record["user"], record["reply"]) == ("book a table", REPLY)
    assert sum(record["contributions_ms"].values()) == pytest.approx(record["glass_to_glass_ms"])
    sound = sum(len(frame.samples) for frame in peer.frames)
    assert sound == pytest.approx(24 * 20 * len(REPLY), abs=24 * 30), "all but what a filter at 1 kHz holds"
    assert [frame.sequence for frame in peer.frames] == list(range(len(peer.frames)))


@virtually
async def test_what_a_caller_writes_is_answered_and_summed_up() -> None:
    async with served(app()) as serving, connected(serving) as peer:
        ready = await peer.hears_a("ready")
        peer.send({"type": "text", "text": "book a table"})
        summary = await peer.hears_a("summary")
    assert ready["protocol"] == 1
    assert ready["agent"]["llm"] == "fake/llm"
    assert summary["turns"] == 1
    assert {"transcript_changed", "draft_committed", "reply_audible", "reply_over"} <= set(peer.kinds)


@virtually
async def test_keys_that_are_pressed_are_a_turn() -> None:
    async with served(app()) as serving, connected(serving) as peer:
        await peer.hears_a("ready")
        peer.send({"type": "keys", "keys": "42#"})
        assert (await peer.hears_a("turn_ended"))["record"]["user"] == "(pressed 42)"


@virtually
async def test_a_client_may_end_its_turn_and_silence_the_agent() -> None:
    async with served(app()) as serving, connected(serving) as peer:
        await peer.hears_a("ready")
        peer.send({"type": "commit_turn"})
        peer.send({"type": "text", "text": "book a table"})
        await peer.hears_a("reply_audible")
        peer.send({"type": "interrupt"})
        assert (await peer.hears_a("reply_over"))["reason"] == "barge-in"


@virtually
async def test_a_client_that_goes_ends_its_call_at_once() -> None:
    llm = FakeLLM([60_000, REPLY])
    serving = app(llm)
    async with served(serving), connected(serving) as peer:
        await peer.hears_a("ready")
        peer.send({"type": "text", "text": "book a table"})
        await peer.hears_a("draft_committed")
        assert len(serving.state.server.calls) == 1
        peer.go()
        while len(serving.state.server.calls):
            await asyncio.sleep(0.001)
    assert llm.streams.open == 0


@virtually
async def test_bye_ends_a_call_in_good_order() -> None:
    async with served(app()) as serving, connected(serving) as peer:
        await peer.hears_a("ready")
        peer.send({"type": "bye"})
        assert await peer.hears(lambda _: False) is None
    assert peer.close_code == 1_000


@virtually
async def test_calls_share_the_providers_and_nothing_else() -> None:
    async with served(app()) as serving, connected(serving) as one, connected(serving) as other:
        calls = [(await peer.hears_a("ready"))["call"] for peer in (one, other)]
        one.send({"type": "text", "text": "book a table"})
        await one.hears_a("turn_ended")
        histories = {call.call_id: call.session.history for call in serving.state.server.calls}
    assert len(set(calls)) == 2
    assert histories[calls[0]] == (Message("user", "book a table"), Message("assistant", REPLY))
    assert histories[calls[1]] == ()


@virtually
async def test_a_client_that_says_when_it_spoke_and_heard_has_its_delay_counted_end_to_end() -> None:
    async with served(app()) as serving, connected(serving) as peer:
        await peer.hears_a("ready")
        ping = await peer.hears_a("ping")
        peer.send({"type": "pong", "at_us": ping["at_us"], "client_us": ping["at_us"]})
        peer.speak(9_000, 40, at_us=0)
        peer.speak(0, 60)
        await peer.hears_a("reply_audible")
        while not any(frame.audible is not None for frame in peer.frames):
            await peer.hears_sound()
        at_us = peer.now_us() + 30_000
        moments = {f"{name}_us": at_us for name in ("received", "begun", "rendered", "audible")}
        peer.send({"type": "heard", "frame": 0, **moments})
        record = (await peer.hears_a("turn_ended"))["record"]
    assert record["contributions_ms"]["network"] >= 29
    assert sum(record["contributions_ms"].values()) == pytest.approx(record["glass_to_glass_ms"])
