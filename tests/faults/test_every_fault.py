"""Each fault of each vendor, once and for ever, in whole calls over loopback sockets."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import pytest

from antiphon.testing.vendors import Fault, FaultKind, FaultPlan
from antiphon.testing.vendors.double import Double

from .calls import (
    APOLOGY,
    DEADLINE_MS,
    DEEPGRAM_KEY,
    OPENAI_KEY,
    WORDS,
    Account,
    always,
    deepgram,
    hold,
    llm_spec,
    nothing_is_left,
    only_once,
    openai,
    stt_spec,
    tts_spec,
)

pytestmark = pytest.mark.real_time

Plan: TypeAlias = Callable[[Fault], FaultPlan]

# Silence, two attempts at a reply with two requests each, a fault in mid-reply, the apology, a busy machine.
TURN_MS = {
    "listen": 200 + 1_500 + 4 * DEADLINE_MS + 2_000,
    "chat": 200 + 5 * DEADLINE_MS + 2_000,
    "speech": 200 + 9 * DEADLINE_MS + 2_000,
}
REFUSED_KEY = {401, 403}
LAST = 6  # of the recogniser's messages: the one with the final
BOUNDARIES = {
    "listen": (0, 3, LAST),
    "chat": (0, 3),
    "speech": (0, 3),
}  # before, amid and after the first words
BEFORE_THE_ANSWER = {
    "refused": [Fault("refuse")],  # type: ignore[arg-type]
    "slow handshake": [Fault("slow-handshake")],  # type: ignore[arg-type]
    "401, 403": [Fault("status", status=status) for status in (401, 403)],  # type: ignore[arg-type]
    "429, 500, 503": [Fault("status", status=status) for status in (429, 500, 503)],  # type: ignore[arg-type]
}


def cases() -> Iterator[object]:
    """A vendor's route and one kind of fault, at each boundary between messages where it can come."""
    for route, boundaries in BOUNDARIES.items():
        for name, faults in BEFORE_THE_ANSWER.items():
            yield pytest.param(route, faults, id=f"{route}: {name}")
        for kind in ("stall", "close", "malformed", "wrong-order"):
            yield pytest.param(route, [Fault(kind, at) for at in boundaries], id=f"{route}: {kind}")  # type: ignore[arg-type]


async def call_with(route: str, plan: FaultPlan, doubles: list[Double]) -> Account:
    """A call in which one vendor is at fault."""
    async with deepgram() as ears, openai() as cloud:
        doubles += [ears, cloud]
        (ears if route == "listen" else cloud).faults[route] = plan
        # The line replaces a connection that is stuck for 1 s; before that, the provider is not to guess.
        account = await hold([stt_spec(ears, flush_timeout_ms=2_000)], [llm_spec(cloud)], [tts_spec(cloud)])
        await asyncio.gather(
            *(request.done.wait() for double in (ears, cloud) for request in double.requests)
        )
        return account


def ends_in_time_and_says_why(account: Account, route: str) -> None:
    assert account.turn_ms < TURN_MS[route]
    if account.record.outcome == "replied":
        assert account.heard
        assert account.loud_samples
    else:
        assert account.record.outcome == "failed"
        assert account.record.error
        assert account.troubles
        if route != "speech":  # nothing can be said by a voice that is down
            assert APOLOGY in account.heard


def said_by_us(caplog: pytest.LogCaptureFixture) -> str:
    """All that was logged, but for what the doubles' web server logs: the headers it is sent."""
    return "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")
    )


def tells_no_key(account: Account, logged: str) -> None:
    told = repr(account.notices) + repr(account.history) + logged
    assert DEEPGRAM_KEY not in told
    assert OPENAI_KEY not in told


def loses_no_words(account: Account, route: str, fault: Fault, plan: Plan) -> None:
    """Of what a recogniser made final; one that is down, or whose key is refused, makes nothing final."""
    if route != "listen" or (plan is only_once and not is_refused_key(fault)):
        assert account.caller_said == [WORDS]


def is_refused_key(fault: Fault) -> bool:
    return fault.kind is FaultKind.STATUS and fault.status in REFUSED_KEY


@pytest.mark.parametrize(("route", "faults"), list(cases()))
async def test_each_turn_ends_in_a_reply_or_in_words_and_leaves_nothing(
    route: str, faults: Sequence[Fault], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    doubles: list[Double] = []
    plans: tuple[Plan, Plan] = (only_once, always)
    ways = [(fault, plan) for fault in faults for plan in plans]
    accounts = await asyncio.gather(*(call_with(route, plan(fault), doubles) for fault, plan in ways))
    for (fault, plan), account in zip(ways, accounts, strict=True):
        told = account.record.error or "no error"
        print(f"{fault}, {plan.__name__}: {account.record.outcome} after {account.turn_ms:.0f} ms, {told}")
        ends_in_time_and_says_why(account, route)
        tells_no_key(account, said_by_us(caplog))
        loses_no_words(account, route, fault, plan)
    await nothing_is_left(*doubles)
