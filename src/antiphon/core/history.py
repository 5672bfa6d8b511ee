"""What was finally said and what was actually heard, as the model is shown it."""

from __future__ import annotations

from antiphon.core.messages import Message
from antiphon.core.preparation import NOTHING_ADDED, Preparation

# Question marks: Latin, full width, Arabic, Greek, Armenian.
_ASKS = ("?", "\uff1f", "\u061f", "\u037e", "\u055e")
_QUOTES = " \t\n\"'\u201d\u2019\u00bb)]"


class History:
    """The messages of a call: instructions first, then caller and agent in the order of the floor."""

    def __init__(self, instructions: str, earlier: tuple[Message, ...] = ()) -> None:
        """Begin a call.

        Args:
            instructions: What the model is told about its part.
            earlier: What was said and heard before, where the call goes on from another.
        """
        self._instructions = (Message("system", instructions),) if instructions else ()
        self._messages = earlier
        self._view: tuple[Message, ...] | None = None  # shown instead of all before ``_view_until``
        self._view_until = 0
        self.version = 0  # it counts changes of what is shown
        self.cuts = 0  # ... of what is shown of long ago
        self._answered = 0  # where the last thing the caller said stands that was answered

    @property
    def messages(self) -> tuple[Message, ...]:
        """What was said and heard so far, without the instructions."""
        return self._messages

    @property
    def shown(self) -> tuple[Message, ...]:
        """What of it a model is shown."""
        return self._messages if self._view is None else (*self._view, *self._messages[self._view_until :])

    def before(self, *, told: bool) -> tuple[Message, ...]:
        """What was said and heard before the turn in hand, whose words stand here already or do not."""
        return self._messages[: self._answered] if told else self._messages

    def hand_over(self, instructions: str, view: tuple[Message, ...] | None, *, told: bool) -> None:
        """Another agent answers.

        Args:
            instructions: What its model is told about its part.
            view: What it is shown instead of what was before the turn in hand; ``None`` for all of it.
            told: Whether the words of the turn in hand stand here already.
        """
        self.version += 1
        self._instructions = (Message("system", instructions),) if instructions else ()
        self._view, self._view_until = view, len(self.before(told=told))
        self.cuts += 1

    @property
    def asked(self) -> bool:
        """Whether the last words that were heard of the agent asked for something."""
        last = self._messages[-1] if self._messages else None
        return last is not None and last.role == "assistant" and last.content.rstrip(_QUOTES).endswith(_ASKS)

    def leave_out(self, count: int, summary: Message | None) -> None:
        """Show the first of what is shown no more, but for a summary of it."""
        view = self._view or ()
        self._view_until += max(0, count - len(view))
        self._view = (*((summary,) if summary is not None else ()), *view[count:])
        self.version += 1
        self.cuts += 1

    def request(self, transcript: str | None, added: Preparation = NOTHING_ADDED) -> tuple[Message, ...]:
        """What a model is shown to answer a transcript; ``None`` where it stands in the history already."""
        history = self.shown if added.history is None else added.history
        asked = () if transcript is None else (Message("user", transcript),)
        return (*self._instructions, *history, *added.messages, *asked)

    def add_caller(self, text: str) -> None:
        """The caller finally said this, and an answer to it is audible (or failed)."""
        self.version += 1
        self._answered = len(self._messages)
        self._messages = (*self._messages, Message("user", text))

    def add_aside(self, text: str) -> None:
        """The caller finally said this while the agent spoke, to show that he listens."""
        self.version += 1
        self._messages = (*self._messages, Message("user", text))

    def add_agent(self, text: str, *, interrupted: bool) -> None:
        """The caller heard this; nothing is kept of a reply of which no word was."""
        if text:
            self.version += 1
            self._messages = (*self._messages, Message("assistant", text, interrupted=interrupted))

    def add_tools(self, exchange: tuple[Message, ...]) -> None:
        """Calls of tools for the reply that follows, and their results."""
        self.version += 1
        self._messages = (*self._messages, *exchange)

    def amend_tool(self, answer: Message) -> None:
        """A tool that was not finished is now."""
        self.version += 1
        self._messages = tuple(
            answer if message.tool_call_id == answer.tool_call_id else message for message in self._messages
        )

    def amend_caller(self, text: str) -> None:
        """The last thing the caller said turned out to be this."""
        self.version += 1
        before, after = self._split()
        self._messages = (*before, Message("user", text), *after)

    def withdraw_caller(self) -> None:
        """The last thing the caller said was not all of it: it comes again, whole."""
        self.version += 1
        before, after = self._split()
        self._messages = (*before, *after)

    def _split(self) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
        return self._messages[: self._answered], self._messages[self._answered + 1 :]
