"""How much of a conversation a model is shown, and when the oldest of it is left out.

A vendor's prompt cache holds as long as a request begins like the one before it. So nothing is left out turn
by turn: a history grows until it has too many tokens, and is then cut down to about half at one stroke,
between two turns. The instructions stand before it and never change. What is left out may be summed up by a
hook of the author's; until that has answered, nothing is.
"""

from __future__ import annotations

from dataclasses import dataclass

from antiphon.core.actions import Summarise
from antiphon.core.call import Call
from antiphon.core.checks import check_range
from antiphon.core.events import Summarised
from antiphon.core.floor import Floor
from antiphon.core.messages import Message
from antiphon.core.notices import HistoryTrimmed, Trouble
from antiphon.core.speculation import DraftPool
from antiphon.core.times import NS_PER_MS
from antiphon.core.tokens import message_tokens, total_tokens
from antiphon.errors import ConfigError

IN_SHORT = "What was said before, in short: {summary}"


@dataclass(frozen=True, slots=True)
class Window:
    """How much of a conversation the model is shown, instructions and what ``before_reply`` adds not counted.

    Attributes:
        max_tokens: When the history has more, its oldest part is left out; 0 for never. Tokens are estimated.
        keep_tokens: How many are kept then; 0 for half of ``max_tokens``.
        summary_timeout_ms: How long the author's ``summarise`` may take; after that there is no summary.
    """

    max_tokens: int = 0
    keep_tokens: int = 0
    summary_timeout_ms: int = 10_000

    def __post_init__(self) -> None:
        check_range("window.max_tokens", self.max_tokens, 0, 10_000_000)
        check_range("window.keep_tokens", self.keep_tokens, 0, 10_000_000)
        check_range("window.summary_timeout_ms", self.summary_timeout_ms, 1, 120_000)
        if self.max_tokens and self.kept >= self.max_tokens:
            raise ConfigError(
                f"window.keep_tokens = {self.keep_tokens}: expected less than max_tokens = {self.max_tokens}"
            )

    @property
    def kept(self) -> int:
        """How many tokens are kept when it is cut."""
        return self.keep_tokens or self.max_tokens // 2


def oldest(messages: tuple[Message, ...], keep_tokens: int) -> int:
    """How many messages to leave out so that about ``keep_tokens`` are left.

    It is cut where the caller begins to speak, so that no answer stands without its question and no result
    without its call. The last exchange stays, however long it is.
    """
    begins = [at for at, message in enumerate(messages) if message.role == "user"]
    kept, tokens = len(messages), 0
    for at in reversed(begins):
        tokens += sum(message_tokens(message) for message in messages[at:kept])
        if tokens > keep_tokens and kept < len(messages):
            return kept
        kept = at
    return kept if begins and kept else 0


class Trimming:
    """A call's history, kept within a model's window.

    Args:
        call: The call.
        pool: Its drafts: while there are any, nothing changes under them.
        window: How much is shown.
        summarises: Whether the author sums up what is left out.
    """

    def __init__(self, call: Call, pool: DraftPool, window: Window, *, summarises: bool) -> None:
        self._call = call
        self._pool = pool
        self._window = window
        self._summarises = summarises
        self._seen = -1  # the version of the history that was measured last
        self._requests = 0
        self._asked: tuple[int, int, int, int] | None = None  # request, how many, which history, until when
        self._answer: str | None = None

    def next_deadline(self) -> int | None:
        """When a summary is late, in nanoseconds."""
        if self._asked is None or self._call.floor is Floor.CLOSED:
            return None
        return self._asked[3] if self._call.now_ns < self._asked[3] else None

    def on_summarised(self, event: Summarised) -> None:
        """The author's hook has answered, or failed."""
        if self._asked is None or self._asked[0] != event.request_id:
            return
        if event.error is not None:
            self._call.notify(Trouble(self._call.now_ns, "summarise", event.error))
        self._answer = event.text
        self._asked = (*self._asked[:3], self._call.now_ns)

    def check_time(self) -> None:
        """Between two turns: leave out what is too much."""
        call, history = self._call, self._call.history
        if self._asked is not None:
            _, count, cut, until_ns = self._asked
            if call.now_ns >= until_ns and self._nothing_hangs_on_it:
                self._asked = None
                if cut == history.cuts:
                    self._leave_out(count, self._answer)
        elif self._window.max_tokens and call.floor is Floor.IDLE and history.version != self._seen:
            self._seen = history.version
            shown = history.shown
            if total_tokens(shown) > self._window.max_tokens:
                self._begin(oldest(shown, self._window.kept))

    @property
    def _nothing_hangs_on_it(self) -> bool:
        return self._call.reply is None and not len(self._pool) and self._call.floor is not Floor.CLOSED

    def _begin(self, count: int) -> None:
        call, history = self._call, self._call.history
        if not count:
            return
        if not self._summarises:
            self._leave_out(count, None)
            return
        self._requests += 1
        until_ns = call.now_ns + self._window.summary_timeout_ms * NS_PER_MS
        self._answer = None
        self._asked = (self._requests, count, history.cuts, until_ns)
        call.do(Summarise(self._requests, history.shown[:count], until_ns))

    def _leave_out(self, count: int, summary: str | None) -> None:
        call, history = self._call, self._call.history
        before = total_tokens(history.shown)
        told = Message("system", IN_SHORT.format(summary=summary)) if summary else None
        history.leave_out(count, told)
        after = total_tokens(history.shown)
        call.notify(HistoryTrimmed(call.now_ns, count, before, after, summary is not None))
