"""What all doubles share: starting, stopping, keys, the log, and the faults of each route."""

from __future__ import annotations

from collections.abc import Sequence

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from antiphon.testing.vendors.double import Double
from antiphon.testing.vendors.faults import Fault, FaultPlan
from antiphon.testing.vendors.profiles import PROFILES, Profile


class Greeter(Double):
    """Says which fault a request met."""

    def _routes(self) -> Sequence[BaseRoute]:
        return [Route("/greet", self._greet, methods=["POST"])]

    async def _greet(self, request: Request) -> Response:
        exchange = await self._open("greet", request, await request.json())
        varied = self._pace(exchange.record).vary(100)
        accepted = self._accepts(request)
        return PlainTextResponse(f"{exchange.fault and exchange.fault.kind.value} {accepted} {varied:.3f}")


def greeter(**changes: object) -> Greeter:
    settings = {"profile": "instant", "keys": None, "host": "127.0.0.1", "port": 0, "seed": 0}
    return Greeter(**{**settings, **changes})  # type: ignore[arg-type]


async def ask(double: Double, **headers: str) -> str:
    async with httpx2.AsyncClient() as client:
        answer = await client.post(f"http://{double.address}/greet?a=1&a=2", json={"b": 3}, headers=headers)
        return answer.text


async def test_a_request_is_recorded() -> None:
    async with greeter() as double:
        await ask(double, authorization="Bearer k")
        (record,) = double.requests
    assert (record.route, record.index, record.path) == ("greet", 0, "/greet")
    assert (record.query, record.body) == ({"a": "2"}, {"b": 3})
    assert record.headers["authorization"] == "Bearer k"
    assert record.received_ns > 0


async def test_faults_are_planned_by_route_and_request() -> None:
    async with greeter() as double:
        double.faults["greet"] = FaultPlan({1: Fault("close")})
        double.faults["other"] = FaultPlan({0: Fault("stall")})
        met = [(await ask(double)).split()[0] for _ in range(3)]
    assert met == ["None", "close", "None"]


@pytest.mark.parametrize(
    ("keys", "authorization", "accepted"),
    [
        (None, "", "True"),
        (None, "Bearer anything", "True"),
        ({"right"}, "Bearer right", "True"),
        ({"right"}, "Token right", "True"),
        ({"right"}, "Bearer wrong", "False"),
        ({"right"}, "", "False"),
    ],
)
async def test_keys_are_accepted_or_not(keys: set[str] | None, authorization: str, accepted: str) -> None:
    async with greeter(keys=keys) as double:
        assert (await ask(double, authorization=authorization)).split()[1] == accepted


async def test_the_same_seed_brings_the_same_delays() -> None:
    varied = []
    for seed in (1, 1, 2):
        async with greeter(profile=Profile(jitter=0.5), seed=seed) as double:
            varied.append([await ask(double) for _ in range(2)])
    assert varied[0] == varied[1] != varied[2]
    assert varied[0][0] != varied[0][1]


async def test_a_profile_may_be_named() -> None:
    assert greeter(profile="typical").profile == PROFILES["typical"]


async def test_it_can_be_started_again() -> None:
    double = greeter()
    for _ in range(2):
        async with double:
            await ask(double)
    assert len(double.requests) == 2
