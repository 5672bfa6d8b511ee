"""What an author adds to one request of the model: documents that were found, and how it is to answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from antiphon.core.messages import Message

FOUND = "This may help to answer what the caller says next:"


@dataclass(frozen=True, slots=True)
class Document:
    """Something that was found for a turn.

    Attributes:
        text: What the model is shown.
        metadata: Whatever the author keeps with it; the model is not shown it.
    """

    text: str
    metadata: Mapping[str, object] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Preparation:
    """What was added to a request.

    Attributes:
        documents: What was found, in the order in which the model is shown it.
        instructions: What the model is told about this reply alone.
        history: What the model is shown of the conversation instead of all of it; ``None`` for all.
    """

    documents: tuple[Document, ...] = ()
    instructions: tuple[str, ...] = ()
    history: tuple[Message, ...] | None = None

    @property
    def messages(self) -> tuple[Message, ...]:
        """What the model is shown right before the caller's words: behind all that stays the same."""
        parts = ["\n\n".join((FOUND, *(each.text for each in self.documents)))] if self.documents else []
        parts += self.instructions
        return tuple(Message("system", part) for part in parts)

    def matters_beside(self, other: Preparation) -> bool:
        """Whether a reply made with the one may not answer as one made with the other.

        The order of documents, one found twice, spacing and metadata do not matter.
        """
        return self._gist() != other._gist()

    def _gist(self) -> tuple[object, ...]:
        documents = frozenset(_plain(each.text) for each in self.documents)
        instructions = Counter(_plain(each) for each in self.instructions)
        history = self.history
        told = None if history is None else tuple((each.role, _plain(each.content)) for each in history)
        return documents, instructions, told


NOTHING_ADDED = Preparation()


def _plain(text: str) -> str:
    return " ".join(text.split())
