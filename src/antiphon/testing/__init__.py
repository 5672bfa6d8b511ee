"""Tests of your own agents, in virtual time; fakes and contract suites for anyone's provider or transport.

``Rehearsal`` holds a call with an agent. Contract suites are in ``antiphon.testing.contracts``, doubles of
vendors' services in ``antiphon.testing.vendors``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from antiphon.testing.grading import check_with_model
    from antiphon.testing.models import RecordedModel, ScriptedModel, wants
    from antiphon.testing.rehearsal import CalledTool, Exchange, Rehearsal

__all__ = [
    "CalledTool",
    "Exchange",
    "RecordedModel",
    "Rehearsal",
    "ScriptedModel",
    "check_with_model",
    "wants",
]

_PLACES = {
    "check_with_model": "grading",
    **dict.fromkeys(("RecordedModel", "ScriptedModel", "wants"), "models"),
    **dict.fromkeys(("Exchange", "Rehearsal", "CalledTool"), "rehearsal"),
}


def __getattr__(name: str) -> object:
    """Import what is asked for, when it is: the pytest plug-in is loaded in every test run."""
    if name in _PLACES:
        return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
