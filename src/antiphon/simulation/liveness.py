"""What must come to an end, and what must not grow: invariants 8 and 9."""

from __future__ import annotations

from antiphon.config import Mode
from antiphon.core.times import NS_PER_MS
from antiphon.simulation.call import PLAYOUT
from antiphon.simulation.evidence import NEVER_NS, Evidence, Found
from antiphon.simulation.faults import Kind, Where
from antiphon.simulation.loop import LeftBehindError
from antiphon.simulation.scripted_tts import LONG_CHUNK_MS

HELD_SEGMENTS = 12  # between model and voice: a channel of ten, one in each hand
MAX_SEGMENT = 120  # characters: scripted replies are made of short sentences
PATIENCE_NS = 15_000 * NS_PER_MS  # silence that no caller would take for thinking


def everything_is_bounded(evidence: Evidence) -> Found:
    """8. What waits between stages is bounded; after close no task, no open stream is left."""
    result, log = evidence.result, evidence.result.log
    if isinstance(result.failure, LeftBehindError):
        yield result.ended_ns, str(result.failure)
    if result.closed_ns is not None and log.open_streams:
        yield result.closed_ns, f"{log.open_streams} stream(s) of a provider are open after the end"
    if result.settings.modes.tts is Mode.STREAMING:  # else all of it is gathered first
        yield from _audio_ahead(evidence)
    if result.settings.modes.llm is Mode.STREAMING:
        yield from _text_ahead(evidence)


def _audio_ahead(evidence: Evidence) -> Found:
    """Audio that was made long before it is heard."""
    held_ms = evidence.result.settings.speculation.held_audio_ms
    limit = held_ms + LONG_CHUNK_MS + PLAYOUT.block_ms + PLAYOUT.lead_ms
    begun = {reply.synthesis.synthesis_id: reply.begin_ns for reply in evidence.replies}
    for synthesis in evidence.whole_syntheses:
        begin_ns = begun.get(synthesis.synthesis_id, NEVER_NS)
        for made_ns, samples in synthesis.made:
            ahead = samples - max(0, made_ns - begin_ns) // NS_PER_MS
            if ahead > limit:
                yield made_ns, f"{ahead} ms of audio are held, {limit} at most should be"
                break


def _text_ahead(evidence: Evidence) -> Found:
    """Text that was written long before the voice takes it."""
    log = evidence.result.log
    spoken = {synthesis.reply_tag: synthesis for synthesis in log.syntheses}
    for call in log.model_calls:
        synthesis = spoken.get(call.call_id)
        if synthesis is None or call.closed_ns is None:
            continue
        handed = max((count for at_ns, count in synthesis.handed if at_ns <= call.closed_ns), default=0)
        waiting = call.output_characters - handed
        if waiting > HELD_SEGMENTS * MAX_SEGMENT:
            yield call.closed_ns, f"k{call.call_id}: {waiting} characters wait for the voice"


def every_turn_ends(evidence: Evidence) -> Found:
    """9. Every turn ends in a reply, an error that is told, or the caller's taking the floor."""
    result = evidence.result
    if result.failure is not None and not isinstance(result.failure, LeftBehindError):
        yield result.ended_ns, f"{type(result.failure).__name__}: {result.failure}"
        return
    starts = [said.stretches[0][0] * NS_PER_MS for said in result.said[1:]] + [evidence.over_ns]
    hit = {
        fault.nth for fault in result.script.faults if (fault.where, fault.kind) == (Where.STT, Kind.EMPTY)
    }
    for number, (said, next_ns) in enumerate(zip(result.said, starts, strict=False)):
        stop_ns = said.stop * NS_PER_MS
        if not said.utterance.is_turn or number in hit or next_ns - stop_ns < PATIENCE_NS:
            continue
        sounds = any(stop_ns <= heard.stop_ns and heard.start_ns < next_ns for heard in result.heard)
        if not sounds and not any(stop_ns <= at_ns <= next_ns for at_ns in evidence.troubles):
            silence_ms = (next_ns - stop_ns) // NS_PER_MS
            yield stop_ns, f"no reply, no error, for {silence_ms} ms after {said.utterance.text!r}"
