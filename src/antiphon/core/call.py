"""The state of one call that the parts of the machine share, and their way to act."""

from __future__ import annotations

from collections import deque

from antiphon.core.actions import Action, Notify
from antiphon.core.floor import Cause, Floor, after
from antiphon.core.history import History
from antiphon.core.messages import Message
from antiphon.core.notices import Notice, TurnStarted
from antiphon.core.transcript import FinalsSeen, Transcript
from antiphon.core.turn import Reply, Turn

VOICES_REMEMBERED = 32  # words come seconds after the voice they belong to, where a recogniser stalled


class Call:
    """Who has the floor, what is open, what is to be done.

    Attributes:
        now_ns: The time of the event in hand.
        actions: What it calls for so far.
        floor: Who has the floor.
        turn: The caller's open turn. While a reply is audible: what the caller says over it.
        reply: The reply that is committed or audible.
        answered: The last turn that was replied to: its finals may still come.
        history: What was said and heard.
        seen: The audio that has become final.
        voices: Where the caller's voice stopped, the last few times: clock and stream time.
    """

    def __init__(self, instructions: str, earlier: tuple[Message, ...] = ()) -> None:
        self.now_ns = 0
        self.actions: list[Action] = []
        self.floor = Floor.IDLE
        self.turn: Turn | None = None
        self.reply: Reply | None = None
        self.answered: Turn | None = None
        self.history = History(instructions, earlier)
        self.seen = FinalsSeen()
        self.voices: deque[tuple[int, int]] = deque(maxlen=VOICES_REMEMBERED)
        self._turns = 0

    def do(self, action: Action) -> None:
        """Have the driver do something."""
        self.actions.append(action)

    def notify(self, notice: Notice) -> None:
        """Tell whoever listens."""
        self.actions.append(Notify(notice))

    def move(self, cause: Cause) -> None:
        """Pass the floor on, by the table."""
        self.floor = after(self.floor, cause)

    def open_turn(self, at_ns: int) -> Turn:
        """A new turn of the caller's, begun at ``at_ns``."""
        self._turns += 1
        self.turn = Turn(self._turns, at_ns, Transcript(self.seen))
        self.notify(TurnStarted(self._turns, at_ns))
        return self.turn
