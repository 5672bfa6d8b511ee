"""Where a server is extended: who may call, and what goes along with a call."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from starlette.requests import HTTPConnection

from antiphon.transports.websocket_wire import Hello

if TYPE_CHECKING:
    from antiphon.server.call import Call

# WebSocket close codes: RFC 6455, section 7.4.1, and the registry it set up.
GOING_AWAY = 1_001
BROKE_PROTOCOL = 1_002
NOT_ALLOWED = 1_008
FAILED = 1_011
TRY_AGAIN_LATER = 1_013


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a call is not taken.

    Attributes:
        code: WebSocket close code: ``NOT_ALLOWED``, ``TRY_AGAIN_LATER``.
        kind: One word for programs, such as ``"overloaded"``.
        message: One sentence for people: what is wrong and what to do.
    """

    code: int
    kind: str
    message: str


class Gate(Protocol):
    """Decides whether a call is taken. Gates are asked in order; the first refusal holds."""

    def admit(self, connection: HTTPConnection, hello: Hello) -> Refusal | None:
        """``None`` lets the call through. It must not block."""
        ...


Attachment: TypeAlias = "Callable[[Call], AbstractAsyncContextManager[None]]"
"""Goes along with a call: entered before its session begins (observe it then), left after its end."""
