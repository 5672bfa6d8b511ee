"""What holds for every test."""

from __future__ import annotations

import signal

from hypothesis import settings

settings.register_profile("whole", deadline=None)  # how long an example takes is the machine's affair
settings.load_profile("whole")


def pytest_configure() -> None:
    """Ctrl-C works, and so it does in what tests start: a shell has what runs in its background ignore it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
