"""Chains over loopback sockets: who answers when the first does not, how late, and what is said of it."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

import pytest

from antiphon.core.failover import Resilience
from antiphon.testing.vendors import Fault
from antiphon.testing.vendors.double import Double

from .calls import (
    APOLOGY,
    DEADLINE_MS,
    REPLY,
    WORDS,
    Account,
    always,
    deepgram,
    hold,
    llm_spec,
    nothing_is_left,
    only_once,
    openai,
    resilience,
    stt_spec,
    tts_spec,
)

pytestmark = pytest.mark.real_time

SLACK_MS = 400  # a busy machine; see docs/reference/resilience.md for what an idle one needs


@dataclass(frozen=True, slots=True)
class Chained:
    """A call in which every stage has a second choice."""

    account: Account
    asked: dict[str, tuple[int, int]]  # by route, how often the first and the second were asked
    doubles: tuple[Double, ...]


async def chained(
    route: str | None,
    fault: Fault | None,
    settings: Resilience,
    *,
    stt_options: dict[str, object] | None = None,
) -> Chained:
    """A call whose first provider of one route is always at fault; nothing is drafted ahead, so all is audible."""
    async with deepgram() as ears, deepgram() as other_ears, openai() as cloud, openai() as other_cloud:
        if route is not None and fault is not None:
            (ears if route == "listen" else cloud).faults[route] = always(fault)
        account = await hold(
            [stt_spec(ears, **(stt_options or {})), stt_spec(other_ears)],
            [llm_spec(cloud), llm_spec(other_cloud)],
            [tts_spec(cloud), tts_spec(other_cloud)],
            settings,
            drafts=False,
        )
        asked = {
            route: (len(first.requests.on(route)), len(second.requests.on(route)))
            for route, first, second in (
                ("listen", ears, other_ears),
                ("chat", cloud, other_cloud),
                ("speech", cloud, other_cloud),
            )
        }
        return Chained(account, asked, (ears, other_ears, cloud, other_cloud))


@pytest.mark.parametrize("route", ["chat", "speech"])
@pytest.mark.parametrize(
    ("kind", "paid_ms"),
    [("stall", DEADLINE_MS), ("slow-handshake", DEADLINE_MS), ("refuse", 0), ("close", 0), ("status", 0)],
)
async def test_the_second_choice_is_heard_no_later_than_the_first_one_s_deadline(
    route: str, kind: str, paid_ms: int
) -> None:
    settings = resilience(retries=0)
    well, call = await asyncio.gather(
        chained(None, None, settings),
        chained(route, Fault(kind), settings),  # type: ignore[arg-type]
    )
    gap_ms = call.account.answer_ms - well.account.answer_ms
    print(f"{route}, {kind}: heard {gap_ms:.0f} ms later than without a fault; deadline {paid_ms} ms")
    assert well.asked[route] == (1, 0)
    assert call.asked[route] == (1, 1)
    assert call.account.record.outcome == "replied"
    assert call.account.heard == [REPLY]
    assert gap_ms <= paid_ms + SLACK_MS
    await nothing_is_left(*well.doubles, *call.doubles)


async def test_the_second_recogniser_hears_all_that_was_said() -> None:
    kinds = ("refuse", "slow-handshake", "stall", "close", "status")
    patient: dict[str, object] = {"flush_timeout_ms": 2_000}  # or it guesses before the line gives it up
    calls = await asyncio.gather(
        *(chained("listen", Fault(kind), resilience(), stt_options=patient) for kind in kinds)  # type: ignore[arg-type]
    )
    for kind, call in zip(kinds, calls, strict=True):
        print(f"listen, {kind}: the turn was over {call.account.turn_ms:.0f} ms after the voice")
        assert call.asked["listen"][1] == 1
        assert call.account.caller_said == [WORDS]
        assert call.account.heard == [REPLY]
    await nothing_is_left(*(double for each in calls for double in each.doubles))


@pytest.mark.parametrize("route", ["chat", "speech"])
async def test_a_first_choice_that_is_late_is_hedged_by_the_second(route: str) -> None:
    hedge_ms = 100
    well, call = await asyncio.gather(
        chained(None, None, resilience()),
        chained(route, Fault("stall"), resilience(retries=0, hedge_after_ms=hedge_ms)),  # type: ignore[arg-type]
    )
    gap_ms = call.account.answer_ms - well.account.answer_ms
    print(f"{route}: hedged after {hedge_ms} ms, heard {gap_ms:.0f} ms later than without a fault")
    assert call.asked[route] == (1, 1)
    assert call.account.heard == [REPLY]
    assert call.account.troubles == []  # it did not fail: it was late, and nobody waited
    assert gap_ms <= hedge_ms + SLACK_MS
    await nothing_is_left(*well.doubles, *call.doubles)


async def test_a_first_choice_in_time_is_not_hedged() -> None:
    call = await chained(None, None, resilience(hedge_after_ms=2_000, first_byte_timeout_ms=4_000))
    assert call.asked == {"listen": (1, 0), "chat": (1, 0), "speech": (1, 0)}
    await nothing_is_left(*call.doubles)


async def test_one_failure_is_made_good_by_asking_again() -> None:
    async with deepgram() as ears, openai() as cloud:
        cloud.faults["chat"] = only_once(Fault("status", status=503))
        account = await hold([stt_spec(ears)], [llm_spec(cloud)], [tts_spec(cloud)], drafts=False)
        await nothing_is_left(ears, cloud)
        assert len(cloud.requests.on("chat")) == 2
        assert account.heard == [REPLY]
        (trouble,) = account.troubles
        assert trouble.startswith("openai/gpt-4.1-mini: ")
        assert "status 503" in trouble


async def test_a_refused_key_is_not_tried_again() -> None:
    call = await chained("chat", Fault("status", status=401), resilience(retries=3))
    assert call.asked["chat"] == (1, 1)
    assert call.account.heard == [REPLY]
    await nothing_is_left(*call.doubles)


@pytest.mark.parametrize("stage", ["stt", "llm", "tts"])
async def test_a_refused_key_is_told_in_one_line_that_says_which_where_from_and_what_to_set(
    stage: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = "wr0ng-and-secret"
    async with deepgram(keys=["right"]) as ears, openai(keys=["right"]) as cloud:
        account = await hold(
            [stt_spec(ears, wrong if stage == "stt" else "right")],
            [llm_spec(cloud, wrong if stage == "llm" else "right")],
            [tts_spec(cloud, wrong if stage == "tts" else "right")],
        )
        await nothing_is_left(ears, cloud)
    vendor, variable = ("Deepgram", "DEEPGRAM_API_KEY") if stage == "stt" else ("OpenAI", "OPENAI_API_KEY")
    advice = (
        f"the {vendor} key from the option api_key was refused; set {variable} or the option api_key to one "
        "that is valid"
    )
    told = [message for message in account.troubles if advice in message]
    assert told
    assert all("\n" not in message for message in told)
    assert account.record.outcome == "failed"
    assert account.record.error
    logged = "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")
    )
    assert wrong not in repr(account.notices) + repr(account.history) + logged
    if stage != "tts":
        assert account.heard == [APOLOGY]
