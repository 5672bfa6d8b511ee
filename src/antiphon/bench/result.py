"""What a benchmark found: rows of figures, what they were measured on, and how to show them."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from antiphon.telemetry.report import JsonValue

Row = Mapping[str, JsonValue]
Show = Callable[[Row], str]
Note = Callable[[str], None]  # tells the person in front how far it is

_CPU_MODEL = re.compile(r"^model name\s*:\s*(.+)$", re.MULTILINE)


class Picture(Protocol):
    """What a benchmark found, for the eye."""

    def svg(self) -> str:
        """The picture as a file's text."""
        ...


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table that a person is shown."""

    heading: str
    show: Show
    figures: bool = True  # aligned to the right


@dataclass(frozen=True, slots=True)
class Finding:
    """What a benchmark found.

    Attributes:
        name: Of the benchmark; its files are called so.
        what: What was measured: machine, profile, units, targets.
        rows: The figures. Keys that hold a quantity end in its unit.
        columns: The table.
        chart: The same for the eye.
        remarks: What the table does not say, a line each.
    """

    name: str
    what: Row
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    chart: Picture
    remarks: tuple[str, ...] = ()

    def to_json(self) -> dict[str, JsonValue]:
        """What ``--json`` prints."""
        return {"what": self.what, "rows": self.rows}


def machine() -> dict[str, JsonValue]:
    """What the figures were measured on."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cpu": _cpu_model(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "python": platform.python_version(),
        "antiphon": version("antiphon"),
    }


def machine_text(described: Row) -> str:
    """A machine in one line."""
    return (
        f"{described['cpu']}, {described['cores']} cores, {described['system']}, Python {described['python']}"
    )


def _cpu_model() -> str:
    try:
        found = _CPU_MODEL.search(Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    except OSError:
        found = None
    return found.group(1) if found else platform.processor() or "unknown"
