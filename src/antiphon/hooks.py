"""What an author's ``before_reply`` hook is given: a turn that is about to be answered, to add to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from antiphon.core.messages import Message
from antiphon.core.preparation import Document, Preparation
from antiphon.handover import HandOver

State = TypeVar("State")


class ReplyContext(Generic[State]):
    """A turn that is about to be answered.

    Attributes:
        text: What the caller said, so far or finally.
        draft: Whether the caller may still go on: what is added is for a draft.
        turn_id: Which turn it is.
        state: The call's own: made by ``Agent(state=...)``, or given as ``Session(agent, state=...)``.
        history: What the model will be shown of the conversation before this turn. Assign to it to show it
            something else.
        handed_over: To whom, if the hook hands the call over.
    """

    def __init__(
        self, text: str, *, draft: bool, turn_id: int, state: State, history: Sequence[Message]
    ) -> None:
        self.text = text
        self.draft = draft
        self.turn_id = turn_id
        self.state = state
        self.history = tuple(history)
        self._shown = self.history
        self._documents: list[Document] = []
        self._instructions: list[str] = []
        self.handed_over: HandOver | None = None

    def add(self, *documents: Document | str) -> None:
        """Show the model what was found for this turn, in this order."""
        self._documents += [Document(each) if isinstance(each, str) else each for each in documents]

    def instruct(self, text: str) -> None:
        """Tell the model something about this reply alone."""
        self._instructions.append(text)

    def hand_over(self, to: HandOver) -> None:
        """Have another agent answer from this turn on. For a draft it does nothing: the turn may go on."""
        self.handed_over = to

    @property
    def preparation(self) -> Preparation:
        """All that was added."""
        history = tuple(self.history)
        return Preparation(
            tuple(self._documents),
            tuple(self._instructions),
            None if history == self._shown else history,
        )


@dataclass(frozen=True, slots=True)
class LeftOut(Generic[State]):
    """What a model is to be shown no more, for ``summarise``.

    Attributes:
        messages: The oldest of what it was shown; the summary made last comes first.
        state: The call's own: made by ``Agent(state=...)``, or given as ``Session(agent, state=...)``.
    """

    messages: tuple[Message, ...]
    state: State


Summarise: TypeAlias = Callable[[LeftOut[Any]], Awaitable[str]]
BeforeReply: TypeAlias = Callable[[ReplyContext[Any]], Awaitable[None]]
