"""Batch, streamed, drafted ahead: the same calls on ordinary cloud vendors, as far as doubles can be them."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from antiphon.bench.chart import Chart, Panel
from antiphon.bench.cloud_account import answered_turns, unaccounted
from antiphon.bench.cloud_call import PROFILE, CallAccount, Variant, hold_call
from antiphon.bench.cloud_script import CALLS, LINES, deal, speak_lines, timetable
from antiphon.bench.cloud_virtual import virtual_delays_ns
from antiphon.bench.figures import delay_bar, mean_spent_ms, median_ms, number, percentiles_ms
from antiphon.bench.result import Column, Finding, Note, Row, machine, machine_text
from antiphon.bench.speech import Speech
from antiphon.config import Mode, Modes
from antiphon.core.speculation import Speculation, Strategy
from antiphon.providers.base import ProviderContext
from antiphon.providers.registry import create_tts
from antiphon.simulation.measures import spend_usd
from antiphon.simulation.profile import Model, Prices
from antiphon.telemetry.report import JsonValue
from antiphon.telemetry.wording import about_ms, count_text

CALLERS_VOICE = "espeak/en-us"
SEED = 1
_NO_DRAFTS = Speculation(strategy=Strategy.DISCARD)
VARIANTS = (
    Variant("batch", Modes(Mode.BATCH, Mode.BATCH, Mode.BATCH), _NO_DRAFTS, patience_ms=4_500),
    Variant("streaming", Modes(), _NO_DRAFTS, patience_ms=2_000),
    Variant("drafts", Modes(), Speculation(), patience_ms=2_000),
)
AIMED_AT = "drafts"  # the variant that has targets
TARGETS: Mapping[str, float] = {
    "p50_ms": 840,
    "p95_ms": 1_000,
    "p50_from_virtual_ms": 25,
    "wrong_replies": 0,
    "unaccounted_sounds": 0,
    "requests_per_turn": 1.4,
}  # what may not be exceeded


def run_cloud(note: Note) -> Finding:
    """Hold the same calls once for each variant, one variant after the other.

    Args:
        note: Told how far it is.

    Raises:
        MissingExtraError: If an extra that it needs is not installed.
    """
    calls = deal(asyncio.run(_speeches()))
    rows: list[Row] = []
    for variant in VARIANTS:
        note(f"cloud: {variant.name}, {len(LINES)} turns in {CALLS} calls at a time …")
        accounts = asyncio.run(_hold_calls(calls, variant))
        rows.append(_row(variant, accounts, virtual_delays_ns(calls, variant)))
    streaming = next(row for row in rows if row["variant"] == "streaming")
    return _finding(tuple(_with_ratio(row, streaming) for row in rows))


async def _speeches() -> list[Speech]:
    voice = create_tts(CALLERS_VOICE, ProviderContext())
    try:
        return await speak_lines(voice)
    finally:
        await voice.aclose()


async def _hold_calls(calls: Sequence[Sequence[Speech]], variant: Variant) -> list[CallAccount]:
    async with asyncio.TaskGroup() as group:
        held = [
            group.create_task(hold_call(timetable(speeches, variant.patience_ms), variant, SEED + index))
            for index, speeches in enumerate(calls)
        ]
    return [task.result() for task in held]


def _row(
    variant: Variant, accounts: Sequence[CallAccount], virtual_ns: Sequence[int]
) -> dict[str, JsonValue]:
    answered = [turn for account in accounts for turn in answered_turns(account)]
    turns = len(answered)
    delays_ns = [turn.delay_ns for turn in answered if turn.delay_ns is not None]
    ledgers = [record.ledger for account in accounts for record in account.records]
    spent_usd = sum(spend_usd(account.log, Model(), Prices()) for account in accounts)
    return {
        "variant": variant.name,
        "turns": turns,
        "answered": len(delays_ns),
        "glass_to_glass_ms": percentiles_ms(delays_ns),
        "virtual_ms": percentiles_ms(virtual_ns),
        "contributions_ms": mean_spent_ms([turn.record for turn in answered if turn.record is not None]),
        "right_replies": sum(turn.right for turn in answered),
        "cut_ins": sum(turn.cut_in for turn in answered),
        "unaccounted_sounds": sum(map(unaccounted, accounts)),
        "requests_per_turn": round(sum(len(account.log.model_calls) for account in accounts) / turns, 3),
        "spend_usd_per_1000_turns": round(spent_usd / turns * 1_000, 4),
        "drafts": {
            "started": sum(ledger.started for ledger in ledgers),
            "reused": sum(ledger.reused for ledger in ledgers),
            "discarded": sum(ledger.discarded for ledger in ledgers),
        },
        "troubles": sum(len(account.troubles) for account in accounts),
    }


def _with_ratio(row: Row, streaming: Row) -> Row:
    """A row with its spend against that of streaming without drafts."""
    spent, base = number(row, "spend_usd_per_1000_turns"), number(streaming, "spend_usd_per_1000_turns")
    assert spent is not None
    assert base
    return {**row, "spend_ratio": round(spent / base, 3)}


def _target_ms(row: Row) -> float | None:
    return TARGETS["p50_ms"] if row["variant"] == AIMED_AT else None


def measured(row: Row) -> dict[str, float]:
    """What a row has to set against ``TARGETS``; what could not be measured counts as exceeding them."""
    p50_ms, virtual_ms = median_ms(row), number(row, "virtual_ms", "p50")
    known = {
        "p50_ms": p50_ms,
        "p95_ms": number(row, "glass_to_glass_ms", "p95"),
        "p50_from_virtual_ms": None if p50_ms is None or virtual_ms is None else abs(p50_ms - virtual_ms),
        "wrong_replies": (number(row, "turns") or 0) - (number(row, "right_replies") or 0),
        "unaccounted_sounds": number(row, "unaccounted_sounds"),
        "requests_per_turn": number(row, "requests_per_turn"),
    }
    return {name: math.inf if value is None else value for name, value in known.items()}


def missed_targets(row: Row) -> list[str]:
    """The targets that a row exceeds, with what was measured, for people."""
    found = measured(row)
    return [f"{name} {found[name]:.4g} > {limit:g}" for name, limit in TARGETS.items() if found[name] > limit]


def _finding(rows: tuple[Row, ...]) -> Finding:
    described = machine()
    missed = [each for row in rows if row["variant"] == AIMED_AT for each in missed_targets(row)]
    pauses = sum(bool(line.pause_ms) for line in LINES)
    small_print = (
        f"{len(LINES)} turns, {pauses} of them with a pause of 300 to 1,200 ms inside, {CALLS} calls at a "
        "time. The dashed line is the target for the median.",
        f"Vendors' doubles on loopback sockets: first token {PROFILE.first_token_ms:g} ms, then "
        f"{PROFILE.tokens_per_s:g} tokens/s; first audio {PROFILE.first_byte_ms:g} ms; "
        f"final {PROFILE.finalize_ms:g} ms after it is asked for.",
        machine_text(described),
    )
    chart = Chart(
        "From the caller’s last sound to the reply’s first",
        "Cloud vendors on loopback. Bars: the mean turn; figures: medians; whiskers: p95.",
        [Panel("Glass to glass", [delay_bar(str(row["variant"]), row, _target_ms(row)) for row in rows])],
        small_print,
    )
    what: Row = {
        "benchmark": "cloud",
        "machine": described,
        "units": "milliseconds; US dollars",
        "glass_to_glass": "from the caller's last audible sample to the first audible sample handed out",
        "virtual": "the same calls in virtual time, with scripted vendors of the same profile",
        "right": "the reply that stood answers the whole turn, by its words and by how long it sounded",
        "calls_at_a_time": CALLS,
        "profile": asdict(PROFILE),
        "targets": {AIMED_AT: TARGETS},
        "targets_missed": missed,
    }
    verdict = f"{AIMED_AT}: {'missed: ' + '; '.join(missed) if missed else 'all targets met'}."
    return Finding("cloud", what, rows, COLUMNS, chart, (*small_print[:2], verdict))


COLUMNS = (
    Column("variant", lambda row: str(row["variant"]), figures=False),
    Column("p50", lambda row: about_ms(median_ms(row))),
    Column("p95", lambda row: about_ms(number(row, "glass_to_glass_ms", "p95"))),
    Column("virtual", lambda row: about_ms(number(row, "virtual_ms", "p50"))),
    Column("right", lambda row: f"{row['right_replies']}/{row['turns']}"),
    Column("cut-ins", lambda row: str(row["cut_ins"])),
    Column("stray", lambda row: str(row["unaccounted_sounds"])),
    Column("requests", lambda row: count_text(number(row, "requests_per_turn"))),
    Column("spend", lambda row: f"×{number(row, 'spend_ratio'):.2f}"),
    Column("reused", lambda row: f"{number(row, 'drafts', 'reused'):.0f}"),
)
