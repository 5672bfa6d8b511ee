"""What a server under load took is told row by row, and a target that was missed is told as missed."""

from __future__ import annotations

import io
import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from antiphon.bench import density
from antiphon.bench.density import density_row, left_behind, run_density
from antiphon.bench.density_load import Told
from antiphon.bench.density_server import ServerUnderLoad

SERVER = ServerUnderLoad(1, 1)


def record(runtime_ms: float, delay_ms: float | None = 700.0) -> dict[str, Any]:
    return {"glass_to_glass_ms": delay_ms, "contributions_ms": {"endpointing": 600.0, "runtime": runtime_ms}}


def told(*runtimes_ms: float, errors: tuple[str, ...] = ()) -> Told:
    return Told([record(runtime_ms) for runtime_ms in runtimes_ms], list(errors), [1.0, 3.0])


def test_a_row_tells_what_a_number_of_calls_took() -> None:
    row = density_row(10, told(1, 2, 3), cpu_s=6.0, took_s=60.0, memory=5_000_000)
    assert row == {
        "calls": 10,
        "turns": 3,
        "errors": 0,
        "runtime_ms": {"p50": 2.0, "p95": 2.9, "p99": 2.98},
        "glass_to_glass_ms": {"p50": 700.0, "p95": 700.0, "p99": 700.0},
        "megabytes_per_call": 0.5,
        "cpu_s_per_call_minute": 0.6,
        "core_share": 0.1,
        "load_late_ms": {"p50": 2.0, "p95": 2.9, "p99": 2.98},
        "met": True,
    }


def test_turns_without_a_reply_have_no_share() -> None:
    calls = Told([record(1), record(900, None)])
    assert density_row(1, calls, 1, 1, 1)["runtime_ms"] == {"p50": 1.0, "p95": 1.0, "p99": 1.0}


@pytest.mark.parametrize(
    ("calls", "memory"),
    [(told(1, 30), 1), (told(1), 40_000_000), (told(1, errors=("overloaded",)), 1), (Told(), 1)],
)
def test_what_is_late_or_large_or_refused_or_silent_misses_the_target(calls: Told, memory: int) -> None:
    assert density_row(10, calls, 1, 1, memory)["met"] is False


def test_what_is_left_is_counted_once_all_calls_are_over(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([{"calls": 2, "tasks": 9, "objects": 9}, {"calls": 0, "tasks": 5, "objects": 7}])

    def answer(*_: object, **__: object) -> io.BytesIO:
        return io.BytesIO(json.dumps(next(answers)).encode())

    monkeypatch.setattr(urllib.request, "urlopen", answer)
    assert left_behind(SERVER) == {"tasks": 5, "objects": 7}


class FakeServer:
    """A server that leaves one task behind after calls that were dropped."""

    port = 1
    cpu_s = 0.0
    memory_bytes = 1_000_000
    file_descriptors = 20


def test_the_whole_benchmark_is_rows_a_picture_and_remarks(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = iter([5, 5, 5, 6])
    noted: list[str] = []

    @contextmanager
    def serving(**_: object) -> Iterator[FakeServer]:
        yield FakeServer()

    async def hold(*_: object) -> Told:
        return told(1, 2)

    async def drop(*_: object) -> None: ...

    async def speak(*_: object) -> list[object]:
        return []

    monkeypatch.setattr(density, "server_under_load", serving)
    monkeypatch.setattr(density, "hold_calls", hold)
    monkeypatch.setattr(density, "drop_calls", drop)
    monkeypatch.setattr(density, "speak_all", speak)
    monkeypatch.setattr(density, "left_behind", lambda _: {"tasks": next(tasks), "objects": 1})
    finding = run_density((5, 10), 1.0, 7, noted.append)
    assert [row.get("calls") for row in finding.rows] == [5, 10, None]
    assert [row["met"] for row in finding.rows] == [True, True, False]
    assert finding.rows[2]["tasks_after"] == 6
    assert "7 times connect, talk, drop: 5 tasks before, 6 after" in " ".join(finding.remarks)
    assert [[column.show(row) for column in finding.columns] for row in finding.rows][2][0] == "7 dropped"
    assert "Calls at a time" in finding.chart.svg()
    assert len(noted) == 3
