"""Lets a client in: by its token, and back to its own call where it was cut off."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

from antiphon.core.messages import Message
from antiphon.core.times import NS_PER_S
from antiphon.runtime.clock import epoch_ns
from antiphon.server.seams import NOT_ALLOWED, TRY_AGAIN_LATER, Refusal
from antiphon.server.store import Store, StoreError
from antiphon.server.tokens import Scope, TokenError, TokenKeys, Wrong
from antiphon.transports.websocket_wire import Hello

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """What a client that was let in has.

    Attributes:
        call_id: Unguessable; the client may come back to its call with it.
        generation: How often the call was taken up.
        earlier: What was said and heard before it was cut off.
    """

    call_id: str
    generation: int = 0
    earlier: tuple[Message, ...] = ()

    @property
    def resumed(self) -> bool:
        """Whether the client is back in a call that was cut off."""
        return self.generation > 0


class Reception:
    """Decides who is let in."""

    def __init__(self, store: Store, keys: TokenKeys | None, resume_s: float) -> None:
        """Make a reception.

        Args:
            store: Knows calls that were cut off, and tokens that were used.
            keys: What tokens are signed with; ``None`` where none is needed.
            resume_s: How long a client may come back.
        """
        self._store = store
        self._keys = keys
        self._resume_ns = round(resume_s * NS_PER_S)

    async def admit(self, hello: Hello) -> Place | Refusal:
        """A place for a client, or why it has none.

        Who knows the name of a call that was just cut off was told it in that call, and needs no token again.
        """
        now_ns = epoch_ns()
        try:
            return await self._taken_up(hello, now_ns) or await self._new(hello, now_ns)
        except TokenError as refused:
            return Refusal(NOT_ALLOWED, "token", str(refused))
        except StoreError as error:
            _log.error("%s", error)
            return Refusal(TRY_AGAIN_LATER, "failed", "calls can't be taken just now; call again")

    async def _taken_up(self, hello: Hello, now_ns: int) -> Place | None:
        if hello.call is None:
            return None
        saved = await self._store.take_up(hello.call, now_ns - self._resume_ns, now_ns)
        return None if saved is None else Place(hello.call, saved.generation, saved.history)

    async def _new(self, hello: Hello, now_ns: int) -> Place:
        place = Place(secrets.token_urlsafe(18))
        if self._keys is not None:
            claims = self._keys.check(hello.token, Scope.CALL, now_ns)
            if claims.once and not await self._store.use_token(claims.token_id, claims.expires_s):
                raise TokenError(Wrong.USED)
        return place
