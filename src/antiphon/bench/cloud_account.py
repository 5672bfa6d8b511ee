"""From calls to figures: what the caller heard and what the vendors saw, whoever says otherwise.

Delays are taken between sounds: from the caller's last audible sample as it was synthesised to the first
audible sample that the session handed out. Requests and spend are counted at the vendors. The session's own
account is used only to say which drafts it reused and where the time went.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from antiphon.bench.cloud_call import CallAccount
from antiphon.bench.cloud_script import MS_PER_CHARACTER, Asked
from antiphon.bench.ear import Sound
from antiphon.core.notices import TurnRecord
from antiphon.core.times import NS_PER_MS

CUT_IN_NS = 80 * NS_PER_MS  # sound of a reply this long before the caller's last is a cut-in
_SAME_NS = 60 * NS_PER_MS  # a sound and a reply that differ by less are the same
_LENGTH_NS = 300 * NS_PER_MS  # of a reply: the difference by which another one is known


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one turn.

    Attributes:
        delay_ns: From the caller's last voiced sample to the first audible one of the reply that stood;
            ``None`` if none did.
        right: Whether that reply answers the whole turn, by its words and by how long it sounded.
        cut_in: Whether any sound came while the caller had not finished.
        record: The session's account of the reply that stood.
    """

    delay_ns: int | None
    right: bool
    cut_in: bool
    record: TurnRecord | None


def answered_turns(call: CallAccount) -> Iterator[Answered]:
    """What became of each turn of a call, in order."""
    turns = call.timetable.turns
    ends = [following.start_ns for _, following in pairwise(turns)]
    for turn, until_ns in zip(turns, [*ends, call.timetable.duration_ns], strict=True):
        sounds = [
            Sound(sound.start_ns - call.start_ns, sound.stop_ns - call.start_ns)
            for sound in call.sounds
            if turn.start_ns <= sound.start_ns - call.start_ns < until_ns
        ]
        yield _answered(turn, sounds, call)


def _answered(turn: Asked, sounds: Sequence[Sound], call: CallAccount) -> Answered:
    too_early_ns = turn.end_ns - CUT_IN_NS
    cut_in = any(sound.start_ns < too_early_ns for sound in sounds)
    if not sounds or sounds[-1].start_ns < too_early_ns:
        return Answered(None, right=False, cut_in=cut_in, record=None)
    stood = sounds[-1]
    record = _record_of(stood.start_ns + call.start_ns, call.records)
    expected_ns = len(turn.answer) * MS_PER_CHARACTER * NS_PER_MS
    lasts = abs(stood.stop_ns - stood.start_ns - expected_ns) < _LENGTH_NS
    says = record is not None and record.reply is not None and record.reply.strip() == turn.answer
    return Answered(stood.start_ns - turn.end_ns, lasts and says, cut_in, record)


def _record_of(audible_ns: int, records: Sequence[TurnRecord]) -> TurnRecord | None:
    for record in records:
        if abs(record.marks_ns.get("audible", 0) - audible_ns) < _SAME_NS:
            return record
    return None


def unaccounted(call: CallAccount) -> int:
    """Stretches of sound that belong to no reply to which a draft was committed."""
    began = [at_ns for reply_id, at_ns in call.replies_ns.items() if reply_id in call.committed]
    return sum(all(abs(sound.start_ns - at_ns) >= _SAME_NS for at_ns in began) for sound in call.sounds)
