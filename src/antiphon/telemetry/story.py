"""Puts a call's notices together into one story for each finished turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from antiphon.core import notices
from antiphon.core.notices import Notice, TurnRecord

# Bounds: far above what a sound call reaches; beyond them the newest detail is left out, never a turn.
MAX_OPEN_TURNS = 8
MAX_INTERIMS = 256  # per turn
MAX_DRAFTS = 64  # per turn

Fate: TypeAlias = Literal["reused", "answered", "discarded", "unfinished"]


@dataclass(frozen=True, slots=True)
class DraftStory:
    """One draft, from its beginning to its use or its end.

    Attributes:
        draft_id: Which draft.
        started_ns: When it was begun, on the session's clock.
        ended_ns: When it was committed or discarded; ``None`` if neither was said.
        transcript: What it answers.
        trigger: Why it was begun.
        speculative: Whether that was before the end of the turn was decided.
        fate: ``"reused"`` (begun early and committed), ``"answered"`` (begun from the final and committed),
            ``"discarded"``, or ``"unfinished"`` when the turn ended first.
        reason: Why that became of it.
    """

    draft_id: int
    started_ns: int
    transcript: str
    trigger: str
    speculative: bool
    ended_ns: int | None = None
    fate: Fate = "unfinished"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TurnStory:
    """A finished turn with all that was told of it. Times are on the session's clock.

    Attributes:
        record: The turn's account.
        ended_ns: When it was over.
        started_ns: The caller's first voiced sample.
        interims_ns: When the transcript changed.
        end_of_turn_ns: When the caller's turn was decided to be over.
        end_of_turn_reason: Why then.
        drafts: In the order they were begun.
        audible_ns: First audible sample of the reply.
        over_ns: When the reply was no longer audible.
        over_reason: Why not.
        handed_to: The agents that it was handed over to in this turn, by name.
    """

    record: TurnRecord
    ended_ns: int
    started_ns: int | None = None
    interims_ns: tuple[int, ...] = ()
    end_of_turn_ns: int | None = None
    end_of_turn_reason: str = ""
    drafts: tuple[DraftStory, ...] = ()
    audible_ns: int | None = None
    over_ns: int | None = None
    over_reason: str = ""
    handed_to: tuple[str, ...] = ()

    @property
    def last_voiced_ns(self) -> int | None:
        """The caller's last voiced sample, where the turn was spoken."""
        return self.record.marks_ns.get("last_voiced")

    @property
    def answered(self) -> bool:
        """Whether its delay counts: a reply was heard and not taken back.

        A withdrawn reply began in a pause of the caller's. To count it would be to call a false start a
        quick answer.
        """
        return self.record.glass_to_glass_ns is not None and self.record.outcome != "withdrawn"


@dataclass(slots=True)
class _Notes:
    """What has been told of a turn that is not over."""

    started_ns: int
    interims_ns: list[int] = field(default_factory=list)
    end_of_turn_ns: int | None = None
    end_of_turn_reason: str = ""
    drafts: dict[int, DraftStory] = field(default_factory=dict)
    audible_ns: int | None = None
    over_ns: int | None = None
    over_reason: str = ""
    handed_to: tuple[str, ...] = ()

    def story(self, ended: notices.TurnEnded) -> TurnStory:
        return TurnStory(
            record=ended.record,
            ended_ns=ended.at_ns,
            started_ns=self.started_ns,
            interims_ns=tuple(self.interims_ns),
            end_of_turn_ns=self.end_of_turn_ns,
            end_of_turn_reason=self.end_of_turn_reason,
            drafts=tuple(self.drafts.values()),
            audible_ns=self.audible_ns,
            over_ns=self.over_ns,
            over_reason=self.over_reason,
            handed_to=self.handed_to,
        )


class StoryCollector:
    """Listens to a call and tells each turn's story when it ends.

    Holds only turns that are not over, at most ``MAX_OPEN_TURNS``. What is said of a turn after its end is
    passed over.
    """

    __slots__ = ("_open",)

    def __init__(self) -> None:
        self._open: dict[int, _Notes] = {}

    def observe(self, notice: Notice) -> TurnStory | None:
        """Take the next notice; answer the story of the turn that it ends, if it ends one."""
        match notice:
            case notices.TurnEnded(record=record):
                notes = self._open.pop(record.turn_id, None)
                return notes.story(notice) if notes else TurnStory(record, notice.at_ns)
            case notices.TurnStarted():
                if len(self._open) >= MAX_OPEN_TURNS:
                    del self._open[next(iter(self._open))]
                self._open[notice.turn_id] = _Notes(notice.at_ns)
            case notices.Trouble() | notices.CaptionsSpoken() | notices.ToolStarted() | notices.ToolEnded():
                pass
            case notices.OverlapJudged() | notices.HistoryTrimmed():
                pass
            case notices.CallerAway() | notices.CallerBack():
                pass
            case notices.WordsDismissed():
                self._open.pop(notice.turn_id, None)
            case _:
                if notice.turn_id is not None and (notes := self._open.get(notice.turn_id)):
                    _note(notes, notice)
        return None


_Told: TypeAlias = (
    notices.TranscriptChanged
    | notices.EndOfTurn
    | notices.DraftStarted
    | notices.DraftDiscarded
    | notices.DraftCommitted
    | notices.HandedOver
    | notices.ReplyAudible
    | notices.ReplyOver
)


def _note(notes: _Notes, notice: _Told) -> None:
    match notice:
        case notices.TranscriptChanged():
            if len(notes.interims_ns) < MAX_INTERIMS:
                notes.interims_ns.append(notice.at_ns)
        case notices.EndOfTurn():
            notes.end_of_turn_ns, notes.end_of_turn_reason = notice.at_ns, notice.reason
        case notices.DraftStarted():
            if len(notes.drafts) < MAX_DRAFTS:
                notes.drafts[notice.draft_id] = DraftStory(
                    notice.draft_id, notice.at_ns, notice.transcript, notice.trigger, notice.speculative
                )
        case notices.DraftDiscarded():
            _end_draft(notes, notice, lambda _: "discarded")
        case notices.DraftCommitted():
            _end_draft(notes, notice, lambda draft: "reused" if draft.speculative else "answered")
        case notices.HandedOver():
            notes.handed_to += (notice.agent,)
        case notices.ReplyAudible():
            notes.audible_ns = notice.at_ns
        case notices.ReplyOver():
            notes.over_ns, notes.over_reason = notice.at_ns, notice.reason


def _end_draft(
    notes: _Notes,
    notice: notices.DraftDiscarded | notices.DraftCommitted,
    fate: Callable[[DraftStory], Fate],
) -> None:
    draft = notes.drafts.get(notice.draft_id)
    if draft is not None:
        notes.drafts[notice.draft_id] = replace(
            draft, ended_ns=notice.at_ns, fate=fate(draft), reason=notice.reason
        )
