"""The seam between a call and the world: what carries a caller's audio in and the agent's out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from antiphon.audio import AudioFormat, AudioFrame


class Pacer(Protocol):
    """The time that a transport lives by, in integer nanoseconds; the runtime's clock is one."""

    def now_ns(self) -> int:
        """Now, on one monotonic scale whose zero means nothing."""
        ...

    async def sleep_until(self, at_ns: int) -> None:
        """Return at ``at_ns``; at once when that has passed."""
        ...


class Transport(Protocol):
    """One call's audio, both ways."""

    @property
    def input_format(self) -> AudioFormat:
        """What the caller's frames are in."""
        ...

    def frames(self) -> AsyncIterator[AudioFrame]:
        """The caller's audio as it comes, until the caller is gone or the transport is closed."""
        ...

    async def play(self, frame: AudioFrame) -> None:
        """Hand over audio to be heard behind what was handed over before.

        A frame with ``flush`` is heard at once and replaces whatever of the earlier ones has not been heard
        yet; without samples it only silences them. Rates may differ from frame to frame.

        Raises:
            PeerError: If the other end is gone.
        """
        ...

    async def aclose(self) -> None:
        """End the call; ``frames`` ends soon after. Cheap to call again."""
        ...
