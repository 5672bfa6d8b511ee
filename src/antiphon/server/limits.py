"""How much anyone may ask of a server: calls, messages, audio, time. Beyond it a call is refused or ended."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from antiphon.core.checks import check_range
from antiphon.core.times import NS_PER_S
from antiphon.errors import PeerError
from antiphon.server.calls import Calls
from antiphon.server.seams import NOT_ALLOWED, TRY_AGAIN_LATER, Refusal
from antiphon.transports.websocket import MessageSocket
from antiphon.transports.websocket_wire import HEADER_BYTES, Hello

ADDRESSES_REMEMBERED = 10_000
BURST_S = 10  # what a network held up comes at once


@dataclass(frozen=True, slots=True)
class Limits:
    """How much anyone may ask of one server process.

    Attributes:
        max_calls: Calls in hand.
        max_calls_per_address: ... from one address.
        max_attempts_per_minute: Attempts to call from one address, refused ones included.
        max_messages_per_s: Messages of one client's, over some seconds.
        max_message_bytes: Of one message.
        max_backlog_ms: How much more audio than time a client may send.
        idle_s: How long nobody needs to say anything.
        max_call_s: How long a call may last.
        max_lag_ms: The event loop's, nine times out of ten: beyond it new calls are refused.
        max_load: Share of a processor that the event loop may use before new calls are refused.
    """

    max_calls: int = 100
    max_calls_per_address: int = 10
    max_attempts_per_minute: int = 60
    max_messages_per_s: int = 200
    max_message_bytes: int = 64 * 1024
    max_backlog_ms: int = 10_000
    idle_s: float = 300.0
    max_call_s: float = 3_600.0
    max_lag_ms: float = 30.0
    max_load: float = 0.9

    def __post_init__(self) -> None:
        for name, high in (
            ("max_calls", 100_000),
            ("max_calls_per_address", 100_000),
            ("max_attempts_per_minute", 1_000_000),
            ("max_messages_per_s", 100_000),
        ):
            check_range(f"limits.{name}", getattr(self, name), 1, high)
        check_range("limits.max_message_bytes", self.max_message_bytes, 1_024, 16 * 1024 * 1024)
        check_range("limits.max_backlog_ms", self.max_backlog_ms, 200, 600_000)
        check_range("limits.idle_s", self.idle_s, 1, 86_400)
        check_range("limits.max_call_s", self.max_call_s, 1, 86_400)
        check_range("limits.max_lag_ms", self.max_lag_ms, 1, 10_000)
        check_range("limits.max_load", self.max_load, 0.05, 1)


class LimitError(PeerError):
    """A client asks for too much; its call ends."""


class LeakyBucket:
    """Admits what comes at a rate, and some more at once.

    The bucket empties steadily; what would make it overflow is not let in.
    """

    __slots__ = ("_capacity", "_level", "_per_s", "_since_ns")

    def __init__(self, per_s: float, capacity: float, now_ns: int) -> None:
        self._per_s = per_s
        self._capacity = capacity
        self._level = 0.0
        self._since_ns = now_ns

    def pour(self, amount: float, now_ns: int) -> bool:
        """Whether there is room for this much more; if there is, it is in."""
        leaked = (now_ns - self._since_ns) * self._per_s / NS_PER_S
        self._level = max(0.0, self._level - leaked)
        self._since_ns = now_ns
        if self._level + amount > self._capacity:
            return False
        self._level += amount
        return True


class CallLimits:
    """Refuses calls beyond what there is room for."""

    def __init__(self, limits: Limits, calls: Calls, now_ns: Callable[[], int]) -> None:
        """Make a gate.

        Args:
            limits: How much is allowed.
            calls: The calls in hand.
            now_ns: The time.
        """
        self._limits = limits
        self._calls = calls
        self._now_ns = now_ns
        self._attempts: OrderedDict[str, LeakyBucket] = OrderedDict()

    def admit(self, connection: HTTPConnection, hello: Hello) -> Refusal | None:
        """Whether there is room for one more call, from there; the one that asks is counted already."""
        limits, calls = self._limits, self._calls
        address = address_of(connection)
        if not self._attempts_of(address).pour(1, self._now_ns()):
            return Refusal(
                TRY_AGAIN_LATER, "too-many-attempts", "too many attempts to call; try again in a minute"
            )
        again = hello.call is not None and hello.call in calls  # it takes its own place
        if calls.total - again > limits.max_calls:
            return Refusal(TRY_AGAIN_LATER, "busy", "all lines are busy; call again in a moment")
        if calls.of(address) - again > limits.max_calls_per_address:
            return Refusal(
                TRY_AGAIN_LATER, "too-many-calls", "too many calls from this address; end another one first"
            )
        return None

    def _attempts_of(self, address: str) -> LeakyBucket:
        per_minute = self._limits.max_attempts_per_minute
        bucket = self._attempts.pop(address, None) or LeakyBucket(per_minute / 60, per_minute, self._now_ns())
        self._attempts[address] = bucket
        if len(self._attempts) > ADDRESSES_REMEMBERED:
            self._attempts.popitem(last=False)
        return bucket


class MeteredSocket:
    """A client's socket that lets no more in than is allowed."""

    def __init__(
        self, socket: MessageSocket, limits: Limits, input_hz: int, now_ns: Callable[[], int]
    ) -> None:
        """Meter a socket.

        Args:
            socket: Open.
            limits: How much is allowed.
            input_hz: Rate of the audio that comes.
            now_ns: The time.
        """
        self._socket = socket
        self._limits = limits
        self._input_hz = input_hz
        self._now_ns = now_ns
        per_s = limits.max_messages_per_s
        self._messages = LeakyBucket(per_s, per_s * BURST_S, now_ns())
        self._audio_ms = LeakyBucket(1_000, limits.max_backlog_ms, now_ns())

    async def receive(self) -> str | bytes | None:
        """The next message.

        Raises:
            LimitError: If it is one too many, or too much audio at once.
        """
        message = await self._socket.receive()
        if message is None:
            return None
        now_ns = self._now_ns()
        if not self._messages.pour(1, now_ns):
            raise LimitError(f"more than {self._limits.max_messages_per_s} messages a second")
        if isinstance(message, bytes):
            audio_ms = max(0, len(message) - HEADER_BYTES) * 500 / self._input_hz
            if not self._audio_ms.pour(audio_ms, now_ns):
                raise LimitError(
                    f"audio comes {self._limits.max_backlog_ms} ms faster than it can have been spoken"
                )
        return message

    async def send(self, message: str | bytes) -> None:
        """Send a message.

        Raises:
            PeerError: If the client is gone.
        """
        await self._socket.send(message)


