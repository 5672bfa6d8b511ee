"""What to say to a caller who asks about a handbook: its own sentences, chosen by what was asked so far.

The history is the only memory. Each of the caller's last turns is understood in the light of the one before
it, so that "and on Sunday?" or "how much is that?" go on from what was asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from antiphon.core.messages import Message
from antiphon.providers.handbook_text import Entry, Handbook
from antiphon.providers.llm.handbook_search import Found, HandbookSearch, content_words
from antiphon.providers.llm.small_talk import Talk, recognise_talk
from antiphon.providers.spoken_words import spoken_words

KNOWN_FROM = 0.5  # score of an answer that is given; below it, it says that it does not know
MAX_SENTENCES = 3
MAX_LINES = 2
MAX_TOPICS = 4
MAX_TURNS = 6  # of the caller's, looked back on
FEW_WORDS = 2  # of content, with which a turn that points back goes on from the one before

_GOES_ON = re.compile(r"(?:and|or|also|then|what about|how about)\b")
_POINTS_BACK = re.compile(r"\b(?:it|that|this|they|them|those|these|one|(?<!is )(?<!are )there)\b")


@dataclass(frozen=True, slots=True)
class _Understood:
    """One of the caller's turns."""

    found: Found | None = None
    words: tuple[str, ...] = ()  # what it was about, for the turn after it

    @property
    def entry(self) -> Entry | None:
        return None if self.found is None else self.found.entry


class HandbookReplies:
    """Replies about one handbook."""

    def __init__(self, handbook: Handbook) -> None:
        self._handbook = handbook
        self._search = HandbookSearch(handbook)

    def reply(self, messages: Sequence[Message]) -> str:
        """The whole reply to the caller's newest turn; empty if nobody has said anything."""
        turns = _turns_of_caller(messages)
        if not turns:
            return ""
        if (talk := recognise_talk(spoken_words(turns[-1]))) is not None:
            return self._talk(talk, messages)
        understood = _Understood()
        for turn in turns[-MAX_TURNS:]:
            understood = self._understand(turn, understood)
        if understood.found is not None:
            return _answer(understood.found)
        if not content_words(turns[-1]):
            return "Sorry, I did not catch that. What would you like to know?"
        return f"I am sorry, I do not know that. I can tell you about {self._topics()}."

    def _understand(self, turn: str, before: _Understood) -> _Understood:
        words = spoken_words(turn)
        if recognise_talk(words) is not None:
            return before
        asked = content_words(turn)
        if before.entry is not None and _goes_on(words, asked):
            found = self._search.find(asked, before.words, before.entry)
            if found is not None and found.score >= KNOWN_FROM:
                return _Understood(found, (*before.words, *asked))
        found = self._search.find(asked)
        if found is None or found.score < KNOWN_FROM:
            return _Understood(None, before.words)
        return _Understood(found, (*content_words(found.entry.topic), *asked))

    def _talk(self, talk: Talk, messages: Sequence[Message]) -> str:
        if talk is Talk.REPEAT:
            said = [
                message.content for message in messages if message.role == "assistant" and message.content
            ]
            return said[-1] if said else "What would you like to know?"
        title = self._handbook.title
        return {
            Talk.GOODBYE: "Goodbye, and thank you for calling.",
            Talk.THANKS: "You are welcome. Is there anything else you would like to know?",
            Talk.GREETING: f"Hello, {f'this is {title}. W' if title else 'w'}hat would you like to know?",
            Talk.HELP: f"Of course, I can tell you about {self._topics()}.",
            Talk.YES: "Of course, what would you like to know?",
            Talk.NO: "All right. Ask me whenever you like.",
        }[talk]

    def _topics(self) -> str:
        topics = [topic[0].lower() + topic[1:] for topic in self._handbook.topics[:MAX_TOPICS]]
        if not topics:
            return self._handbook.title or "what is in my handbook"
        *most, last = topics
        return f"{', '.join(most)}, or {last}" if most else last


def _turns_of_caller(messages: Sequence[Message]) -> list[str]:
    """What the caller said, turn by turn: messages that follow one another are one turn."""
    turns: list[str] = []
    answered = True
    for message in messages:
        if message.role == "user":
            turns = [*turns, message.content] if answered else [*turns[:-1], f"{turns[-1]} {message.content}"]
            answered = False
        elif message.role == "assistant":
            answered = True
    return turns


def _goes_on(words: Sequence[str], asked: Sequence[str]) -> bool:
    """Whether a turn makes sense only with the one before it."""
    text = " ".join(words)
    if not asked or _GOES_ON.match(text):
        return True
    return len(asked) <= FEW_WORDS and _POINTS_BACK.search(text) is not None


def _answer(found: Found) -> str:
    """The handbook's own sentences, few enough to be listened to."""
    if found.lines:
        return " ".join(line.text for line in found.lines[:MAX_LINES])
    sentences = found.entry.sentences
    if sentences:
        return " ".join(sentences[found.sentence : found.sentence + MAX_SENTENCES])
    return " ".join(line.text for line in found.entry.lines[:MAX_SENTENCES])
