"""The server: a page to talk to, and a WebSocket for anyone's page or program.

``create_app`` makes an ASGI application of an agent; ``antiphon serve`` runs it. Public names are imported
when they are used: tokens are issued where no server is installed.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from antiphon.server.app import create_app
    from antiphon.server.settings import ServerSettings

__all__ = ["ServerSettings", "create_app"]

_HOMES = {"ServerSettings": "antiphon.server.settings", "create_app": "antiphon.server.app"}


def __getattr__(name: str) -> Any:
    """Import a public name from where it lives."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value
