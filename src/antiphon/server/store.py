"""What outlives a connection, and the process: calls that may be taken up again, tokens that were used.

A call is kept while it goes on, and for as long after its last sign of life as its client may come back; then
it is gone from the disk too. The store is asked beside the event loop: a slow disk delays no audio.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from antiphon.core.messages import Message
from antiphon.core.times import NS_PER_S
from antiphon.errors import AntiphonError, ConfigError
from antiphon.recording.codec import decode, encode

Result = TypeVar("Result")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (
    call_id TEXT PRIMARY KEY, generation INTEGER NOT NULL, alive_ns INTEGER NOT NULL, history TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS tokens (
    token_id TEXT PRIMARY KEY, expires_s INTEGER NOT NULL
);
"""
_BUSY_S = 5.0  # another worker writes for milliseconds


class StoreError(AntiphonError):
    """The store could not do what it was asked."""


@dataclass(frozen=True, slots=True)
class SavedCall:
    """A call that may be taken up again.

    Attributes:
        generation: How often it was taken up: what an earlier holder still saves does not count.
        history: What was said and heard.
    """

    generation: int
    history: tuple[Message, ...]


class Store(Protocol):
    """Keeps calls and used tokens. Times are nanoseconds since 1970."""

    async def save(self, call_id: str, generation: int, history: tuple[Message, ...], now_ns: int) -> None:
        """Keep a call's history, unless the call was taken up again since this generation."""
        ...

    async def keep_alive(self, call_ids: Iterable[str], now_ns: int) -> None:
        """These calls go on."""
        ...

    async def take_up(self, call_id: str, alive_since_ns: int, now_ns: int) -> SavedCall | None:
        """A call that was alive since then, for its next holder: nobody else's saves count from now on."""
        ...

    async def use_token(self, token_id: str, expires_s: int) -> bool:
        """Use a token that is good for one call; whether it was not used before."""
        ...

    async def forget(self, dead_since_ns: int, now_ns: int) -> None:
        """Remove calls with no sign of life since then, and tokens that have expired."""
        ...

    async def aclose(self) -> None:
        """Let go of it."""
        ...


class MemoryStore:
    """A store that is one process's own, and ends with it."""

    def __init__(self) -> None:
        self._calls: dict[str, tuple[int, SavedCall]] = {}  # with the last sign of life
        self._tokens: dict[str, int] = {}  # until when they would be good

    async def save(self, call_id: str, generation: int, history: tuple[Message, ...], now_ns: int) -> None:
        """Keep a call's history, unless the call was taken up again since this generation."""
        known = self._calls.get(call_id)
        if known is None or known[1].generation == generation:
            self._calls[call_id] = (now_ns, SavedCall(generation, history))

    async def keep_alive(self, call_ids: Iterable[str], now_ns: int) -> None:
        """These calls go on."""
        for call_id in call_ids:
            if call_id in self._calls:
                self._calls[call_id] = (now_ns, self._calls[call_id][1])

    async def take_up(self, call_id: str, alive_since_ns: int, now_ns: int) -> SavedCall | None:
        """A call that was alive since then, for its next holder: nobody else's saves count from now on."""
        alive_ns, saved = self._calls.get(call_id, (0, None))
        if saved is None or alive_ns < alive_since_ns:
            return None
        taken = SavedCall(saved.generation + 1, saved.history)
        self._calls[call_id] = (now_ns, taken)
        return taken

    async def use_token(self, token_id: str, expires_s: int) -> bool:
        """Use a token that is good for one call; whether it was not used before."""
        new = token_id not in self._tokens
        self._tokens[token_id] = expires_s
        return new

    async def forget(self, dead_since_ns: int, now_ns: int) -> None:
        """Remove calls with no sign of life since then, and tokens that have expired."""
        self._calls = {name: one for name, one in self._calls.items() if one[0] >= dead_since_ns}
        self._tokens = {
            name: expires_s for name, expires_s in self._tokens.items() if expires_s * NS_PER_S > now_ns
        }

    async def aclose(self) -> None:
        """Nothing is to be let go of."""


class SQLiteStore:
    """A store in one file, which the workers of a server share and which outlives them."""

    def __init__(self, path: Path) -> None:
        """Open it, or make it: readable by its owner alone.

        Raises:
            ConfigError: If that can't be done.
        """
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            self._base = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
            # A lost transaction at a power failure costs a call that the failure ended anyway.
            self._base.executescript(
                f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON; {_SCHEMA}"
            )
        except (OSError, sqlite3.Error) as error:
            self._thread.shutdown(wait=False)
            why = error.strerror if isinstance(error, OSError) else str(error)
            raise ConfigError(f"{path}: can't be used as the store of calls: {why}") from None

    async def save(self, call_id: str, generation: int, history: tuple[Message, ...], now_ns: int) -> None:
        """Keep a call's history, unless the call was taken up again since this generation."""
        text = json.dumps([encode(message) for message in history])
        await self._run(
            lambda base: base.execute(
                "INSERT INTO calls VALUES (?1, ?2, ?3, ?4) ON CONFLICT (call_id) DO UPDATE SET "
                "alive_ns = ?3, history = ?4 WHERE generation = ?2",
                (call_id, generation, now_ns, text),
            )
        )

    async def keep_alive(self, call_ids: Iterable[str], now_ns: int) -> None:
        """These calls go on."""
        rows = [(now_ns, call_id) for call_id in call_ids]
        await self._run(
            lambda base: base.executemany("UPDATE calls SET alive_ns = ? WHERE call_id = ?", rows)
        )

    async def take_up(self, call_id: str, alive_since_ns: int, now_ns: int) -> SavedCall | None:
        """A call that was alive since then, for its next holder: nobody else's saves count from now on."""
        row = await self._run(
            lambda base: base.execute(
                "UPDATE calls SET generation = generation + 1, alive_ns = ?3 "
                "WHERE call_id = ?1 AND alive_ns >= ?2 RETURNING generation, history",
                (call_id, alive_since_ns, now_ns),
            ).fetchone()
        )
        if row is None:
            return None
        generation, text = row
        return SavedCall(generation, tuple(decode(Message, plain) for plain in json.loads(text)))

    async def use_token(self, token_id: str, expires_s: int) -> bool:
        """Use a token that is good for one call; whether it was not used before."""
        done = await self._run(
            lambda base: base.execute("INSERT OR IGNORE INTO tokens VALUES (?, ?)", (token_id, expires_s))
        )
        return done.rowcount == 1

    async def forget(self, dead_since_ns: int, now_ns: int) -> None:
        """Remove calls with no sign of life since then, and tokens that have expired."""

        def remove(base: sqlite3.Connection) -> None:
            base.execute("DELETE FROM calls WHERE alive_ns < ?", (dead_since_ns,))
            base.execute("DELETE FROM tokens WHERE expires_s <= ?", (now_ns // NS_PER_S,))

        await self._run(remove)

    async def aclose(self) -> None:
        """Close the file."""
        await self._run(lambda base: base.close())
        self._thread.shutdown(wait=False)

    async def _run(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._base)
        except sqlite3.Error as error:
            raise StoreError(f"the store of calls: {error}") from error
