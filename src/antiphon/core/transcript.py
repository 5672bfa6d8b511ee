"""What the caller said: finals in the order of their audio, then the newest interim.

Recognisers repeat finals, send them late or out of order, and go on sending interims for audio that is
already final. The audio a transcript covers identifies it: a final whose audio is known already is a
repeat, one whose audio came before another's is put before it, and an interim of audio that is final is
stale.
"""

from __future__ import annotations

from bisect import insort
from collections import deque

from antiphon.core.events import Final, Interim

REMEMBERED_FINALS = 64  # of a call, to know a repeat by; recognisers repeat within seconds
COVERED_WITHIN_NS = 200_000_000  # a final may end at its last word, a little before the voice does


class FinalsSeen:
    """The audio of a call that has become final."""

    def __init__(self) -> None:
        self._spans: deque[tuple[int, int]] = deque(maxlen=REMEMBERED_FINALS)
        self.end_ns = 0  # stream time up to which audio is final

    def is_new(self, final: Final) -> bool:
        """Whether a final tells anything that was not known; remembers it."""
        for start_ns, end_ns in self._spans:
            if start_ns <= final.start_ns and final.end_ns <= end_ns:
                return False
        self._spans.append((final.start_ns, final.end_ns))
        self.end_ns = max(self.end_ns, final.end_ns)
        return True


class Transcript:
    """The words of one turn."""

    __slots__ = ("_adopted", "_finals", "_interim", "_interim_end_ns", "_seen", "_text")

    def __init__(self, seen: FinalsSeen) -> None:
        self._seen = seen
        self._finals: list[tuple[int, int, str]] = []
        self._interim = ""
        self._interim_end_ns = 0
        self._adopted: str | None = None
        self._text: str | None = ""

    @property
    def text(self) -> str:
        """Finals and the newest interim, joined."""
        if self._text is None:
            parts = [text for _, _, text in self._finals]
            parts.append(self._adopted if self._adopted is not None else self._interim)
            self._text = " ".join(part for part in parts if part)
        return self._text

    @property
    def is_final(self) -> bool:
        """Whether nothing of it may still change, as far as is known."""
        return not self._interim and self._adopted is None

    @property
    def interim(self) -> str:
        """The part that may still change."""
        return self._interim

    def covers(self, stream_ns: int) -> bool:
        """Whether the audio up to a stream time has become final."""
        return self._seen.end_ns + COVERED_WITHIN_NS >= stream_ns

    def holds(self, stream_ns: int) -> bool:
        """Whether the words up to a stream time are all in the text, final or not."""
        return max(self._seen.end_ns, self._interim_end_ns) >= stream_ns or self.covers(stream_ns)

    def add_final(self, final: Final) -> None:
        """Take a final that is new in at its place."""
        if final.text:
            insort(self._finals, (final.start_ns, final.end_ns, final.text))
        if final.end_ns >= self._seen.end_ns:
            self._interim = ""
            self._adopted = None
        elif final.end_ns + COVERED_WITHIN_NS >= self._interim_end_ns:  # it comes after later words' final
            self._adopted = None
        self._text = None

    def add_text(self, text: str) -> None:
        """Take in words that were typed: they follow what was said."""
        at_ns = max(self._seen.end_ns, self._interim_end_ns, *(end_ns for _, end_ns, _ in self._finals))
        self._finals.append((at_ns, at_ns, text))
        self._text = None

    def set_interim(self, interim: Interim) -> bool:
        """Take the newest interim.

        Returns:
            Whether the text changed by it: a stale one is dropped.
        """
        if interim.end_ns <= self._seen.end_ns:
            return False
        self._interim_end_ns = interim.end_ns
        if interim.text == (self._interim if self._adopted is None else self._adopted):
            return False
        # It covers all audio since the last final, that of adopted words too.
        self._interim, self._adopted = interim.text, None
        self._text = None
        return True

    def adopt_interim(self) -> None:
        """No final came in time: take the interim for one, until it comes after all."""
        if self._interim:
            self._adopted, self._interim = self._interim, ""
            self._text = None

    def merge(self, later: Transcript) -> None:
        """Take in what another transcript of the same call holds; its guesses are newer."""
        for final in later._finals:
            insort(self._finals, final)
        if later._interim or later._adopted is not None:
            self._interim, self._adopted = later._interim, later._adopted
            self._interim_end_ns = later._interim_end_ns
        self._text = None
