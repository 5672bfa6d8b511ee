"""What a simulated call is measured by: delays at the listener's ear, drafts, what the vendors bill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from antiphon.core.times import NS_PER_MS
from antiphon.simulation.call import CallResult
from antiphon.simulation.evidence import Evidence, HeardReply
from antiphon.simulation.profile import Model, Prices
from antiphon.simulation.prompt_cache import PromptCache
from antiphon.simulation.vendor_log import VendorLog

CUT_IN_NS = 80 * NS_PER_MS  # a reply that sounds this long before the caller's end or longer


@dataclass(frozen=True, slots=True)
class CallMeasures:
    """One call's figures. A turn is one scripted utterance.

    Attributes:
        turns: How many there were.
        glass_to_glass_ms: For each turn that had a reply: from the caller's true last voiced sample to the
            reply's first sound.
        substance_ms: The same up to the first sound of what is no opening.
        seam_gap_ms: Silence between an opening and what follows it, where one was used.
        hits: Turns served by a draft or an opening.
        llm_calls: Requests that the model's vendor saw.
        spend_usd: What all vendors but the recogniser's bill.
        cut_ins: Turns in which a reply sounded 80 ms or more before the caller's end.
    """

    turns: int
    glass_to_glass_ms: tuple[float, ...]
    substance_ms: tuple[float, ...]
    seam_gap_ms: tuple[float, ...]
    hits: int
    llm_calls: int
    spend_usd: float
    cut_ins: int


def measure(result: CallResult) -> CallMeasures:
    """A call's figures."""
    evidence = Evidence(result)
    replies = sorted(
        (reply for reply in evidence.replies if reply.call is not None), key=lambda reply: reply.begin_ns
    )
    profile = result.settings.world.profile
    answers = _answers(result, replies)
    delays = tuple((reply.begin_ns - stop_ns) / NS_PER_MS for stop_ns, reply in answers)
    seams = {reply.begin_ns: seam for _, reply in answers if (seam := evidence.seam(reply)) is not None}
    hits = {
        record.marks_ns["audible"]
        for record in result.records
        if record.ledger.reused + record.ledger.opened and "audible" in record.marks_ns
    }
    return CallMeasures(
        turns=result.turns,
        glass_to_glass_ms=delays,
        substance_ms=tuple(
            ((seams[reply.begin_ns][1] if reply.begin_ns in seams else reply.begin_ns) - stop_ns) / NS_PER_MS
            for stop_ns, reply in answers
        ),
        seam_gap_ms=tuple((rest_ns - over_ns) / NS_PER_MS for over_ns, rest_ns in seams.values()),
        hits=sum(reply.begin_ns in hits for _, reply in answers),
        llm_calls=len(result.log.model_calls),
        spend_usd=spend_usd(result.log, profile.llm, profile.prices),
        cut_ins=_cut_ins(result, replies),
    )


def _answers(result: CallResult, replies: Sequence[HeardReply]) -> list[tuple[int, HeardReply]]:
    """For each turn that was answered: its last voiced sample in ns, and the reply."""
    starts = [said.stretches[0][0] * NS_PER_MS for said in result.said[1:]] + [result.ended_ns]
    answers = []
    for said, next_ns in zip(result.said, starts, strict=False):
        stop_ns = said.stop * NS_PER_MS
        begun = [reply for reply in replies if stop_ns - CUT_IN_NS < reply.begin_ns < next_ns]
        if begun and said.utterance.is_turn:
            answers.append((stop_ns, begun[0]))
    return answers


def _cut_ins(result: CallResult, replies: Sequence[HeardReply]) -> int:
    """Utterances into which a reply sounded, whether it was taken back or not."""
    return sum(
        any(
            said.stretches[0][0] * NS_PER_MS < reply.begin_ns <= said.stop * NS_PER_MS - CUT_IN_NS
            for reply in replies
        )
        for said in result.said
        if said.utterance.is_turn
    )


def spend_usd(log: VendorLog, model: Model, prices: Prices) -> float:
    """What the vendors of model and voice bill for a call.

    Each request's prompt is as long as the profile says; what it has in common with an earlier request of
    the call, message by message, is billed at the cache's price. The voice bills text when it is handed over.
    """
    per_million = 0.0
    cache = PromptCache(model.prompt_tokens)
    for call in log.model_calls:
        cached = cache.read(call.messages)
        per_million += (model.prompt_tokens - cached) * prices.input_per_million_tokens
        per_million += cached * prices.cached_input_per_million_tokens
        per_million += call.output_tokens * prices.output_per_million_tokens
    characters = sum(max(0, len(synthesis.text) - synthesis.unbilled) for synthesis in log.syntheses)
    return (per_million + characters * prices.tts_per_million_characters) / 1e6