class Origins:
    """Lets pages call that came from this server, or from where the operator says; and what is no page.

    A browser says with each WebSocket which site opened it (RFC 6455, section 10.2), so a stranger's page
    can't call through its visitor's browser. On a loopback address the host asked for must be one too, or
    that of an allowed origin: a name that a stranger points there is refused.
    """

    def __init__(self, allowed: tuple[str, ...], *, loopback: bool) -> None:
        """Make a gate.

        Args:
            allowed: Origins beside the server's own, as in ``"https://example.org"``; ``"*"`` for all.
            loopback: Whether the server is reached from its own machine alone.
        """
        self._allowed = frozenset(origin.rstrip("/").lower() for origin in allowed)
        self._hosts = frozenset(origin.partition("://")[2] for origin in self._allowed)
        self._loopback = loopback

    def admit(self, connection: HTTPConnection, hello: Hello) -> Refusal | None:
        """Whether whoever opened the connection may."""
        host = connection.headers.get("host", "").lower()
        if "*" in self._allowed:
            return None
        if self._loopback and not (is_loopback(_without_port(host)) or host in self._hosts):
            return Refusal(NOT_ALLOWED, "host", "this server is not reached by this name")
        origin = connection.headers.get("origin")
        if origin is None:
            return None
        origin = origin.lower()
        if origin in self._allowed or origin.partition("://")[2] == host:
            return None
        return Refusal(NOT_ALLOWED, "origin", "pages of this site may not call here")


def address_of(connection: HTTPConnection) -> str:
    """The address a client called from, as far as it is known."""
    return connection.client.host if connection.client is not None else "unknown"


def is_loopback(host: str) -> bool:
    """Whether a host's name or address means this machine alone."""
    return host in {"localhost", "::1", "[::1]"} or host.endswith(".localhost") or host.startswith("127.")


def _without_port(host: str) -> str:
    return host if host.endswith("]") else host.rpartition(":")[0] or host
