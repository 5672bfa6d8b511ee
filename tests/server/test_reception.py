from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from antiphon.core.messages import Message
from antiphon.runtime.clock import epoch_ns
from antiphon.server.reception import Place, Reception
from antiphon.server.seams import NOT_ALLOWED, TRY_AGAIN_LATER, Refusal
from antiphon.server.store import MemoryStore, SavedCall, StoreError
from antiphon.server.tokens import Scope, TokenKeys, new_claims
from antiphon.transports.websocket_wire import Hello

KEYS = TokenKeys(("k" * 32,))
HISTORY = (Message("user", "hello"),)


def a_token(lasts_s: int = 60, *, once: bool = True, scope: Scope = Scope.CALL) -> str:
    return KEYS.issue(new_claims(epoch_ns(), lasts_s, once=once, scope=scope))


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def reception(store: MemoryStore) -> Reception:
    return Reception(store, KEYS, 30)


async def test_who_has_a_token_is_let_in(reception: Reception) -> None:
    place = await reception.admit(Hello(token=a_token()))
    assert isinstance(place, Place)
    assert len(place.call_id) >= 24
    assert not place.resumed


@pytest.mark.parametrize(
    ("token", "why"),
    [
        (lambda: None, "a token is needed"),
        (lambda: "forged", "not valid"),
        (lambda: a_token(-1), "has expired"),
        (lambda: a_token(scope=Scope.METRICS), "not for this"),
    ],
    ids=["none", "forged", "expired", "another scope"],
)
async def test_who_has_none_or_a_bad_one_is_not(
    reception: Reception, token: Callable[[], str | None], why: str
) -> None:
    refusal = await reception.admit(Hello(token=token()))
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.kind) == (NOT_ALLOWED, "token")
    assert why in refusal.message


async def test_a_token_that_was_used_is_refused(reception: Reception) -> None:
    hello = Hello(token=a_token())
    assert isinstance(await reception.admit(hello), Place)
    again = await reception.admit(hello)
    assert isinstance(again, Refusal)
    assert "used already" in again.message


async def test_a_reusable_one_is_not(reception: Reception) -> None:
    hello = Hello(token=a_token(once=False))
    places = [await reception.admit(hello) for _ in range(3)]
    assert len({place.call_id for place in places if isinstance(place, Place)}) == 3


async def test_where_no_token_is_needed_none_is_asked_for(store: MemoryStore) -> None:
    assert isinstance(await Reception(store, None, 30).admit(Hello()), Place)


async def test_who_was_cut_off_comes_back_to_the_call_and_needs_no_token_again(
    reception: Reception, store: MemoryStore
) -> None:
    await store.save("a-call", 0, HISTORY, epoch_ns())
    place = await reception.admit(Hello(call="a-call"))
    assert place == Place("a-call", 1, HISTORY)
    assert place.resumed


async def test_who_comes_back_too_late_begins_anew_and_needs_one(
    reception: Reception, store: MemoryStore
) -> None:
    await store.save("a-call", 0, HISTORY, epoch_ns() - 31 * 10**9)
    assert isinstance(await reception.admit(Hello(call="a-call")), Refusal)
    place = await reception.admit(Hello(call="a-call", token=a_token()))
    assert isinstance(place, Place)
    assert place.call_id != "a-call", "nobody chooses the name of a call"
    assert place.earlier == ()


async def test_a_store_that_fails_is_no_reason_to_let_anybody_in(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken(MemoryStore):
        async def use_token(self, token_id: str, expires_s: int) -> bool:
            raise StoreError("the store of calls: disk I/O error")

        async def take_up(self, call_id: str, alive_since_ns: int, now_ns: int) -> SavedCall | None:
            return None

    with caplog.at_level(logging.ERROR):
        refusal = await Reception(Broken(), KEYS, 30).admit(Hello(call="a", token=a_token()))
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.kind) == (TRY_AGAIN_LATER, "failed")
    assert "disk I/O error" in caplog.text
