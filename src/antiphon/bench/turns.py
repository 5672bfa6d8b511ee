"""How long does each way of endpointing wait, and how often does it cut in? On turns as text, and as sound.

As text, only the decision is measured: all words are known as soon as the voice falls silent. The reply is
ready at once, or as long after the last sound as one that is begun there takes. As sound (``turns_heard``)
the voice has to be heard first, and the words come as late as a recogniser's.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from antiphon.bench.figures import number, percentiles_ms
from antiphon.bench.result import Column, Finding, Note, Row, machine, machine_text
from antiphon.bench.scatter import Axis, Point, Scatter, Series
from antiphon.bench.turns_heard import FIXED_MS, heard_rows
from antiphon.bench.turns_script import Turn, draw_turns
from antiphon.bench.turns_sentences import benchmark_sentences
from antiphon.bench.turns_spoken import join_recordings, speak_turns
from antiphon.core.continuous_wait import ContinuousWait
from antiphon.core.endpointing import Endpointing
from antiphon.core.evidence import Evidence
from antiphon.core.habits import USUAL, Habits
from antiphon.core.learning import Learning
from antiphon.core.stopping import Preset
from antiphon.core.times import NS_PER_MS
from antiphon.providers.base import ProviderContext
from antiphon.providers.registry import create_vad
from antiphon.simulation.caller import SUSPECTED_MS
from antiphon.simulation.profile import Speech
from antiphon.simulation.sentences import Sentences
from antiphon.telemetry.report import JsonValue
from antiphon.telemetry.wording import about_ms

TURNS = 20_000
SPOKEN_TURNS = 200
SEED = 1
READY_MS = (0, 800)
LATE_ONSET_MS = SUSPECTED_MS
LEARNER = Preset.BALANCED
TARGET = Preset.BALANCED.value
TEXT, SYNTHESISED, RECORDED = "text", "synthesised", "recorded"
TARGETS: Mapping[tuple[str, float | None], Mapping[str, float]] = {
    (TEXT, None): {"p50_ms": 250, "p95_ms": 1_200, "cut_ins_per_100": 2},
    (SYNTHESISED, None): {"p50_ms": 250, "p95_ms": 1_200, "cut_ins_per_100": 2},
    (SYNTHESISED, 10.0): {"p50_ms": 350, "cut_ins_per_100": 5},
}  # of "balanced" with the reply ready at once, by speech and noise

Decide = Callable[[Evidence], int]  # the wait, in nanoseconds


@dataclass(frozen=True, slots=True)
class Way:
    """A way of endpointing.

    Attributes:
        name: As in the rows.
        decide: How long it waits.
        learns: Whether it learns the caller's habits, turn by turn.
    """

    name: str
    decide: Decide
    learns: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one turn.

    Attributes:
        wait_ns: The silence at its end up to the reply's first sound.
        margin_ns: By how much its pause was longer than the wait there; ``None`` without a pause.
        looks_complete: Whether the words looked complete where the pause was.
    """

    wait_ns: int
    margin_ns: int | None = None
    looks_complete: bool = False


def ways() -> tuple[Way, ...]:
    """The presets, one of them as it learns, and silences of fixed length."""
    presets = [Way(preset.value, _continuous(preset)) for preset in Preset]
    learned = Way(f"{LEARNER}, learning", _continuous(LEARNER), learns=True)
    fixed = [Way(f"fixed {silence_ms} ms", _fixed(silence_ms)) for silence_ms in FIXED_MS]
    return (*presets, learned, *fixed)


def run_turns(
    note: Note,
    sentences: Sentences | None = None,
    *,
    turns: int = TURNS,
    spoken: int = 0,
    recordings: Path | None = None,
    seed: int = SEED,
) -> Finding:
    """Let each way of endpointing decide on the same turns.

    Args:
        note: Told how far it is.
        sentences: What callers say; by default sentences of our own, which no weight was learned from.
        turns: How many turns are drawn as text.
        spoken: How many as sound.
        recordings: Recordings with their words beside them, of which so many turns more are joined.
        seed: What they are drawn from.

    Raises:
        MissingExtraError: If turns are to be heard and the embedded voices or the detector are not installed.
        ConfigError: If there are no recordings where they should be.
    """
    said, speech = sentences or benchmark_sentences(), Speech()
    note(f"turns: {len(ways())} ways of endpointing, {turns:,} turns as text …")
    drawn = draw_turns(said, turns, seed, speech)
    rows = [measure(way, drawn, ready_ms) for ready_ms in READY_MS for way in ways()]
    if spoken:
        rows += asyncio.run(_heard(draw_turns(said, spoken, seed, speech), recordings, seed, note))
    return _finding(tuple(rows), _what(said, speech, (turns, spoken), seed))


