"""Is anybody there? What happens when nobody has said anything for long."""

from __future__ import annotations

from dataclasses import dataclass

from antiphon.core.call import Call
from antiphon.core.checks import check_range, check_texts
from antiphon.core.events import SayRequested
from antiphon.core.floor import Floor
from antiphon.core.notices import CallerAway, CallerBack
from antiphon.core.replying import Replying
from antiphon.core.times import NS_PER_MS


@dataclass(frozen=True, slots=True)
class Presence:
    """When a caller counts as away, and what is said then.

    Attributes:
        away_ms: Silence of both sides after which the caller is away, told by a ``CallerAway`` notice, and
            again after each as long a silence; ``None`` for never.
        prompts: What is said at the first, the second, … of these; after the last, nothing.
    """

    away_ms: int | None = None
    prompts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.away_ms is not None:
            check_range("presence.away_ms", self.away_ms, 1_000, 3_600_000)
        object.__setattr__(self, "prompts", check_texts("presence.prompts", self.prompts))


class Watch:
    """Tells that the caller is away, and that they are back."""

    def __init__(self, call: Call, replying: Replying, settings: Presence) -> None:
        self._call = call
        self._replying = replying
        self._settings = settings
        self._quiet_since_ns: int | None = None
        self._times = 0  # told, since the caller was last heard

    def next_deadline(self) -> int | None:
        """When the silence will have been long enough, in nanoseconds."""
        if (
            self._settings.away_ms is None
            or self._quiet_since_ns is None
            or self._call.floor is not Floor.IDLE
        ):
            return None
        return self._quiet_since_ns + self._settings.away_ms * NS_PER_MS

    def check_time(self) -> None:
        """See who has the floor, and whether anybody still wants it."""
        call = self._call
        if call.floor is not Floor.IDLE:
            self._quiet_since_ns = None
            if call.floor is Floor.CALLER and self._times:
                self._times = 0
                call.notify(CallerBack(call.now_ns))
            return
        if self._quiet_since_ns is None:
            self._quiet_since_ns = call.now_ns
        deadline_ns = self.next_deadline()
        if deadline_ns is not None and call.now_ns >= deadline_ns:
            self._tell()

    def _tell(self) -> None:
        call, prompts = self._call, self._settings.prompts
        self._quiet_since_ns = call.now_ns
        self._times += 1
        call.notify(CallerAway(call.now_ns, self._times))
        if self._times <= len(prompts):
            self._replying.on_say(SayRequested(prompts[self._times - 1]))
