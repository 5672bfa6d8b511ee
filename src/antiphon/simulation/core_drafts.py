"""Drafts as the conversation machine sees them, their progress worked out ahead instead of lived through."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from antiphon.core.events import DraftMarks, DraftUsage
from antiphon.core.messages import Message
from antiphon.core.segmenter import Segmenter
from antiphon.core.times import NS_PER_MS, NS_PER_S
from antiphon.core.unsaid import Unsaid
from antiphon.simulation.chance import chance
from antiphon.simulation.faults import Fault, FaultsAt, Kind
from antiphon.simulation.profile import Profile
from antiphon.simulation.scripted_llm import FINE_TOKENS, Replier
from antiphon.simulation.scripted_tts import LONG_CHUNK_MS
from antiphon.simulation.signal import NS_PER_SAMPLE
from antiphon.simulation.vendor_log import ModelCall, PlacedWord, Synthesis, VendorLog

NEVER_NS = 1 << 62
_SENTENCES = re.compile(
    r".{23,}?(?:[.?!](?=\s|$)|$)|.+$", re.DOTALL
)  # as the segmenter cuts what follows the first


@dataclass(slots=True)
class CoreDraft:
    """A draft, with all that will become of it unless it is cancelled.

    Attributes:
        draft_id: The machine's name for it.
        synthesis: Its speech at the voice's vendor.
        call: Its request at the model's vendor; ``None`` for a text that needs none.
        text: What it says.
        tokens: How many tokens that has.
        token_ns: From the first token to the next, and so on.
        marks: When it passes its stations.
        ready_ns: When its first audio is there.
        failed_ns: When it fails, if it does.
        segments: Each segment's end in characters and samples, and when it is handed to the voice.
        done_ns: When all of its audio is made, if it is taken as it comes.
    """

    draft_id: int
    synthesis: Synthesis
    call: ModelCall | None
    text: str
    tokens: int
    token_ns: int
    marks: DraftMarks
    ready_ns: int
    failed_ns: int | None
    segments: list[tuple[int, int, int]] = field(default_factory=list)
    done_ns: int = 0
    taken_from_ns: int | None = None  # since when somebody plays it
    ahead_ms: int | None = None  # how much is spoken before it is the reply; None: all that can be held
    begun: str = ""  # what it goes on from
    timers: list[int] = field(default_factory=list)
    over: bool = False

    @property
    def samples(self) -> int:
        """All of its audio."""
        return self.segments[-1][1] if self.segments else 0

    def settle(self, now_ns: int, held_ms: int) -> DraftUsage:
        """Write down what the vendors have made and bill by a time."""
        call, synthesis = self.call, self.synthesis
        if call is not None:
            first_ns = self.marks.first_token_ns or NEVER_NS
            made = 0 if now_ns < first_ns else min(self.tokens, 1 + (now_ns - first_ns) // self.token_ns)
            call.output_tokens = made
            call.output_characters = len(self.text) * made // max(1, self.tokens)
            call.closed_ns = now_ns
        handed = bisect_right(self.segments, now_ns, key=lambda segment: segment[2])
        if self.taken_from_ns is None and handed:
            ahead_ms = held_ms if self.ahead_ms is None else self.ahead_ms
            within = bisect_right(self.segments, ahead_ms, key=lambda segment: segment[1])
            handed = min(handed, within + 1)
        characters, samples, _ = self.segments[handed - 1] if handed else (0, 0, 0)
        synthesis.text = self.text[:characters]
        synthesis.unbilled = len(self.begun) and len(self.begun) + 1
        synthesis.samples = min(samples, NEVER_NS if self.taken_from_ns else held_ms + LONG_CHUNK_MS)
        synthesis.complete = handed == len(self.segments)
        synthesis.closed_ns = now_ns
        requests = int(call is not None)
        output = call.output_tokens if call is not None else 0
        billed = max(0, characters - synthesis.unbilled)
        return DraftUsage(output_tokens=output, tts_characters=billed, requests=requests)


class CoreVendors:
    """Model and voice: what a draft will be, from the moment it is begun."""

    def __init__(
        self, reply: Replier, profile: Profile, seed: str, log: VendorLog, llm: FaultsAt, tts: FaultsAt
    ) -> None:
        self._reply, self._profile, self._log, self._llm, self._tts = reply, profile, log, llm, tts
        self._llm_random, self._tts_random = chance("llm", seed), chance("tts", seed)

    def draft(self, draft_id: int, messages: tuple[Message, ...], now_ns: int, begun: str = "") -> CoreDraft:
        """A reply of the model's, or what it goes on with."""
        model, log = self._profile.llm, self._log
        call_id = len(log.model_calls)
        text = self._reply(messages, call_id, self._llm_random, begun)
        call = ModelCall(call_id, now_ns, messages, text, begun=begun)
        if begun:
            unsaid = Unsaid(begun)
            text = (unsaid.push(text) + unsaid.finish()).lstrip()
        log.model_calls.append(call)
        if self._llm.find(call_id, Kind.EMPTY):
            text = ""
        fault = self._llm.find(call_id, Kind.STALL, Kind.ERROR)
        first_ns = now_ns + round(model.first_token_ms.draw(self._llm_random) * NS_PER_MS) + _stall_ns(fault)
        failed_ns = first_ns if fault is not None and fault.kind is Kind.ERROR else None
        return self._spoken(draft_id, call, text, now_ns, first_ns, failed_ns)

    def continuation(
        self, draft_id: int, messages: tuple[Message, ...], now_ns: int, opener: CoreDraft
    ) -> CoreDraft:
        """A reply that begins with another draft's first clause, which is spoken already."""
        characters, samples, handed_ns = opener.segments[0]
        begun = opener.text[:characters].rstrip()
        draft = self.draft(draft_id, messages, now_ns, begun)
        if draft.failed_ns is None and not draft.segments:
            draft.failed_ns = draft.done_ns  # the model did not go on
        later = [] if draft.failed_ns is not None else draft.segments
        behind = len(begun) + 1
        draft.segments = [
            (behind, samples, handed_ns),
            *((behind + end, samples + until, at_ns) for end, until, at_ns in later),
        ]
        draft.text, draft.begun, draft.marks = f"{begun} {draft.text}", begun, opener.marks
        assert draft.call is not None
        draft.synthesis.speaks = draft.call.call_id
        if not later:  # the clause alone is heard
            draft.text = begun
            place_words(draft, self._profile.tts.audio_ms_per_character)
        # Played without a gap: it begins so late that the rest is there when the clause is over.
        draft.ready_ns = max(now_ns, draft.ready_ns - samples * NS_PER_SAMPLE) if later else now_ns
        return draft

    def speech(self, draft_id: int, text: str, now_ns: int) -> CoreDraft:
        """A text that needs no model."""
        return self._spoken(draft_id, None, text, now_ns, now_ns, None)

    def _spoken(
        self,
        draft_id: int,
        call: ModelCall | None,
        text: str,
        now_ns: int,
        first_ns: int,
        failed_ns: int | None,
    ) -> CoreDraft:
        voice, log = self._profile.tts, self._log
        token_ns = round(NS_PER_S / self._profile.llm.tokens_per_s)
        synthesis = Synthesis(len(log.syntheses), first_ns, text)
        log.syntheses.append(synthesis)
        cut = [(text, 0)] if call is None and text else _segments(text)
        first_segment_ns = first_ns + (cut[0][1] * token_ns if cut else 0)
        fault = self._tts.find(synthesis.synthesis_id, Kind.STALL, Kind.ERROR, Kind.EMPTY)
        ready_ns = first_segment_ns + round(voice.first_byte_ms.draw(self._tts_random) * NS_PER_MS)
        ready_ns += _stall_ns(fault)
        if fault is not None and fault.kind is Kind.ERROR and failed_ns is None:
            failed_ns = first_segment_ns
        marks = DraftMarks(
            requested_ns=None if call is None else now_ns,
            first_token_ns=None if call is None else first_ns,
            first_segment_ns=None if call is None else first_segment_ns,
            voice_requested_ns=first_segment_ns,
            first_audio_ns=ready_ns,
        )
        tokens = text.count(" ") + 1 if text else 0
        draft = CoreDraft(draft_id, synthesis, call, text, tokens, token_ns, marks, ready_ns, failed_ns)
        if fault is None or fault.kind is not Kind.EMPTY:
            self._speak(draft, cut, first_ns)
        draft.done_ns = max(draft.done_ns, ready_ns)
        return draft

    def _speak(self, draft: CoreDraft, cut: list[tuple[str, int]], first_ns: int) -> None:
        """Place the segments in the audio, and in the time in which it is made."""
        ms, faster = self._profile.tts.audio_ms_per_character, self._profile.tts.faster_than_real_time
        characters = samples = 0
        made_ns = draft.ready_ns
        for index, (segment, token) in enumerate(cut):
            handed_ns = max(first_ns + token * draft.token_ns, made_ns if index else 0)
            characters += len(segment)
            samples += len(segment.strip()) * ms
            made_ns = max(made_ns, handed_ns) + round(len(segment.strip()) * ms * NS_PER_SAMPLE / faster)
            draft.segments.append((characters, samples, handed_ns))
        draft.done_ns = made_ns


