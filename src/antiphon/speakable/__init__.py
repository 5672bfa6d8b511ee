"""From what a model writes to what a voice can say, with what is said for what.

``speakable_text`` is the whole of it for a complete text; a reply that is still being written goes through a
``SpeechWriter``, which cuts it into segments and gives each in both its forms. Names are imported when they
are first used: an agent's settings need no number in words.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from antiphon.speakable.reader import PACKS, Manner, manner_of
    from antiphon.speakable.settings import AS_WRITTEN, Emoji, Speakable
    from antiphon.speakable.writer import SpeechWriter, speakable_text

__all__ = [
    "AS_WRITTEN",
    "PACKS",
    "Emoji",
    "Manner",
    "Speakable",
    "SpeechWriter",
    "manner_of",
    "speakable_text",
]

_HOMES = {
    "AS_WRITTEN": "settings",
    "PACKS": "reader",
    "Emoji": "settings",
    "Manner": "reader",
    "Speakable": "settings",
    "SpeechWriter": "writer",
    "manner_of": "reader",
    "speakable_text": "writer",
}


def __getattr__(name: str) -> Any:
    """Import a public name from where it lives."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{home}"), name)
