"""How turns end in benchmarks that measure something else."""

from __future__ import annotations

from antiphon.core.endpointing import Endpointing

STEADY = Endpointing(silence_ms=600)
"""The same silence for each turn, so that no figure hangs on how complete somebody's words look."""
