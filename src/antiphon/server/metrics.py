"""Prometheus metrics of a server: those of every turn that OpenTelemetry has too, and the server's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from antiphon.config import Agent
from antiphon.providers.spec import choices
from antiphon.runtime.clock import epoch_ns
from antiphon.server.call import Call
from antiphon.server.calls import Calls
from antiphon.server.limits import address_of, is_loopback
from antiphon.server.load import LoadWatch
from antiphon.server.tokens import Scope, TokenError, TokenKeys
from antiphon.telemetry.spans import CallFacts

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Measures a server's calls, and answers Prometheus.

    Whoever asks from this machine is answered; from elsewhere a token for metrics is needed.
    """

    def __init__(
        self,
        agent: Agent,
        calls: Calls,
        load: LoadWatch,
        refused: Mapping[str, int],
        keys: TokenKeys | None,
    ) -> None:
        """Measure.

        Args:
            agent: Who answers the calls.
            calls: The calls in hand.
            load: How busy the process is.
            refused: Calls that were not taken, by kind.
            keys: What tokens are signed with.

        Raises:
            MissingExtraError: If the extra ``metrics`` is not installed.
        """
        from antiphon.telemetry.otel import Prometheus  # noqa: PLC0415 - optional

        self._keys = keys
        self._facts = CallFacts(
            choices("stt", agent.stt)[0].name,
            choices("llm", agent.llm)[0].name,
            choices("tts", agent.tts)[0].name,
        )
        self._prometheus = prometheus = Prometheus(agent.telemetry.service_name)
        prometheus.gauge("antiphon.server.calls", "{call}", "Calls in hand", lambda: len(calls))
        prometheus.gauge(
            "antiphon.server.lag",
            "ms",
            "How late the event loop is, nine times out of ten",
            lambda: load.lag_ms,
        )
        prometheus.gauge(
            "antiphon.server.load", "1", "Share of a processor that the event loop uses", lambda: load.load
        )
        prometheus.counts(
            "antiphon.server.refused", "{call}", "Calls that were not taken", "kind", lambda: refused
        )

    @asynccontextmanager
    async def attach(self, call: Call) -> AsyncIterator[None]:
        """Measure a call."""
        telemetry = self._prometheus.export.call(self._facts, epoch_offset_ns=0)
        call.session.observe(telemetry.observe, at_once=True)
        call.session.tracer.add(telemetry.trace)
        yield

    async def respond(self, request: Request) -> Response:
        """All metrics, for those who may know them."""
        if not is_loopback(address_of(request)) and not self._has_token(request):
            return PlainTextResponse("a token for metrics is needed\n", 401, {"WWW-Authenticate": "Bearer"})
        return Response(self._prometheus.render(), media_type=CONTENT_TYPE)

    def close(self) -> None:
        """Let go of what measures."""
        self._prometheus.close()

    def _has_token(self, request: Request) -> bool:
        if self._keys is None:
            return False
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            self._keys.check(token if scheme.lower() == "bearer" else None, Scope.METRICS, epoch_ns())
        except TokenError:
            return False
        return True
