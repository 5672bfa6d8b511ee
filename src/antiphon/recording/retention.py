"""Recordings are not kept for ever: those too old, and the oldest of too many, are removed whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from antiphon.core.checks import check_range
from antiphon.core.times import NS_PER_S
from antiphon.recording.reader import read_manifest, recordings_in

_NS_PER_DAY = 24 * 3_600 * NS_PER_S


@dataclass(frozen=True, slots=True)
class Retention:
    """How long recordings are kept.

    Attributes:
        max_days: Older ones are removed.
        max_megabytes: The oldest are removed until all together are below this; ``None``: no such limit.
    """

    max_days: float = 30
    max_megabytes: float | None = None

    def __post_init__(self) -> None:
        check_range("retention.max_days", self.max_days, 0, 36_500)
        if self.max_megabytes is not None:
            check_range("retention.max_megabytes", self.max_megabytes, 0, 1e9)


@dataclass(frozen=True, slots=True)
class _Kept:
    folder: Path
    began_ns: int
    size: int
    ended: bool


def sweep(parent: Path, retention: Retention, now_epoch_ns: int) -> list[Path]:
    """Remove the recordings that are not to be kept. Only what is a recording is ever touched.

    A call that goes on, or that a crash cut off, counts and goes by its age, but makes no room for others.

    Args:
        parent: Where recordings are kept; it need not be there.
        retention: How long.
        now_epoch_ns: Nanoseconds since 1970.

    Returns:
        The folders that were removed, oldest first.

    Raises:
        OSError: If one can't be.
    """
    kept = sorted(_recordings(parent), key=lambda one: one.began_ns)
    size = sum(one.size for one in kept)
    limit = float("inf") if retention.max_megabytes is None else retention.max_megabytes * 1e6
    oldest_ns = now_epoch_ns - round(retention.max_days * _NS_PER_DAY)
    removed = []
    for one in kept:
        if one.began_ns < oldest_ns or (size > limit and one.ended):
            shutil.rmtree(one.folder)
            removed.append(one.folder)
            size -= one.size
    return removed


def _recordings(parent: Path) -> Iterator[_Kept]:
    for folder in recordings_in(parent):
        manifest = None if folder.is_symlink() else read_manifest(folder)
        if manifest is not None and isinstance(manifest.get("began_epoch_ns"), int):
            size = sum(file.stat().st_size for file in folder.iterdir())
            yield _Kept(folder, manifest["began_epoch_ns"], size, manifest.get("ended") is not None)
