"""What the session holds to have happened against what did: invariants 3, 5 and 10."""

from __future__ import annotations

from collections.abc import Iterator

from antiphon.core.notices import TurnEnded
from antiphon.core.times import NS_PER_MS
from antiphon.simulation.evidence import NEAR_NS, NEVER_NS, Evidence, Found
from antiphon.simulation.faults import Kind, Where
from antiphon.simulation.scripted_stt_stream import PHANTOM_WORDS
from antiphon.simulation.vendor_log import REPLY_TAG
from antiphon.simulation.word_match import find_words, is_within


def no_word_is_lost(evidence: Evidence) -> Found:
    """3. Each final and typed text is in the history once and in order; nothing that was not said is."""
    result = evidence.result
    yield from _unrecognised(evidence)
    left: list[str | None] = []
    for message in result.history:
        if message.role == "user":
            left += [*message.content.split(), None]
    for action in result.app:
        if action.kind is Kind.TEXT and action.at_ns < evidence.over_ns:
            at = find_words(left, action.text.split(), 0)
            if at is None:
                yield action.at_ns, f"typed and lost: {action.text!r}"
            else:
                left[at : at + len(action.text.split())] = [None]
    reached = 0
    extra: list[list[str | None]] = []
    for final in evidence.finals:
        words = final.text.split()
        at = find_words(left, words, reached)
        if at is None:
            if final.at_ns < evidence.over_ns and not evidence.may_be_echo(final):
                yield final.at_ns, f"final and not in the history, or out of order: {final.text!r}"
            continue
        extra.append(left[reached:at])
        reached = at + len(words)
    for between in (*extra, left[reached:]):
        for run in _runs(between):
            if not _was_interim(evidence, run):
                yield result.ended_ns, f"in the history, and not said (or not that often): {' '.join(run)!r}"


def _unrecognised(evidence: Evidence) -> Found:
    """Words the recogniser was not given although nothing was wrong with it."""
    result = evidence.result
    for number, said in enumerate(result.said):
        last = said.first_word + len(said.utterance.words) - 1
        heard = (
            said.utterance.hang_up_ms is None and said.stop * NS_PER_MS < result.ended_ns - 1_000 * NS_PER_MS
        )
        closed = result.app and result.app[-1].kind is Kind.CLOSE
        if not said.utterance.words or not heard or closed or number in evidence.stt_hit:
            continue
        if last not in evidence.final_at:
            yield said.stop * NS_PER_MS, f"said and never final: {said.utterance.text!r}"


def _runs(words: list[str | None]) -> Iterator[list[str]]:
    run: list[str] = []
    for word in [*words, None]:
        if word is not None:
            run.append(word)
        elif run:
            yield run
            run = []


def _was_interim(evidence: Evidence, words: list[str]) -> bool:
    """Whether words that are not final were in an interim for which no final came in time."""
    late_ns = evidence.result.settings.endpointing.final_timeout_ms * NS_PER_MS
    return any(
        is_within(words, transcript.text.split())
        for transcript in evidence.result.log.transcripts
        if not transcript.final
        and any(
            evidence.final_at.get(word, NEVER_NS) > transcript.at_ns + late_ns
            for word in range(*transcript.words)
        )
    )


def history_is_what_was_heard(evidence: Evidence) -> Found:
    """5. History (the session's account) holds what was heard, as far as it was, and no trace of a draft."""
    result = evidence.result
    # A voice that says things twice, or says it is done when it is not, tells wrongly what it spoke.
    lies = {
        fault.nth
        for fault in result.script.faults
        if fault.where is Where.TTS and fault.kind in {Kind.DUPLICATE, Kind.DISCONNECT}
    }
    for message, reply in evidence.told:
        if reply is None:
            assert message is not None
            yield result.ended_ns, f"in the history, and never heard: {message.content!r}"
        elif message is None:
            if reply.words[1:] and reply.end_ns < evidence.over_ns:
                yield reply.end_ns, f"heard, and not in the history: {' '.join(reply.words)!r}"
        elif reply.synthesis.synthesis_id not in lies:
            if not reply.may_be(message.content):
                yield reply.end_ns, f"history: {message.content!r}, heard: {' '.join(reply.words)!r}"
            if (
                message.interrupted == reply.complete
                and message.content.split() != reply.synthesis.text.split()
            ):
                yield (
                    reply.end_ns,
                    f"history: interrupted is {message.interrupted}; heard whole: {reply.complete}",
                )
    for message in result.history:
        if message.role == "user" and REPLY_TAG.search(message.content):
            yield result.ended_ns, f"a reply is in the history as the caller's words: {message.content!r}"


def contributions_sum_exactly(evidence: Evidence) -> Found:
    """10. A timeline's contributions (the session's account) sum to its glass-to-glass time, the true one."""
    begins = [reply.begin_ns for reply in evidence.replies]
    stops = [voice.stop_ns for voice in evidence.voices] + evidence.app_times(Kind.TEXT)
    for notice in evidence.result.notices:
        if not isinstance(notice, TurnEnded) or notice.record.glass_to_glass_ns is None:
            continue
        record, marks = notice.record, notice.record.marks_ns
        if sum(record.contributions_ns.values()) != record.glass_to_glass_ns:
            total = sum(record.contributions_ns.values())
            yield notice.at_ns, f"contributions sum to {total}, not {record.glass_to_glass_ns}"
        if not any(abs(marks["audible"] - begin_ns) <= NEAR_NS for begin_ns in begins):
            yield (
                notice.at_ns,
                f"audible at {marks['audible'] / NS_PER_MS:.1f} ms, says the account; nothing began then",
            )
        heard = PHANTOM_WORDS not in record.user  # else words without a voice: their arrival is all there is
        if heard and not any(abs(marks["last_voiced"] - stop_ns) <= NEAR_NS for stop_ns in stops):
            yield (
                notice.at_ns,
                f"last voiced at {marks['last_voiced'] / NS_PER_MS:.1f} ms, says the account; it was not",
            )
