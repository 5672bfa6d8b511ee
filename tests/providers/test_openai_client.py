"""The official client as we use it: its errors become ours, it never retries, nothing shows the key."""

from __future__ import annotations

import asyncio
import json

import httpx2
import openai
import pytest

from antiphon.errors import (
    ProviderAuthError,
    ProviderConnectionError,
    ProviderError,
    ProviderProtocolError,
    ProviderRateLimitError,
    ProviderRequestError,
    ProviderTimeoutError,
)
from antiphon.providers.access import Access
from antiphon.providers.openai_client import OPENAI, Endpoint, make_endpoint
from antiphon.testing.vendors import Fault, FaultPlan, OpenAIDouble

REQUEST = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions")


def endpoint(url: str = "http://127.0.0.1:9/v1", key: str | None = "k-secret") -> Endpoint:
    return make_endpoint("openai/x", Access(OPENAI, url, key, "OPENAI_API_KEY"), 1.0)


def mapped(error: Exception) -> ProviderError:
    with pytest.raises(ProviderError) as caught, endpoint().errors_mapped():
        raise error
    return caught.value


def status(number: int, **fields: object) -> openai.APIStatusError:
    response = httpx2.Response(number, request=REQUEST, headers={"x-request-id": "req_1"})
    return openai.APIStatusError("it said", response=response, body=fields)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (status(401, message="Incorrect API key: k-secret"), ProviderAuthError),
        (status(400, message="bad k-secret"), ProviderRequestError),
        (status(429, message="slow down"), ProviderRateLimitError),
        (status(429, message="no money", code="insufficient_quota"), ProviderRequestError),
        (status(503, message="busy"), ProviderRateLimitError),
        (status(500), ProviderConnectionError),
    ],
)
def test_a_status_is_told_with_its_request(error: openai.APIStatusError, kind: type[ProviderError]) -> None:
    ours = mapped(error)
    assert type(ours) is kind
    assert (ours.status, ours.request_id) == (error.status_code, "req_1")
    assert "k-secret" not in str(ours)
    assert ours.__cause__ is None, "the vendor's own words may hold the key"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (openai.APITimeoutError(request=REQUEST), ProviderTimeoutError),
        (openai.APIConnectionError(request=REQUEST), ProviderConnectionError),
        (httpx2.ReadError("broken"), ProviderConnectionError),
        (httpx2.RemoteProtocolError("no chunk"), ProviderConnectionError),
        (openai.APIError("died", request=REQUEST, body=None), ProviderConnectionError),
        (openai.APIError("busy", request=REQUEST, body={"code": 503}), ProviderRateLimitError),
        (json.JSONDecodeError("no JSON", "x", 0), ProviderProtocolError),
    ],
)
def test_what_has_no_status_is_told_by_what_it_is(error: Exception, kind: type[ProviderError]) -> None:
    assert type(mapped(error)) is kind


def test_our_own_errors_and_anyones_mistakes_pass() -> None:
    for error in (ProviderTimeoutError("openai/x", "late"), ValueError("mine")):
        with pytest.raises(type(error)) as caught, endpoint().errors_mapped():
            raise error
        assert caught.value is error


async def test_what_comes_in_time_is_given_and_what_does_not_is_named() -> None:
    async def answer() -> int:
        return 3

    async def never() -> int:
        await asyncio.Event().wait()
        return 0

    assert await endpoint().within(1, answer, "no answer") == 3
    with pytest.raises(ProviderTimeoutError, match=r"openai/x: no answer within 0\.01 s"):
        await endpoint().within(0.01, never, "no answer")


async def test_a_failed_request_is_not_sent_again() -> None:
    async with OpenAIDouble() as double:
        double.faults["models"] = FaultPlan(probability=1.0, mix=(Fault("status", status=500),))
        mine = endpoint(double.url)
        with pytest.raises(ProviderConnectionError):
            await mine.warm(1.0)
        await mine.client.close()
        assert len(double.requests) == 1


async def test_a_connection_outlives_a_callers_pause() -> None:
    async with OpenAIDouble() as double:
        mine = endpoint(double.url)
        await mine.warm(1.0)
        pool = mine.client._client._transport._pool  # type: ignore[attr-defined]
        (connection,) = pool.connections
        assert connection.is_idle()
        assert pool._keepalive_expiry >= 60, "the client's own default is 5 s"
        await mine.client.close()


def test_a_server_of_ones_own_needs_no_key() -> None:
    assert endpoint(key=None).client.api_key == "none"


def test_no_repr_shows_the_key() -> None:
    assert "k-secret" not in repr(endpoint())
