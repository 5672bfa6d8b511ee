"""How many calls a processor holds: real WebSockets, a real voice activity detector, scripted vendors."""

from __future__ import annotations

import asyncio
import json
import os
import urllib.request
from collections.abc import Sequence
from typing import Any

from antiphon.audio import Samples
from antiphon.bench.chart import Bar, Chart, Panel
from antiphon.bench.density_load import Told, drop_calls, hold_calls
from antiphon.bench.density_server import ServerUnderLoad, server_under_load
from antiphon.bench.embedded import speak_all
from antiphon.bench.figures import number
from antiphon.bench.result import Column, Finding, Note, Row, machine, machine_text
from antiphon.runtime.clock import Clock
from antiphon.telemetry.report import percentile

CALLERS_VOICE = "espeak/en-us+f3"
UTTERANCES = ("A table for two at eight please.", "Can you book a table for tonight?")
TARGET_MS = 20.0  # the runtime's share, nineteen times out of twenty, with 50 calls
TARGET_MEGABYTES = 3.0  # a call
WARM_UP_CALLS, WARM_UP_S = 3, 8
WARM_UP_CYCLES = 100


def run_density(calls: Sequence[int], duration_s: float, cycles: int, note: Note) -> Finding:
    """Hold more and more calls at a time, then drop calls again and again, and say what the server took.

    Args:
        calls: How many at a time, one measurement after another.
        duration_s: How long each.
        cycles: How often a caller connects, talks and is gone; 0 for not at all.
        note: Told how far it is.

    Raises:
        MissingExtraError: If an extra that it needs is not installed.
        UserError: If the server does not start.
    """
    utterances = asyncio.run(speak_all(CALLERS_VOICE, UTTERANCES))
    both = sorted(os.sched_getaffinity(0))[:2]
    cores = (both[0], both[1]) if len(both) == 2 else None
    rows: list[Row] = []
    with server_under_load(cores=cores) as server:
        asyncio.run(hold_calls(server.port, utterances, WARM_UP_CALLS, WARM_UP_S))
        for count in calls:
            note(f"density: {count} calls at a time for {duration_s:g} s …")
            rows.append(asyncio.run(_hold(server, utterances, count, duration_s)))
        if cycles:
            note(f"density: {cycles} times connect, talk, drop …")
            rows.append(_drop(server, utterances, cycles))
    return _finding(tuple(rows), alone=cores is not None)


async def _hold(server: ServerUnderLoad, utterances: Sequence[Samples], calls: int, duration_s: float) -> Row:
    await asyncio.to_thread(left_behind, server)
    base, worked_s, clock = server.memory_bytes, server.cpu_s, Clock()
    began_ns, most = clock.now_ns(), base
    async with asyncio.TaskGroup() as group:
        holding = group.create_task(hold_calls(server.port, utterances, calls, duration_s))
        while not holding.done():
            await asyncio.wait([holding], timeout=0.5)
            most = max(most, server.memory_bytes)
    took_s = (clock.now_ns() - began_ns) / 1e9
    return density_row(calls, holding.result(), server.cpu_s - worked_s, took_s, most - base)


def density_row(calls: int, told: Told, cpu_s: float, took_s: float, memory: int) -> Row:
    """What a number of calls took.

    Args:
        calls: How many there were at a time.
        told: What their callers were told.
        cpu_s: Processor time of the server.
        took_s: How long it went on.
        memory: Bytes that the server grew by.
    """
    replied = [record for record in told.records if record["glass_to_glass_ms"] is not None]
    share = [record["contributions_ms"].get("runtime", 0.0) for record in replied]
    delay = [record["glass_to_glass_ms"] for record in replied]
    p95 = _spread(share)["p95"]
    megabytes = round(memory / calls / 1e6, 2)
    return {
        "calls": calls,
        "turns": len(told.records),
        "errors": len(told.errors),
        "runtime_ms": _spread(share),
        "glass_to_glass_ms": _spread(delay),
        "megabytes_per_call": megabytes,
        "cpu_s_per_call_minute": round(cpu_s / (calls * took_s / 60), 3),
        "core_share": round(cpu_s / took_s, 3),
        "load_late_ms": _spread(told.late_ms),
        "met": p95 is not None and p95 <= TARGET_MS and megabytes <= TARGET_MEGABYTES and not told.errors,
    }