async def _heard(turns: Sequence[Turn], recordings: Path | None, seed: int, note: Note) -> list[Row]:
    vad = create_vad("silero", ProviderContext())
    try:
        rows = await heard_rows(vad, await speak_turns(turns), SYNTHESISED, note)
        if recordings is not None:
            joined = join_recordings(recordings, len(turns), seed, Speech())
            rows += await heard_rows(vad, joined, RECORDED, note)
    finally:
        await vad.aclose()
    return rows


def measure(way: Way, turns: Sequence[Turn], ready_ms: int) -> Row:
    """How one way of endpointing does when the reply is ready so long after the last sound.

    A pause is cut in on if it is longer than the wait, or, where the caller's voice is known a little after
    it has set in, if it is only a little shorter.
    """
    outcomes = list(outcomes_of(way, turns, ready_ms))
    waits_ns = [outcome.wait_ns for outcome in outcomes]
    cut_in = [one for one in outcomes if one.margin_ns is not None and one.margin_ns > 0]
    late = [
        one for one in outcomes if one.margin_ns is not None and one.margin_ns + LATE_ONSET_MS * NS_PER_MS > 0
    ]
    return {
        "speech": TEXT,
        "noise_db": None,
        "endpointing": way.name,
        "ready_ms": ready_ms,
        "turns": len(turns),
        "wait_ms": {**percentiles_ms(waits_ns), "mean": round(statistics.fmean(waits_ns) / NS_PER_MS, 1)},
        "cut_ins_per_100": _per_100(cut_in, turns),
        "cut_ins_per_100_where_words_look_complete": _per_100(
            [one for one in cut_in if one.looks_complete], turns
        ),
        "cut_ins_per_100_onset_known_late": _per_100(late, turns),
    }


def outcomes_of(way: Way, turns: Sequence[Turn], ready_ms: int) -> Iterator[Outcome]:
    """Turn after turn; where the way learns, as those of one caller."""
    learning = Learning(USUAL, "en")
    for turn in turns:
        habits = learning.habits
        margin_ns, pause = None, turn.pause
        if pause is not None:
            wait_ns = _sound_ns(way, turn, pause.after, ready_ms, habits)
            margin_ns = pause.ms * NS_PER_MS - wait_ns
            if way.learns:
                learning.went_on(pause.ms * NS_PER_MS, agent_audible=margin_ns > 0)
                habits = learning.habits
        wait_ns = _sound_ns(way, turn, None, ready_ms, habits)
        if way.learns:
            learning.answered(turn.text(), answers=turn.answers)
        yield Outcome(wait_ns, margin_ns, pause is not None and pause.looks_complete)


def _sound_ns(way: Way, turn: Turn, words: int | None, ready_ms: int, habits: Habits) -> int:
    """How long after a silence began the reply sounds, if the silence lasts."""
    ready_ns = ready_ms * NS_PER_MS
    drafting = Evidence(
        turn.text(words),
        is_final=True,
        reply_ready=False,
        vendor_end_of_turn=False,
        drafting=True,
        answers=turn.answers,
        habits=habits,
    )
    if way.decide(drafting) <= ready_ns:
        return ready_ns
    return max(ready_ns, way.decide(replace(drafting, reply_ready=True)))


def _continuous(preset: Preset) -> Decide:
    endpointer = ContinuousWait(Endpointing(preset))
    return lambda evidence: endpointer.wait(evidence).wait_ns


def _fixed(silence_ms: int) -> Decide:
    return lambda _: silence_ms * NS_PER_MS


def _per_100(those: Sequence[Outcome], turns: Sequence[Turn]) -> float:
    return round(100 * len(those) / len(turns), 3)


# --- what it tells ------------------------------------------------------------------------------------


def missed_targets(rows: Sequence[Row]) -> list[str]:
    """Which of the targets are not met, each in a few words."""
    missed = []
    for row in rows:
        noise_db = number(row, "noise_db")
        targets = TARGETS.get((str(row["speech"]), noise_db), {})
        if row["endpointing"] != TARGET or row["ready_ms"] != 0:
            continue
        found = {
            "p50_ms": number(row, "wait_ms", "p50"),
            "p95_ms": number(row, "wait_ms", "p95"),
            "cut_ins_per_100": number(row, "cut_ins_per_100"),
        }
        missed += [
            f"{_heard_as(row)}: {name} = {found[name]}, at most {most:g}"
            for name, most in targets.items()
            if (value := found[name]) is None or value > most
        ]
    return missed


