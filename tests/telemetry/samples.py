"""Calls as a session would tell of them, for the tests of this package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hypothesis import strategies as st

from antiphon.core import notices
from antiphon.core.events import DraftUsage
from antiphon.core.notices import Ledger, Notice, TurnRecord
from antiphon.telemetry.contributions import KNOWN
from antiphon.telemetry.report import Report, ReportBuilder

MS = 1_000_000
BEGAN_NS = 7_000 * MS

DRAFTED = {"endpointing": 300, "runtime": 1, "playout": 20, "leading_silence": 12}
STREAMED = {
    "endpointing": 300,
    "vad": 18,
    "stt": 42,
    "runtime": 2,
    "llm_first_token": 402,
    "llm_first_clause": 81,
    "tts_first_byte": 151,
    "playout": 20,
    "leading_silence": 12,
}
BATCH = {
    "endpointing": 300,
    "vad": 18,
    "stt": 480,
    "runtime": 2,
    "llm_first_token": 402,
    "llm_first_clause": 610,
    "tts_first_byte": 720,
    "playout": 20,
    "leading_silence": 12,
}
TALK = (
    ("I'd like to book a table for two", "Sure, a table for two. For which evening?"),
    ("Friday at seven please", "Friday at seven it is. May I have your name?"),
    ("It's Marlowe, and could we sit outside?", "Of course, Mr Marlowe: a table outside, Friday at seven."),
    ("How late is the kitchen open?", "The kitchen takes orders until half past ten."),
)


def in_ns(contributions_ms: Mapping[str, float]) -> dict[str, int]:
    return {name: round(length_ms * MS) for name, length_ms in contributions_ms.items()}


def turn_record(
    turn_id: int = 1,
    *,
    user: str = "a table for two",
    reply: str | None = "Sure.",
    contributions_ms: Mapping[str, float] = STREAMED,
    last_voiced_ns: int = BEGAN_NS + 2_000 * MS,
    outcome: str = "replied",
    ledger: Ledger | None = None,
    error: str | None = None,
) -> TurnRecord:
    contributions_ns = in_ns(contributions_ms)
    total_ns = sum(contributions_ns.values())
    decided_ns = last_voiced_ns + contributions_ns.get("endpointing", 0)
    ahead_ns = -600 * MS if contributions_ms is DRAFTED else 62 * MS
    requested_ns = decided_ns + ahead_ns
    return TurnRecord(
        turn_id=turn_id,
        user=user,
        reply=reply,
        glass_to_glass_ns=total_ns,
        contributions_ns=contributions_ns,
        marks_ns={
            "last_voiced": last_voiced_ns,
            "stt_final": last_voiced_ns + 200 * MS,
            "end_of_turn": decided_ns,
            "llm_requested": requested_ns,
            "first_token": requested_ns + 402 * MS,
            "first_segment": requested_ns + 483 * MS,
            "tts_requested": requested_ns + 483 * MS,
            "first_audio": requested_ns + 634 * MS,
            "handed": last_voiced_ns + total_ns - 12 * MS,
            "audible": last_voiced_ns + total_ns,
        },
        ledger=ledger or Ledger(started=1, llm_requests=1, usage=DraftUsage(220, 0, 18, 44, 2)),
        interrupted=outcome == "interrupted",
        outcome=outcome,  # type: ignore[arg-type]
        error=error,
    )


def spoken_turn(
    turn_id: int,
    said: tuple[str, str],
    started_ns: int,
    contributions_ms: Mapping[str, float],
    outcome: str = "replied",
) -> Iterator[Notice]:
    """All notices of one spoken turn: two seconds of speech, interims, drafts, the reply."""
    user, reply = said
    drafted = contributions_ms is DRAFTED
    last_voiced_ns = started_ns + 2_000 * MS
    words = user.split()
    yield notices.TurnStarted(turn_id, started_ns)
    for count in range(1, len(words) + 1):
        at_ns = started_ns + 2_100 * MS * count // len(words)
        yield notices.TranscriptChanged(turn_id, at_ns, " ".join(words[:count]), final=False)
    if drafted:
        partial = " ".join(words[:-1])
        yield notices.DraftStarted(
            turn_id, 10 * turn_id, last_voiced_ns - 700 * MS, partial, "interim", speculative=True
        )
        yield notices.DraftDiscarded(
            turn_id, 10 * turn_id, last_voiced_ns + 200 * MS, f"only the final has {words[-1]!r}"
        )
        yield notices.DraftStarted(
            turn_id, 10 * turn_id + 1, last_voiced_ns - 300 * MS, user, "stable", speculative=True
        )
    record = turn_record(
        turn_id,
        user=user,
        reply=reply,
        contributions_ms=contributions_ms,
        last_voiced_ns=last_voiced_ns,
        outcome=outcome,
        ledger=Ledger(2, 1, 0, 1, 2, DraftUsage(460, 400, 31, 88, 4), 634.0) if drafted else None,
    )
    decided_ns = record.marks_ns["end_of_turn"]
    yield notices.TranscriptChanged(turn_id, last_voiced_ns + 200 * MS, user, final=True)
    yield notices.EndOfTurn(turn_id, decided_ns, user, "silence 300 ms")
    draft_id = 10 * turn_id + 1
    if not drafted:
        yield notices.DraftStarted(turn_id, draft_id, decided_ns, user, "final", speculative=False)
    yield notices.DraftCommitted(turn_id, draft_id, turn_id, decided_ns + 1 * MS, "the same words")
    audible_ns = record.marks_ns["audible"]
    yield notices.ReplyAudible(turn_id, turn_id, audible_ns)
    over_ns = audible_ns + 2_600 * MS
    complete = outcome == "replied"
    yield notices.ReplyOver(turn_id, turn_id, over_ns, reply, complete, "played" if complete else "barge-in")
    yield notices.TurnEnded(over_ns, record)


def call(
    kinds: Sequence[Mapping[str, float]] = (DRAFTED, DRAFTED, STREAMED, DRAFTED), outcomes: Sequence[str] = ()
) -> Iterator[Notice]:
    """A whole call, a turn every seven seconds."""
    for index, kind in enumerate(kinds):
        outcome = outcomes[index] if index < len(outcomes) else "replied"
        started_ns = BEGAN_NS + (500 + 7_000 * index) * MS
        yield from spoken_turn(index + 1, TALK[index % len(TALK)], started_ns, kind, outcome)


def report(kinds: Sequence[Mapping[str, float]] = (DRAFTED, DRAFTED, STREAMED, DRAFTED)) -> Report:
    builder = ReportBuilder(BEGAN_NS)
    for notice in call(kinds):
        builder.observe(notice)
    return builder.build()


def variants() -> dict[str, Report]:
    return {
        "batch": report((BATCH,) * 4),
        "streaming": report((STREAMED,) * 4),
        "drafts": report(),
    }


contribution_names = st.one_of(
    st.sampled_from([known.name for known in KNOWN]), st.text(min_size=0, max_size=12)
)
contributions = st.dictionaries(contribution_names, st.integers(-5 * 10**8, 5 * 10**9), max_size=14)


@st.composite
def turn_records(draw: st.DrawFn) -> TurnRecord:
    """Any record a session may give, texts from strangers included; cut-ins make times negative."""
    contributions_ns = draw(contributions)
    heard = draw(st.booleans())
    whole = st.integers(0, 10**6)
    return TurnRecord(
        turn_id=draw(st.integers(1, 5)),
        user=draw(st.text(max_size=40)),
        reply=draw(st.text(max_size=40)) if heard else None,
        glass_to_glass_ns=sum(contributions_ns.values()) if heard else None,
        contributions_ns=contributions_ns if heard else {},
        marks_ns={"last_voiced": draw(whole)} if draw(st.booleans()) else {},
        ledger=Ledger(
            started=draw(st.integers(0, 9)),
            reused=draw(st.integers(0, 1)),
            llm_requests=draw(st.integers(0, 9)),
            usage=DraftUsage(*(draw(whole) for _ in range(5))),
            saved_ms=draw(st.floats()),
        ),
        interrupted=draw(st.booleans()),
        outcome=draw(st.sampled_from(["replied", "interrupted", "withdrawn", "failed", "closed"])),
        error=draw(st.none() | st.text(max_size=20)),
    )
