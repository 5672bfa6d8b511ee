"""A call as it happens, printed in a terminal: the words, then where each turn's time went."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from antiphon.core import notices
from antiphon.core.notices import Notice, TurnRecord
from antiphon.telemetry.waterfall import Waterfall
from antiphon.telemetry.wording import printable, quantity

_WHO_WIDTH = 8


class LivePrinter:
    """Prints a call's notices as they come.

    On a terminal the caller's words change in place until they are final; anywhere else each change is a line
    of its own. Use it as a context manager, or ``close()`` it, to leave the terminal as it was.
    """

    __slots__ = ("_changed", "_console", "_live", "_printed")

    def __init__(self, console: Console) -> None:
        """Print to ``console``."""
        self._console = console
        self._live: Live | None = None
        self._changed = ""  # the words that were last printed as not final
        self._printed = (0, "")  # the caller's line that was printed last, so that none is printed twice

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def observe(self, notice: Notice) -> None:
        """Print what the notice says, if it is for people."""
        match notice:
            case notices.TurnStarted():
                self._changed = ""
            case notices.TranscriptChanged():
                self._changing(notice.text)
            case notices.EndOfTurn():
                self._said(notice.turn_id, notice.text)
            case notices.ReplyOver():
                self._reply(notice)
            case notices.HandedOver():
                self._console.print(self._line("handed", f"to {notice.agent}", "green"))
            case notices.TurnEnded():
                self._said(notice.record.turn_id, notice.record.user)
                self._turn(notice.record)
            case notices.Trouble():
                self._console.print(self._line("trouble", f"{notice.where}: {notice.message}", "red"))

    def close(self) -> None:
        """Let go of the terminal; words that were never final stay on the screen."""
        if self._live is not None:
            self._live.transient = False
            self._settle()

    def _changing(self, text: str) -> None:
        if not self._console.is_terminal or self._console.is_dumb_terminal:
            if text != self._changed:
                self._console.print(self._line("hearing", text, "cyan"), style="dim")
                self._changed = text
            return
        if self._live is None:
            self._live = Live(
                console=self._console,
                auto_refresh=False,  # its own thread would draw between our lines
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()
        self._live.update(Text.assemble(self._line("caller", text, "cyan"), style="dim"), refresh=True)

    def _said(self, turn_id: int, text: str) -> None:
        self._settle()
        if text and (turn_id, text) != self._printed:
            self._console.print(self._line("caller", text, "cyan"))
            self._printed = (turn_id, text)

    def _reply(self, notice: notices.ReplyOver) -> None:
        if notice.text:
            said = notice.text if notice.complete else f"{notice.text} [{notice.reason}]"
            self._console.print(self._line("agent", said, "green"))

    def _turn(self, record: TurnRecord) -> None:
        if record.error:
            self._console.print(self._line("error", record.error, "red"))
        if record.glass_to_glass_ns is not None:
            self._console.print(Waterfall(record))
        ledger = record.ledger
        if ledger.started:
            drafts = (
                f"{quantity(ledger.started, 'draft')}: {ledger.reused} reused, {ledger.discarded} discarded"
            )
            requests = quantity(ledger.llm_requests, "model request")
            self._console.print(f"  {drafts}; {requests}", style="dim", highlight=False)
        self._console.print()

    def _settle(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _line(self, who: str, text: str, colour: str) -> Text:
        said = printable(text, self._console.encoding)
        return Text.assemble((f"{who:<{_WHO_WIDTH}} ", f"bold {colour}"), said)