def place_words(draft: CoreDraft, ms: int) -> None:
    """Place a draft's words in its audio: only of what is heard anybody asks."""
    if draft.synthesis.words:
        return
    begin = 0
    start = 0
    for characters, _, _ in draft.segments:
        segment = draft.text[start:characters]
        spoken = segment.strip()
        at = 0
        for word in spoken.split(" "):
            draft.synthesis.words.append(PlacedWord(word, begin + at * ms, begin + (at + len(word)) * ms))
            at += len(word) + 1
        begin += len(spoken) * ms
        start = characters


def _stall_ns(fault: Fault | None) -> int:
    return fault.ms * NS_PER_MS if fault is not None and fault.kind is Kind.STALL else 0


def _segments(text: str) -> list[tuple[str, int]]:
    """Segments, and with which token each is whole. Only of the first the exact token matters."""
    tokens = text.split(" ")
    begun = Segmenter().push(" ".join(tokens[:FINE_TOKENS]))
    first = begun[0] if begun else text
    at_once = first[-1:] in ",.?!" and not first[-2:-1].isdigit()  # else the next token tells
    token = first.count(" ") + (not at_once)
    found = [(first, min(token, len(tokens) - 1))] if text else []
    for segment in _SENTENCES.findall(text[len(first) :]):
        token += segment.count(" ")
        found.append((segment, min(token, len(tokens))))
    return found
