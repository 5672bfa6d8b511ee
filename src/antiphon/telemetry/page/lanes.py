"""What happened when in a turn: caller, drafts and reply as lanes on one time axis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from antiphon.telemetry.page.chart import Bar, Chart, Mark, Row
from antiphon.telemetry.story import DraftStory, TurnStory
from antiphon.telemetry.wording import ms_text

SPEECH_SHOWN_MS = 4_000  # of the caller's turn before its last sound, at most
REPLY_SHOWN_MS = 1_200  # of the reply after its first sound
FATES = {"reused": "reused", "answered": "the reply", "discarded": "discarded", "unfinished": "unfinished"}


def lanes(turn: TurnStory, number: int) -> Chart | None:
    """The turn's lanes; zero is the caller's last sound. ``None`` for a turn that was not spoken.

    Args:
        turn: What happened.
        number: Of the turn in its call, counted from 1.
    """
    if turn.last_voiced_ns is None or turn.started_ns is None:
        return None
    return _Lanes(turn, turn.last_voiced_ns, turn.started_ns).chart(number)


@dataclass(frozen=True, slots=True)
class _Lanes:
    turn: TurnStory
    zero_ns: int
    started_ns: int

    def chart(self, number: int) -> Chart:
        moments = [("silent", 0.0), ("decided", self._since(self.turn.end_of_turn_ns))]
        moments.append(("audible", self._since(self.turn.audible_ns)))
        passed = [(look, at_ms) for look, at_ms in moments if at_ms is not None]
        high_ms = max(at_ms for _, at_ms in passed) + REPLY_SHOWN_MS
        return Chart(
            chart_id=f"lanes-{number}",
            title=f"Turn {number}: what happened when",
            description=" ".join(self._told()),
            rows=tuple(self._rows(high_ms)),
            low_ms=max(self._speech_ms() * -1, -SPEECH_SHOWN_MS),
            high_ms=high_ms,
            marks=tuple(Mark(at_ms, look) for look, at_ms in passed),
        )

    def _since(self, at_ns: int | None) -> float | None:
        return None if at_ns is None else (at_ns - self.zero_ns) / 1e6

    def _speech_ms(self) -> float:
        return (self.zero_ns - self.started_ns) / 1e6

    def _rows(self, high_ms: float) -> Iterator[Row]:
        spoken = ms_text(round(self._speech_ms()))
        speech = Bar(-self._speech_ms(), 0.0, "", f"the caller speaks for {spoken}", "caller")
        changes = [(at_ns - self.zero_ns) / 1e6 for at_ns in self.turn.interims_ns]
        words = [Bar(at_ms, at_ms, "", "the transcript changed", "interim") for at_ms in changes]
        yield Row("caller", spoken, (speech, *words))
        for index, draft in enumerate(self.turn.drafts, start=1):
            yield Row(f"draft {index}", FATES[draft.fate], (self._life(draft, high_ms),))
        audible_ms = self._since(self.turn.audible_ns)
        if audible_ms is not None:
            over_ms = self._since(self.turn.over_ns)
            heard = Bar(
                audible_ms, high_ms if over_ms is None else over_ms, "", "the reply is heard", "agent"
            )
            yield Row("reply", "", (heard,))

    def _life(self, draft: DraftStory, high_ms: float) -> Bar:
        """From a draft's beginning to its discard; to its first audio, if that comes after its commit."""
        begun_ms = (draft.started_ns - self.zero_ns) / 1e6
        ended_ms = self._since(draft.ended_ns)
        spoken_ms = self._since(self.turn.record.marks_ns.get("first_audio"))
        if ended_ms is not None and spoken_ms is not None and draft.fate in {"reused", "answered"}:
            ended_ms = max(ended_ms, spoken_ms)
        return Bar(
            begun_ms,
            high_ms if ended_ms is None else ended_ms,
            "",
            f"{draft.trigger}: “{draft.transcript}” — {FATES[draft.fate]}",
            f"draft {draft.fate}",
        )

    def _told(self) -> Iterator[str]:
        """The same in sentences."""
        yield f"The caller spoke for {ms_text(round(self._speech_ms()))}; times count from the last sound."
        for index, draft in enumerate(self.turn.drafts, start=1):
            begun = ms_text(round((draft.started_ns - self.zero_ns) / 1e6))
            yield f"Draft {index} was begun at {begun} ({FATES[draft.fate]})."
        for event, at_ns in (
            ("The turn was decided to be over", self.turn.end_of_turn_ns),
            ("The reply was first heard", self.turn.audible_ns),
        ):
            at_ms = self._since(at_ns)
            if at_ms is not None:
                yield f"{event} at {ms_text(round(at_ms))}."
