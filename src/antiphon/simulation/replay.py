"""A simulated call as lines to read: who did what when, what was heard, what was wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from antiphon.core import notices as told
from antiphon.core.times import NS_PER_MS
from antiphon.simulation.call import CallResult
from antiphon.simulation.caller import Utterance
from antiphon.simulation.checkers import Violation
from antiphon.simulation.evidence import Evidence
from antiphon.simulation.scripts import Script


def script_lines(script: Script) -> Iterator[str]:
    """A call before it happens: its utterances and what goes wrong."""
    yield f"call {script.seed}"
    for number, utterance in enumerate(script.utterances):
        yield f"  {number}: {_utterance(utterance)}"
    for fault in script.faults:
        yield f"  fault: {fault}"


def _utterance(utterance: Utterance) -> str:
    parts, reached = [], 0
    for word in utterance.words:
        if word.start_ms - reached >= 20:
            parts.append(f"({word.start_ms - reached} ms)")
        parts.append(word.text)
        reached = word.end_ms
    parts += [f"[noise of {end - start} ms]" for start, end in utterance.noises]
    if utterance.barge_in_ms is not None:
        when = f"{utterance.barge_in_ms} ms into the reply"
    else:
        when = f"{utterance.after_ms} ms after the reply"
    cut = "" if utterance.hang_up_ms is None else f", hangs up at {utterance.hang_up_ms} ms"
    return f"{' '.join(parts)}  – {when}{cut}"


def event_lines(result: CallResult, violations: Sequence[Violation] = ()) -> Iterator[str]:
    """A call as it happened, line by line in the order of time."""
    evidence = Evidence(result)
    lines = [
        *_caller(result),
        *_vendors(result),
        *((notice.at_ns, line) for notice in result.notices if (line := _notice(notice))),
        *((action.at_ns, f"app     {action.kind}: {action.text}") for action in result.app),
        *((reply.begin_ns, f"heard   {reply.synthesis.text[:60]}") for reply in evidence.replies),
        *((reply.end_ns, f"heard   … until {' '.join(reply.words)[-40:]}") for reply in evidence.replies),
        *((round(one.at_ms * NS_PER_MS), f"WRONG   [{one.invariant}] {one.message}") for one in violations),
    ]
    for at_ns, line in sorted(lines, key=lambda line: line[0]):
        yield f"{at_ns / NS_PER_MS:10.1f}  {line}"
    for message in result.history:
        mark = " –" if message.interrupted else ""
        yield f"   history  {message.role}: {message.content}{mark}"


def _caller(result: CallResult) -> Iterator[tuple[int, str]]:
    for said in result.said:
        words = said.utterance.text or "[noise]"
        for start, stop in said.stretches:
            yield start * NS_PER_MS, f"caller  voice begins: {words}"
            yield stop * NS_PER_MS, "caller  voice ends"


def _vendors(result: CallResult) -> Iterator[tuple[int, str]]:
    for transcript in result.log.transcripts:
        if transcript.final:
            yield transcript.at_ns, f"stt     final: {transcript.text!r}"
    for call in result.log.model_calls:
        yield call.at_ns, f"llm     k{call.call_id} asked: {call.answers!r}"


def _notice(notice: told.Notice) -> str | None:
    line: str | None = None
    match notice:
        case told.TranscriptChanged(_, _, text, final):
            line = None if final else f"stt     interim: {text!r}"
        case told.EndOfTurn(turn_id, _, text, reason):
            line = f"core    turn {turn_id} is over ({reason}): {text!r}"
        case told.DraftStarted(_, draft_id, _, transcript, trigger, _):
            line = f"core    draft {draft_id} ({trigger}): {transcript!r}"
        case told.DraftDiscarded(_, draft_id, _, reason):
            line = f"core    draft {draft_id} discarded: {reason}"
        case told.DraftCommitted(_, draft_id, reply_id, _, reason):
            line = f"core    draft {draft_id} is reply {reply_id}: {reason}"
        case told.ReplyOver(_, reply_id, _, _, _, reason):
            line = f"core    reply {reply_id} is over: {reason}"
        case told.Trouble(_, where, message):
            line = f"core    trouble with {where}: {message}"
        case told.TurnEnded(_, record):
            delay = record.glass_to_glass_ns
            took = "no reply" if delay is None else f"{delay / NS_PER_MS:.0f} ms"
            line = f"core    turn {record.turn_id} {record.outcome}: {took}"
        case _:
            pass
    return line
