"""A benchmark's findings for people: a table in the terminal; a chart and the figures as files."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from antiphon.bench.result import Finding

_WIDEST = 400  # letters: a table is shown whole, in a narrow terminal with its lines broken


def print_finding(finding: Finding, console: Console) -> None:
    """Print the table and what it does not say."""
    table = Table(box=None, padding=(0, 1, 0, 0))
    for column in finding.columns:
        table.add_column(column.heading, justify="right" if column.figures else "left", no_wrap=True)
    for row in finding.rows:
        table.add_row(*(column.show(row) for column in finding.columns))
    given = console.width
    needed = Measurement.get(console, console.options.update(max_width=_WIDEST), table).maximum
    console.width = max(given, needed)  # rich would shorten it to the terminal's width
    console.print(table)
    console.width = given
    for remark in finding.remarks:
        console.print(remark, style="dim")


def write_finding(finding: Finding, folder: Path) -> list[Path]:
    """Write the chart and the figures into ``folder``, which is made if need be; answers the files.

    Raises:
        OSError: If they can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chart, figures = folder / f"{finding.name}.svg", folder / f"{finding.name}.json"
    chart.write_text(finding.chart.svg(), encoding="utf-8")
    text = json.dumps(finding.to_json(), ensure_ascii=False, allow_nan=False, indent=1)
    figures.write_text(text + "\n", encoding="utf-8")
    return [chart, figures]
