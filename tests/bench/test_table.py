"""Findings are shown whole, however narrow the terminal, and written where they are wanted."""

from __future__ import annotations

import io
import json
from pathlib import Path

from rich.console import Console

from antiphon.bench.chart import Bar, Chart, Panel
from antiphon.bench.result import Column, Finding
from antiphon.bench.table import print_finding, write_finding

FINDING = Finding(
    name="speed",
    what={"benchmark": "speed", "units": "ms"},
    rows=({"name": "a rather long name", "p50_ms": 12.5}, {"name": "b", "p50_ms": None}),
    columns=(
        Column("name", lambda row: str(row["name"]), figures=False),
        Column("median, in the unit of the house", lambda row: str(row["p50_ms"])),
    ),
    chart=Chart("Speed", "", [Panel("ms", [Bar("a", "12 ms", {"stt": 12.5})])]),
    remarks=("More is worse.",),
)


def test_the_table_is_whole_in_a_narrow_terminal() -> None:
    out = io.StringIO()
    print_finding(FINDING, Console(file=out, width=30))
    printed = out.getvalue()
    assert "…" not in printed
    for text in ("a rather long name", "median, in the unit of the house", "12.5", "More is worse."):
        assert text in printed


def test_chart_and_figures_are_written(tmp_path: Path) -> None:
    written = write_finding(FINDING, tmp_path / "new" / "folder")
    assert [path.name for path in written] == ["speed.svg", "speed.json"]
    assert written[0].read_text(encoding="utf-8").startswith("<svg")
    assert json.loads(written[1].read_text(encoding="utf-8")) == {
        "what": {"benchmark": "speed", "units": "ms"},
        "rows": [{"name": "a rather long name", "p50_ms": 12.5}, {"name": "b", "p50_ms": None}],
    }
