"""What must never be heard: invariants 1, 2 and 4.

Invariant 2 takes from the history which words a reply answered; 3 and 5 show that these were said.
"""

from __future__ import annotations

import re

from antiphon.core.judge import Judge
from antiphon.core.opening import check_opening
from antiphon.core.speculation import Speculation, Strategy
from antiphon.core.times import NS_PER_MS
from antiphon.simulation.caller import ONSET_MS
from antiphon.simulation.evidence import NEAR_NS, Evidence, Found, HeardReply
from antiphon.simulation.faults import Kind
from antiphon.simulation.replies import ACKNOWLEDGEMENTS, FUNCTION_WORDS
from antiphon.simulation.vendor_log import ModelCall, tags_in

_SAYS_NOTHING = FUNCTION_WORDS | frozenset(" ".join(ACKNOWLEDGEMENTS).split())
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
LATE_NS = 25 * NS_PER_MS  # a block of audio and a little


def nothing_before_commit(evidence: Evidence) -> Found:
    """1. No sample of a draft reaches a transport before its commit.

    Before a commit the caller's silence has lasted as long as endpointing asks; and the session says so.
    """
    silence_ns = evidence.result.settings.shortest_wait_ms * NS_PER_MS
    for reply in evidence.replies:
        if reply.call is None:
            continue
        voice = evidence.voice_before(reply.begin_ns)
        typed = any(
            (voice is None or at_ns >= voice.start_ns) and at_ns <= reply.begin_ns
            for at_ns in evidence.app_times(Kind.TEXT)
        )
        if voice is not None and not typed and reply.begin_ns < voice.stop_ns + silence_ns - NEAR_NS:
            before_ms = (reply.begin_ns - voice.stop_ns) / NS_PER_MS
            yield (
                reply.begin_ns,
                f"a reply sounds {before_ms:.0f} ms after the voice, {silence_ns // NS_PER_MS} are the rule",
            )
        if evidence.committed_ns(reply.call) > reply.begin_ns:
            yield reply.begin_ns, f"reply k{reply.call.call_id} is heard before any commit of its draft"


def reply_answers_the_final(evidence: Evidence) -> Found:
    """2. What is heard was made for what was finally said, as the strategy has it."""
    speculation = evidence.result.settings.speculation
    judge = speculation.judge()
    for reply in evidence.replies:
        if reply.call is None or reply.asked_user is None:
            continue
        if speculation.strategy is Strategy.ALWAYS_USE:
            committed_ns = min(evidence.committed_ns(reply.call), reply.begin_ns)
            newer = [
                call
                for call in evidence.result.log.model_calls
                if reply.call.call_id < call.call_id and call.at_ns < committed_ns
            ]
            if newer:
                yield (
                    reply.begin_ns,
                    f"reply k{reply.call.call_id} is not the newest draft: k{newer[-1].call_id} is",
                )
        elif reply.call.begun and not _holds(reply.call, reply.asked_user, evidence):
            yield reply.begin_ns, f"{reply.call.begun!r} was said first, and {reply.asked_user!r} was said"
        elif not _answers(reply.call.answers, reply.asked_user, speculation, judge):
            yield reply.begin_ns, f"{reply.call.answers!r} was answered, {reply.asked_user!r} was said"


def _answers(asked: str, said: str, speculation: Speculation, judge: Judge) -> bool:
    if asked == said:
        return True
    return speculation.strategy is Strategy.USE_IF_SIMILAR and judge.compare(asked, said).reuse


def _holds(call: ModelCall, said: str, evidence: Evidence) -> bool:
    """Whether a first clause is true of what was finally said: what it was made for tells."""
    made_for = evidence.result.log.model_calls[tags_in(call.begun)[0]].answers
    repeated = [word for word in _WORD.findall(call.begun) if word.casefold() not in _SAYS_NOTHING]
    heard = said.casefold()
    return check_opening(call.begun, made_for, said).holds and all(
        word.casefold() in heard for word in repeated
    )


def one_reply_at_a_time(evidence: Evidence) -> Found:
    """4. At most one reply is audible at any time, none that was superseded, and no part of one twice."""
    for index, synthesis_id in enumerate(evidence.order):
        if synthesis_id in evidence.order[:index]:
            reply = next(one for one in evidence.replies if one.synthesis.synthesis_id == synthesis_id)
            yield reply.end_ns, f"{reply.synthesis.text[:30]!r} is heard again after another"
    for reply in evidence.replies:
        if reply.call is not None and reply.call.begun and _is_repeated(reply.call.begun, reply.words):
            yield reply.begin_ns, f"{reply.call.begun!r} is heard twice"
        if reply.samples > reply.synthesis.samples + 1:
            yield reply.end_ns, f"{reply.samples} ms are heard of a reply of {reply.synthesis.samples}"
        if reply.call is not None and reply.asked_user is None and not _ends_for_a_cause(evidence, reply):
            yield reply.end_ns, f"superseded reply k{reply.call.call_id} was heard until nothing stopped it"


def _is_repeated(begun: str, words: list[str]) -> bool:
    """Whether a first clause is said once more right after it."""
    clause, said = _WORD.findall(begun), _WORD.findall(" ".join(words))
    return bool(clause) and said[len(clause) : 2 * len(clause)] == clause


def _ends_for_a_cause(evidence: Evidence, reply: HeardReply) -> bool:
    """Whether a reply that answers nothing was stopped as soon as that was known."""
    result = evidence.result
    allowed_ns = result.settings.interruption.fade_ms * NS_PER_MS + LATE_NS
    causes = [said.at_ns for said in result.log.transcripts]
    causes += [action.at_ns for action in result.app]
    causes += [min(voice.start_ns + ONSET_MS * NS_PER_MS, voice.stop_ns) for voice in evidence.voices]
    settings = result.settings.interruption
    causes += [
        voice.start_ns + ms * NS_PER_MS
        for voice in evidence.voices
        for ms in (settings.speech_ms, settings.voice_ms, settings.floor_ms)
    ]
    made = [samples for made_ns, samples in reply.synthesis.made if made_ns <= reply.end_ns]
    ran_dry = bool(made) and not reply.complete and reply.samples >= made[-1]
    # Else nothing that a listener would call a word was heard of it.
    return (
        ran_dry or not reply.words or any(0 <= reply.end_ns - cause_ns <= allowed_ns for cause_ns in causes)
    )
