from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest
from starlette.applications import Starlette

from antiphon.errors import MissingExtraError
from antiphon.runtime.clock import epoch_ns
from antiphon.server import ServerSettings
from antiphon.server.tokens import Scope, TokenKeys, new_claims

from ..runtime.fakes import after, virtually
from .peers import app, connected, served

pytest.importorskip("opentelemetry.exporter.prometheus", reason="needs the extra metrics")

KEYS = TokenKeys(("k" * 32,))


async def fetched(to: Starlette, client: str = "127.0.0.1", **headers: str) -> tuple[int, str]:
    status, body = 0, b""

    async def take(message: Any) -> None:
        nonlocal status, body
        status = message.get("status", status)
        body += message.get("body", b"")

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/metrics",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "query_string": b"",
        "scheme": "http",
        "client": (client, 5),
    }
    await to(scope, asyncio.Event().wait, take)  # type: ignore[arg-type]
    return status, body.decode()


@virtually
async def test_it_tells_of_the_calls_and_of_every_turn() -> None:
    async with served(app(metrics=True)) as serving:
        async with connected(serving) as peer:
            await peer.hears_a("ready")
            peer.speak(9_000, 40)
            await after(800)
            peer.speak(0, 60)
            await peer.hears_a("turn_ended")
            status, told = await fetched(serving)
        assert status == 200
        assert "antiphon_server_calls 1.0" in told
        assert 'antiphon_turns_total{antiphon_outcome="replied"} 1.0' in told
        assert "antiphon_turn_glass_to_glass_seconds_bucket" in told
        await after(100)
        assert "antiphon_server_calls 0.0" in (await fetched(serving))[1]


@virtually
async def test_it_counts_calls_that_were_not_taken_by_why() -> None:
    async with served(app(metrics=True)) as serving:
        async with connected(serving, origin="https://evil.example") as peer:
            await peer.hears_a("error")
        _, told = await fetched(serving)
    assert 'antiphon_server_refused_total{kind="origin"} 1.0' in told


@virtually
async def test_from_elsewhere_a_token_for_metrics_is_needed() -> None:
    token, for_calls = (
        KEYS.issue(new_claims(epoch_ns(), 60, scope=scope)) for scope in (Scope.METRICS, Scope.CALL)
    )
    settings = ServerSettings(require_token=True)
    async with served(app(metrics=True, keys=KEYS, settings=settings)) as serving:
        statuses = [
            (await fetched(serving, "10.0.0.9", **headers))[0]
            for headers in (
                {},
                {"authorization": f"Bearer {for_calls}"},
                {"authorization": f"Basic {token}"},
                {"authorization": f"Bearer {token}"},
            )
        ]
    assert statuses == [401, 401, 401, 200]


@virtually
async def test_without_keys_nobody_from_elsewhere_is_told() -> None:
    async with served(app(metrics=True)) as serving:
        assert (await fetched(serving, "10.0.0.9", authorization="Bearer x"))[0] == 401


@virtually
async def test_where_no_metrics_are_wanted_there_are_none() -> None:
    async with served(app()) as serving:
        assert (await fetched(serving))[0] == 404


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.prometheus", None)
    with pytest.raises(MissingExtraError, match=r"antiphon\[metrics\]"):
        app(metrics=True)