def _drop(server: ServerUnderLoad, utterances: Sequence[Samples], cycles: int) -> Row:
    asyncio.run(drop_calls(server.port, utterances, WARM_UP_CYCLES))
    before = {**left_behind(server), "file_descriptors": server.file_descriptors}
    memory = server.memory_bytes
    asyncio.run(drop_calls(server.port, utterances, cycles))
    after = {**left_behind(server), "file_descriptors": server.file_descriptors}
    grown = {name: after[name] - before[name] for name in ("tasks", "file_descriptors")}
    return {
        "cycles": cycles,
        **{f"{name}_before": value for name, value in before.items()},
        **{f"{name}_after": value for name, value in after.items()},
        "megabytes_grown": round((server.memory_bytes - memory) / 1e6, 2),
        "met": not any(grown.values()),
    }


def left_behind(server: ServerUnderLoad) -> dict[str, int]:
    """What the server holds once calls that were dropped are over: its tasks and objects."""
    while True:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/left", timeout=60) as answer:
            left: dict[str, Any] = json.load(answer)
        if not left.pop("calls"):
            return left


def _spread(values_ms: Sequence[float]) -> dict[str, float | None]:
    in_us = [round(value * 1_000) for value in values_ms]
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    found = {name: percentile(in_us, share) for name, share in shares.items()}
    return {name: None if value is None else round(value / 1_000, 2) for name, value in found.items()}


def _finding(rows: tuple[Row, ...], *, alone: bool) -> Finding:
    described = machine()
    remarks = (
        "The server has a processor of its own, the callers another."
        if alone
        else "Server and callers share the one processor there is.",
        "The runtime's share is everything in a reply's delay but the wait for the end of the turn and the "
        "vendors' times. Other work on the machine adds to it.",
        *(_cycles_text(row) for row in rows if "cycles" in row),
    )
    held = [row for row in rows if "calls" in row]
    chart = Chart(
        "How many calls a processor holds",
        "The runtime's share of a reply's delay: the median, and the 95th percentile as a whisker.",
        [Panel("Calls at a time", [_bar(row) for row in held])],
        (*remarks, machine_text(described)),
    )
    what: Row = {
        "benchmark": "density",
        "machine": described,
        "units": "as the keys say",
        "targets": {"runtime_ms": {"p95": TARGET_MS}, "megabytes_per_call": TARGET_MEGABYTES},
    }
    return Finding("density", what, rows, COLUMNS, chart, remarks)


def _bar(row: Row) -> Bar:
    median, tail = number(row, "runtime_ms", "p50") or 0.0, number(row, "runtime_ms", "p95")
    text = f"{_text(median)} / {_text(tail)} ms"
    return Bar(str(row["calls"]), text, {"runtime": median}, tail_ms=tail, target_ms=TARGET_MS)


def _cycles_text(row: Row) -> str:
    return (
        f"{row['cycles']} times connect, talk, drop: {row['tasks_before']} tasks before, "
        f"{row['tasks_after']} after; {row['file_descriptors_before']} file descriptors before, "
        f"{row['file_descriptors_after']} after; "
        f"memory grew by {row['megabytes_grown']} MB."
    )


def _text(value: float | None) -> str:
    return "–" if value is None else f"{value:,.3g}"


def _figure(*path: str) -> Any:
    return lambda row: _text(number(row, *path)) if "calls" in row else ""


COLUMNS = (
    Column("calls", lambda row: str(row.get("calls", f"{row.get('cycles')} dropped"))),
    Column("turns", lambda row: str(row.get("turns", ""))),
    Column("runtime p50 ms", _figure("runtime_ms", "p50")),
    Column("p95", _figure("runtime_ms", "p95")),
    Column("MB a call", _figure("megabytes_per_call")),
    Column("CPU s a call-minute", _figure("cpu_s_per_call_minute")),
    Column("of a core", _figure("core_share")),
    Column("target", lambda row: "met" if row["met"] else "missed", figures=False),
)
