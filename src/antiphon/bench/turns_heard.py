"""How long does each way of endpointing wait on speech that has to be heard first, clean and in noise?"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Sequence

from antiphon.bench.figures import percentiles_ms
from antiphon.bench.result import Note, Row
from antiphon.bench.turns_call import Timed, answer, hear
from antiphon.bench.turns_spoken import LEVELS_DBFS, SpokenTurn
from antiphon.core.endpointing import Endpointing
from antiphon.core.stopping import Preset
from antiphon.core.times import NS_PER_MS
from antiphon.providers.base import VAD

FIXED_MS = (300, 500, 700, 1_000)
NOISE_DB: tuple[float | None, ...] = (None, 20.0, 10.0, 5.0)  # below the voice; None: a quiet line
AT_ONCE = 16  # turns that the detector hears together: it costs less


def ways() -> dict[str, Endpointing]:
    """The presets, and silences of fixed length."""
    presets = {preset.value: Endpointing(preset) for preset in Preset}
    return presets | {f"fixed {silence_ms} ms": Endpointing(silence_ms=silence_ms) for silence_ms in FIXED_MS}


async def heard_rows(vad: VAD, turns: Sequence[SpokenTurn], speech: str, note: Note) -> list[Row]:
    """Each way on the same turns, in each noise.

    Args:
        vad: The detector.
        turns: What is said.
        speech: What to call it in the rows.
        note: Told how far it is.
    """
    rows: list[Row] = []
    for noise_db in NOISE_DB:
        noise = "a quiet line" if noise_db is None else f"noise {noise_db:g} dB below the voice"
        note(f"turns: {len(turns)} turns of {speech} speech, {noise} …")
        voices = await _hear_all(vad, turns, noise_db)
        rows += [_row(turns, voices, name, way, speech, noise_db) for name, way in ways().items()]
    return rows


async def _hear_all(vad: VAD, turns: Sequence[SpokenTurn], noise_db: float | None) -> list[list[Timed]]:
    voices: list[list[Timed]] = []
    for first in range(0, len(turns), AT_ONCE):
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(
                    hear(vad, turns[index].staged(LEVELS_DBFS[index % len(LEVELS_DBFS)], noise_db, index))
                )
                for index in range(first, min(first + AT_ONCE, len(turns)))
            ]
        voices += [task.result() for task in tasks]
    return voices


def _row(
    turns: Sequence[SpokenTurn],
    voices: Sequence[list[Timed]],
    name: str,
    endpointing: Endpointing,
    speech: str,
    noise_db: float | None,
) -> Row:
    found = [answer(turn, voice, endpointing) for turn, voice in zip(turns, voices, strict=True)]
    waits_ns = [one.wait_ns for one in found if one.wait_ns is not None]
    mean_ms = round(statistics.fmean(waits_ns) / NS_PER_MS, 1) if waits_ns else None
    return {
        "speech": speech,
        "noise_db": noise_db,
        "endpointing": name,
        "ready_ms": 0,
        "turns": len(turns),
        "wait_ms": {**percentiles_ms(waits_ns), "mean": mean_ms},
        "cut_ins_per_100": round(100 * sum(one.cut_in for one in found) / len(found), 2),
        "missed_ends_per_100": round(100 * (len(found) - len(waits_ns)) / len(found), 2),
    }
