from __future__ import annotations

from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection

from antiphon.errors import ConfigError
from antiphon.server.calls import Calls
from antiphon.server.limits import (
    ADDRESSES_REMEMBERED,
    CallLimits,
    LeakyBucket,
    LimitError,
    Limits,
    MeteredSocket,
    Origins,
    address_of,
    is_loopback,
)
from antiphon.server.seams import Refusal
from antiphon.transports.websocket_wire import HEADER_BYTES, Hello

S = 10**9


def connection(client: str | None = "10.0.0.1", **headers: str) -> HTTPConnection:
    return HTTPConnection(
        {
            "type": "websocket",
            "client": None if client is None else (client, 5),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
    )


# --- a rate ----------------------------------------------------------------------------------------------


def test_a_bucket_admits_a_burst_and_then_the_rate() -> None:
    bucket = LeakyBucket(2, 3, 0)
    assert [bucket.pour(1, 0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.pour(1, S) for _ in range(3)] == [True, True, False]


@given(st.lists(st.tuples(st.integers(0, 3 * S), st.floats(0, 5)), max_size=50))
def test_in_no_stretch_of_time_does_more_come_through_than_the_rate_and_a_burst(
    pours: list[tuple[int, float]],
) -> None:
    bucket, now, admitted = LeakyBucket(2, 3, 0), 0, []
    for wait, amount in pours:
        now += wait
        if bucket.pour(amount, now):
            admitted.append((now, amount))
    for first in range(len(admitted)):
        total = 0.0
        for at, amount in admitted[first:]:
            total += amount
            assert total <= 3 + 2 * (at - admitted[first][0]) / S + 1e-6


# --- calls -----------------------------------------------------------------------------------------------


class Time:
    def __init__(self) -> None:
        self.now_ns = 0

    def __call__(self) -> int:
        return self.now_ns


def kind(refusal: Refusal | None) -> str | None:
    return None if refusal is None else refusal.kind


def test_calls_beyond_the_lines_there_are_are_refused() -> None:
    calls = Calls()
    gate = CallLimits(Limits(max_calls=2), calls, Time())
    with calls.coming("a"), calls.coming("b"):
        assert gate.admit(connection("b"), Hello()) is None
        with calls.coming("c"):
            refusal = gate.admit(connection("c"), Hello())
            assert kind(refusal) == "busy"
    assert calls.total == 0


def test_one_address_does_not_take_all_lines() -> None:
    calls = Calls()
    gate = CallLimits(Limits(max_calls_per_address=1), calls, Time())
    with calls.coming("10.0.0.1"), calls.coming("10.0.0.1"):
        assert kind(gate.admit(connection(), Hello())) == "too-many-calls"
        with calls.coming("10.0.0.2"):
            assert gate.admit(connection("10.0.0.2"), Hello()) is None


def test_attempts_are_limited_address_by_address() -> None:
    time = Time()
    gate = CallLimits(Limits(max_attempts_per_minute=3), Calls(), time)
    answers = [kind(gate.admit(connection(), Hello())) for _ in range(4)]
    assert answers == [None, None, None, "too-many-attempts"]
    assert gate.admit(connection("10.0.0.2"), Hello()) is None
    time.now_ns = 20 * S
    assert gate.admit(connection(), Hello()) is None


def test_it_does_not_remember_addresses_without_end() -> None:
    gate = CallLimits(Limits(), Calls(), Time())
    for number in range(ADDRESSES_REMEMBERED + 50):
        gate.admit(connection(f"10.{number}"), Hello())
    assert len(gate._attempts) == ADDRESSES_REMEMBERED


def test_a_client_without_an_address_is_one_too() -> None:
    assert address_of(connection(None)) == "unknown"


# --- messages --------------------------------------------------------------------------------------------


class Socket:
    def __init__(self, *messages: str | bytes | None) -> None:
        self.messages = deque(messages)
        self.sent: list[str | bytes] = []

    async def receive(self) -> str | bytes | None:
        return self.messages.popleft()

    async def send(self, message: str | bytes) -> None:
        self.sent.append(message)


def audio(ms: int) -> bytes:
    return bytes(HEADER_BYTES + 32 * ms)


async def test_messages_pass_as_they_come() -> None:
    socket = Socket("a", audio(20), None)
    metered = MeteredSocket(socket, Limits(), 16_000, Time())
    assert [await metered.receive() for _ in range(3)] == ["a", audio(20), None]
    await metered.send("b")
    assert socket.sent == ["b"]


async def test_too_many_messages_end_the_call() -> None:
    metered = MeteredSocket(Socket(*"abcdefghijklm"), Limits(max_messages_per_s=1), 16_000, Time())
    for _ in range(10):
        await metered.receive()
    with pytest.raises(LimitError, match="more than 1 messages a second"):
        await metered.receive()


async def test_audio_that_was_held_up_passes_and_more_than_was_spoken_does_not() -> None:
    time = Time()
    metered = MeteredSocket(Socket(*[audio(100)] * 40), Limits(max_backlog_ms=1_000), 16_000, time)
    for _ in range(10):
        await metered.receive()
    time.now_ns = S
    for _ in range(10):
        await metered.receive()
    with pytest.raises(LimitError, match="audio comes 1000 ms faster than it can have been spoken"):
        await metered.receive()


# --- origins ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"host": "localhost:8080"}, None),
        ({"host": "127.0.0.1:8080", "origin": "http://127.0.0.1:8080"}, None),
        ({"host": "[::1]:8080"}, None),
        ({"host": "[::1]"}, None),
        ({"host": "localhost", "origin": "https://example.org"}, None),
        ({"host": "example.org", "origin": "https://example.org"}, None),
        ({"host": "localhost:8080", "origin": "https://evil.example"}, "origin"),
        ({"host": "localhost:8080", "origin": "http://localhost:9090"}, "origin"),
        ({"host": "localhost:8080", "origin": "null"}, "origin"),
        ({"host": "evil.example:8080", "origin": "http://evil.example:8080"}, "host"),
        ({"host": "evil.example"}, "host"),
        ({}, "host"),
    ],
)
def test_on_loopback_only_its_own_page_and_allowed_ones_may_call(
    headers: dict[str, str], refused: str | None
) -> None:
    gate = Origins(("https://example.org/",), loopback=True)
    assert kind(gate.admit(connection(**headers), Hello())) == refused


def test_elsewhere_any_name_will_do_but_no_stranger_s_page() -> None:
    gate = Origins((), loopback=False)
    assert gate.admit(connection(host="my.name"), Hello()) is None
    assert gate.admit(connection(host="My.Name", origin="https://MY.name"), Hello()) is None
    assert kind(gate.admit(connection(host="my.name", origin="https://evil.example"), Hello())) == "origin"


def test_all_may_be_allowed() -> None:
    gate = Origins(("*",), loopback=True)
    assert gate.admit(connection(host="x", origin="https://y"), Hello()) is None


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        *[(host, True) for host in ("localhost", "127.0.0.1", "127.9.9.9", "::1", "a.localhost")],
        *[(host, False) for host in ("0.0.0.0", "::", "example.org", "10.0.0.1", "")],
    ],
)
def test_loopback_is_known(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    "wrong",
    [
        *({name: 0} for name in ("max_calls", "max_calls_per_address", "max_messages_per_s", "idle_s")),
        *({name: 0} for name in ("max_attempts_per_minute", "max_call_s", "max_lag_ms", "max_load")),
        *({"max_message_bytes": 10}, {"max_backlog_ms": 1}, {"max_load": 1.1}),
    ],
)
def test_limits_are_checked(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        Limits(**wrong)  # type: ignore[arg-type]
