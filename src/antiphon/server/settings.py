"""How a server is run."""

from __future__ import annotations

from dataclasses import dataclass, field

from antiphon.core.checks import check_range
from antiphon.server.limits import Limits, is_loopback


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """How a server is run.

    Attributes:
        host: Address to listen on; a loopback one is reached from this machine alone.
        port: TCP port; 0 for one that is free.
        hello_timeout_s: How long a client may take to say ``hello``.
        drain_s: How long calls may go on once the server was told to stop.
        lead_ms: How far ahead of its being heard audio is sent, at least: so much of a network's or a
            machine's hiccups is not heard. The start of a reply is not delayed by it.
        resume_s: How long a client that was cut off may come back to its call.
        origins: Sites whose pages may call, as in ``"https://example.org"``, beside the server's own page;
            ``"*"`` for all. Behind a proxy: what the proxy is reached as.
        require_token: Whether a token is needed on a loopback address too.
        limits: How much anyone may ask of it.
    """

    host: str = "127.0.0.1"
    port: int = 8_080
    hello_timeout_s: float = 10.0
    drain_s: float = 60.0
    lead_ms: int = 120
    resume_s: float = 30.0
    origins: tuple[str, ...] = ()
    require_token: bool = False
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        check_range("server.port", self.port, 0, 65_535)
        check_range("server.hello_timeout_s", self.hello_timeout_s, 0.1, 300.0)
        check_range("server.drain_s", self.drain_s, 0.0, 86_400.0)
        check_range("server.lead_ms", self.lead_ms, 0, 2_000)
        check_range("server.resume_s", self.resume_s, 0.0, 3_600.0)

    @property
    def loopback(self) -> bool:
        """Whether it is reached from this machine alone."""
        return is_loopback(self.host)

    @property
    def tokens_needed(self) -> bool:
        """Whether nobody may call without a token."""
        return self.require_token or not self.loopback