def _heard_as(row: Row) -> str:
    """What was said, and in what noise, for people."""
    noise_db = number(row, "noise_db")
    return str(row["speech"]) if noise_db is None else f"{row['speech']}, noise at {noise_db:g} dB"


def _what(sentences: Sentences, speech: Speech, turns: tuple[int, int], seed: int) -> dict[str, JsonValue]:
    return {
        "benchmark": "turns",
        "machine": machine(),
        "units": "milliseconds; cut-ins and missed ends per 100 turns; noise in dB below the voice",
        "wait": "silence from the caller's last sound to the reply's first",
        "cut_in": "the reply sounds in a pause inside the turn",
        "missed_end": "no reply sounds within 3 s of the caller's last sound",
        "onset_known_late": f"as if a voice were known {LATE_ONSET_MS} ms after it has set in",
        "turns": turns[0],
        "spoken_turns": turns[1],
        "seed": seed,
        "sentences": len(sentences.full) + len(sentences.short),
        "speech": {name: value for name, value in asdict(speech).items() if name != "rate_words_per_s"},
        "targets": [
            {"endpointing": TARGET, "speech": said, "noise_db": noise_db, "ready_ms": 0, **targets}
            for (said, noise_db), targets in TARGETS.items()
        ],
    }


def _finding(rows: tuple[Row, ...], what: dict[str, JsonValue]) -> Finding:
    missed = missed_targets(rows)
    remarks = (
        f"Turns of {what['sentences']} sentences. A quarter of them hold a pause of 300 to 1,200 ms, half of "
        "these where the words look complete.",
        f"Onset late: cut-ins if a voice is suspected {LATE_ONSET_MS} ms after it has set in; as sound, they "
        "have that in them.",
        f"Targets missed: {'; '.join(missed)}" if missed else "All targets are met.",
    )
    chart = Scatter(
        "How long it waits, how often it cuts in",
        "Lower and further left is better. The reply is ready at once.",
        Axis("wait at the median, ms"),
        Axis("cut-ins in 100 turns"),
        _series(rows),
        (remarks[0], machine_text(machine())),
    )
    return Finding("turns", {**what, "targets_missed": list(missed)}, rows, COLUMNS, chart, remarks)


def _series(rows: Sequence[Row]) -> list[Series]:
    """Presets and fixed silences: as sound on a quiet line and in noise that has a target, else as text."""
    said = SYNTHESISED if any(row["speech"] == SYNTHESISED for row in rows) else TEXT
    found: dict[str, list[Point]] = {}
    for row in rows:
        name, noise_db = str(row["endpointing"]), number(row, "noise_db")
        wait_ms, cut_ins = number(row, "wait_ms", "p50"), number(row, "cut_ins_per_100")
        shown = row["speech"] == said and (said, noise_db) in TARGETS and row["ready_ms"] == 0
        if not shown or wait_ms is None or cut_ins is None or name.endswith("learning"):
            continue
        kind = "fixed silences" if name.startswith("fixed") else "presets"
        where = "" if noise_db is None else f", noise at {noise_db:g} dB"
        found.setdefault(f"{kind}{where}", []).append(Point(name.removeprefix("fixed "), wait_ms, cut_ins))
    return [Series(name, points) for name, points in found.items()]


def _tenths(row: Row, key: str) -> str:
    value = number(row, key)
    return "–" if value is None else f"{value:.1f}"


COLUMNS = (
    Column("said as", _heard_as, figures=False),
    Column("endpointing", lambda row: str(row["endpointing"]), figures=False),
    Column("reply ready", lambda row: about_ms(number(row, "ready_ms"))),
    Column("p50", lambda row: about_ms(number(row, "wait_ms", "p50"))),
    Column("p95", lambda row: about_ms(number(row, "wait_ms", "p95"))),
    Column("mean", lambda row: about_ms(number(row, "wait_ms", "mean"))),
    Column("cut-ins in 100 turns", lambda row: _tenths(row, "cut_ins_per_100")),
    Column("onset late", lambda row: _tenths(row, "cut_ins_per_100_onset_known_late")),
    Column("missed ends", lambda row: _tenths(row, "missed_ends_per_100")),
)
