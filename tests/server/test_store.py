from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from antiphon.core.messages import Message
from antiphon.errors import ConfigError
from antiphon.server.store import MemoryStore, SavedCall, SQLiteStore, Store, StoreError

S = 10**9
HISTORY = (Message("user", "a table"), Message("assistant", "For how ma", interrupted=True))


@pytest.fixture(params=["memory", "file"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    in_file = request.param == "file"
    store: Store = SQLiteStore(tmp_path / "deep" / "calls.sqlite3") if in_file else MemoryStore()
    yield store
    await store.aclose()


async def test_a_call_is_taken_up_with_its_history(store: Store) -> None:
    await store.save("a", 0, HISTORY[:1], 1 * S)
    await store.save("a", 0, HISTORY, 2 * S)
    assert await store.take_up("a", 1 * S, 10 * S) == SavedCall(1, HISTORY)


async def test_a_call_that_nobody_knows_is_not(store: Store) -> None:
    assert await store.take_up("a", 0, 1 * S) is None


async def test_one_without_a_sign_of_life_for_too_long_is_not(store: Store) -> None:
    await store.save("a", 0, HISTORY, 5 * S)
    assert await store.take_up("a", 6 * S, 40 * S) is None
    await store.keep_alive(["a", "unknown"], 20 * S)
    assert await store.take_up("a", 6 * S, 40 * S) is not None


async def test_what_an_earlier_holder_still_saves_does_not_count(store: Store) -> None:
    await store.save("a", 0, HISTORY, 1 * S)
    taken = await store.take_up("a", 0, 2 * S)
    assert taken is not None
    await store.save("a", 0, (), 3 * S)
    await store.save("a", taken.generation, HISTORY[:1], 4 * S)
    assert await store.take_up("a", 0, 5 * S) == SavedCall(2, HISTORY[:1])


async def test_a_token_is_used_once(store: Store) -> None:
    assert await store.use_token("t", 9)
    assert not await store.use_token("t", 9)
    assert await store.use_token("u", 9)


async def test_what_is_over_is_forgotten(store: Store) -> None:
    await store.save("old", 0, HISTORY, 1 * S)
    await store.save("new", 0, HISTORY, 50 * S)
    await store.use_token("old", 9)
    await store.use_token("new", 99)
    await store.forget(20 * S, 50 * S)
    assert await store.take_up("old", 0, 60 * S) is None
    assert await store.take_up("new", 0, 60 * S) is not None
    assert await store.use_token("old", 9), "it has expired: the signature refuses it"
    assert not await store.use_token("new", 99)


async def test_it_outlives_the_process_and_is_its_owner_s_alone(tmp_path: Path) -> None:
    path = tmp_path / "calls.sqlite3"
    before, beside = SQLiteStore(path), SQLiteStore(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    await asyncio.gather(*(each.save("a", 0, HISTORY, 1 * S) for each in (before, beside) for _ in range(20)))
    await before.aclose()
    await beside.aclose()
    after = SQLiteStore(path)
    assert await after.take_up("a", 0, 2 * S) == SavedCall(1, HISTORY)
    await after.aclose()


@pytest.mark.parametrize("content", [b"not a database, that is certain, whatever else it may be" * 20, None])
def test_a_file_that_can_t_be_a_store_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "calls.sqlite3"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"calls\.sqlite3: can't be used as the store of calls"):
        SQLiteStore(path)


async def test_what_goes_wrong_with_the_file_later_is_one_kind_of_error(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "calls.sqlite3")
    store._base.execute("DROP TABLE calls")
    with pytest.raises(StoreError, match="no such table"):
        await store.save("a", 0, HISTORY, 1)
    await store.aclose()
