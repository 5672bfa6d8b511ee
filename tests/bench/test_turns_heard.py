from __future__ import annotations

import asyncio

from antiphon.bench.turns_heard import heard_rows, ways

from .spoken_turns import DONE, HESITATES, LevelVAD, spoken


def test_each_way_is_measured_in_each_noise() -> None:
    told: list[str] = []
    turns = [spoken(DONE), spoken(DONE, pause=HESITATES)]
    rows = asyncio.run(heard_rows(LevelVAD(), turns, "made up", told.append))
    assert [row["endpointing"] for row in rows] == list(ways()) * 4
    assert told[0] == "turns: 2 turns of made up speech, a quiet line …"
    assert len(told) == 4
    quiet = {str(row["endpointing"]): row for row in rows[: len(ways())]}
    assert quiet["fixed 300 ms"]["cut_ins_per_100"] == 50
    assert quiet["fixed 1000 ms"]["cut_ins_per_100"] == 0
    assert quiet["balanced"]["missed_ends_per_100"] == 0
