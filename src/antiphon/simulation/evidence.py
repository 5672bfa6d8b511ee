"""What a simulated call shows, put together once: replies as heard, words as delivered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TypeAlias

from antiphon.core.backchannel import is_echo
from antiphon.core.messages import Message
from antiphon.core.notices import DraftCommitted, DraftStarted, ReplyOver, Trouble, WordsDismissed
from antiphon.core.overlap import ECHOED_SHARE
from antiphon.core.times import NS_PER_MS
from antiphon.simulation.call import APOLOGY, CallResult
from antiphon.simulation.caller import ONSET_MS
from antiphon.simulation.faults import Kind, Where
from antiphon.simulation.listener import UNKNOWN
from antiphon.simulation.scripted_tools import PROGRESS
from antiphon.simulation.signal import NS_PER_SAMPLE
from antiphon.simulation.vendor_log import Delivered, ModelCall, Synthesis, at_ns, tags_in
from antiphon.simulation.wholes import Wholes

Found: TypeAlias = Iterator[tuple[int, str]]  # breaches of an invariant: when in ns, what was seen

NEAR_NS = 2 * NS_PER_MS  # two samples: what rounding to whole ones may make of a time
NEVER_NS = 1 << 62
STALLED_NS = 1_000 * NS_PER_MS
_AT_A_LOSS = (APOLOGY, PROGRESS)  # said to a turn in words that are not the model's


@dataclass(slots=True)
class HeardReply:
    """A synthesis of which something was heard.

    Attributes:
        synthesis: As the voice's vendor made it.
        call: The model's call whose words it speaks; ``None`` for the application's words and the apology.
        begin_ns: Its first sound.
        end_ns: The end of its last.
        samples: How much of it was heard.
        seams: Where its loudness changed: each may lie between two samples, and hide a part of one.
        asked_user: The user message that the history has right before it, not answered by another reply.
    """

    synthesis: Synthesis
    call: ModelCall | None
    begin_ns: int
    end_ns: int = 0
    samples: int = 0
    seams: int = -1
    asked_user: str | None = None

    @property
    def complete(self) -> bool:
        """Whether all of it was heard."""
        return self.synthesis.complete and self.samples + self.seams >= self.synthesis.samples

    @property
    def text(self) -> str:
        """All that it was to say."""
        if self.call is None:
            return self.synthesis.text
        goes_on = f" {self.synthesis.text}" if self.call.tool_calls else ""  # what its model said after them
        begun = f"{self.call.begun} " if self.call.begun else ""
        return begun + self.call.text + goes_on

    @property
    def words(self) -> list[str]:
        """The words that were heard."""
        return self.synthesis.text.split() if self.complete else self.synthesis.spoken_in(self.samples)

    def may_be_told_by(self, text: str) -> bool:
        """Whether a text begins as what was heard does, though it may tell more of it, or less."""
        return all(told == heard for told, heard in zip(text.split(), self.words, strict=False))

    def may_be(self, text: str) -> bool:
        """Whether a text tells what was heard, but for a word at the cut."""
        told, heard = text.split(), self.words
        shorter, longer = sorted((told, heard), key=len)
        return longer[: len(shorter)] == shorter and len(longer) - len(shorter) <= (0 if self.complete else 1)


@dataclass(frozen=True, slots=True)
class Voice:
    """A stretch of the caller's voice, or of sound like one."""

    start_ns: int
    stop_ns: int
    utterance: int


@dataclass
class Evidence:
    """A call's result, ordered for those who check it."""

    result: CallResult
    replies: list[HeardReply] = field(init=False)  # in the order in which they fell silent
    told: list[tuple[Message | None, HeardReply | None]] = field(
        init=False
    )  # the history's, and what was heard
    order: list[int] = field(init=False)  # syntheses in the order of their stretches of sound

    def __post_init__(self) -> None:
        self._wholes, found = Wholes(self.result.log, self._went_on_with), {}
        self.order = []
        for heard in self.result.heard:
            if heard.synthesis_id == UNKNOWN:
                continue
            synthesis, call = self._wholes.of(heard.synthesis_id, heard.start_ns)
            known_as = synthesis.synthesis_id
            if not self.order or self.order[-1] != known_as:
                self.order.append(known_as)
            if known_as not in found:
                found[known_as] = HeardReply(synthesis, call, heard.start_ns)
            reply = found[known_as]
            reply.end_ns = heard.stop_ns
            reply.seams += 1
            # Rounded: a stretch may be cut between two samples.
            reply.samples += round((heard.stop_ns - heard.start_ns) / NS_PER_SAMPLE)
        self.replies = sorted(found.values(), key=lambda reply: reply.end_ns)
        self.told = []
        self._match_history()

    @property
    def whole_syntheses(self) -> list[Synthesis]:
        """All of them, those that are parts of one reply put together."""
        return self._wholes.all()

    def seam(self, reply: HeardReply) -> tuple[int, int] | None:
        """Of a reply that was opened, when its first clause was over and when the rest began, in ns."""
        if reply.call is None or not reply.call.begun:
            return None
        parts = self._wholes.seam(reply.synthesis)
        if parts is None:  # one synthesis has both
            characters = len(reply.call.begun.strip())
            ms = characters * self.result.settings.world.profile.tts.audio_ms_per_character
            over_ns = reply.begin_ns + ms * NS_PER_MS
            return (over_ns, over_ns) if reply.samples > ms else None
        first = [heard for heard in self.result.heard if heard.synthesis_id == parts[0]]
        rest = [heard for heard in self.result.heard if heard.synthesis_id in parts[1]]
        return (first[-1].stop_ns, rest[0].start_ns) if first and rest else None

    def _match_history(self) -> None:
        """Pair each message of the agent's with the reply it tells of; a reply barely heard may have none."""
        unpaired, open_user = list(self.replies), None
        asides, told = self._asides(), 0
        for message in self.result.history:
            if message.role == "user":
                if asides and asides[0][0] < told and asides[0][1] == message.content:
                    del asides[0]
                else:
                    open_user = message.content
                continue
            if message.role == "tool" or message.tool_calls:
                continue
            told += 1
            count = _barely_heard_before(unpaired, message.content)
            passed, reply = unpaired[:count], unpaired[count] if count < len(unpaired) else None
            unpaired = unpaired[count + 1 :]
            self.told += [*((None, barely) for barely in passed), (message, reply)]
            answer = _answer_to(open_user, [reply, *passed])
            if answer is not None:
                answer.asked_user, open_user = open_user, None
        self.told += [(None, reply) for reply in unpaired]

    def _asides(self) -> list[tuple[int, str]]:
        """Words over a reply that were no turn: how many replies were over by then, and the words."""
        asides, over = [], 0
        for notice in self.result.notices:
            if isinstance(notice, ReplyOver):
                over += bool(notice.text)
            elif isinstance(notice, WordsDismissed):
                asides.append((over, notice.text))
        return asides

    # --- the caller -----------------------------------------------------------------------------------

    @cached_property
    def voices(self) -> list[Voice]:
        """Where the caller's voice sounded, in order."""
        return [
            Voice(at_ns(start), at_ns(stop), number)
            for number, said in enumerate(self.result.said)
            for start, stop in said.stretches
        ]

    def voice_before(self, now_ns: int, noticed_ms: int = ONSET_MS + 10) -> Voice | None:
        """The last stretch of voice that had gone on for long enough to be noticed before a time."""
        found = None
        for voice in self.voices:
            if voice.start_ns + noticed_ms * NS_PER_MS > now_ns:
                break
            if voice.stop_ns - voice.start_ns >= (ONSET_MS + 10) * NS_PER_MS:
                found = voice
        return found

    @cached_property
    def guarded_until_ns(self) -> int:
        """Until when the agent's own voice may come back through the caller's microphone."""
        first_ns = min((reply.begin_ns for reply in self.replies), default=0)
        return first_ns + self.result.settings.interruption.echo_guard_ms * NS_PER_MS

    def may_be_echo(self, said: Delivered) -> bool:
        """Whether words may be the agent's own, come back: those of a reply heard in the guarded time."""
        # A reply that stalls is in hand, though silent, until its words come back.
        over = (one for one in self.replies if one.begin_ns < said.at_ns < one.end_ns + STALLED_NS)
        guarded = said.at_ns <= self.guarded_until_ns
        return guarded and any(is_echo(said.text, reply.text, ECHOED_SHARE) for reply in over)

    def app_times(self, kind: Kind) -> list[int]:
        """When the application did something of a kind."""
        return [action.at_ns for action in self.result.app if action.kind is kind]

    @cached_property
    def stt_hit(self) -> frozenset[int]:
        """Utterances in which something went wrong with the recogniser, and those after it."""
        hit = {fault.nth for fault in self.result.script.faults if fault.where is Where.STT}
        return frozenset(number + after for number in hit for after in (0, 1, 2))

    @property
    def over_ns(self) -> int:
        """When the session ceased to take anything in."""
        return next(iter(self.app_times(Kind.CLOSE)), self.result.ended_ns)

    # --- the words ------------------------------------------------------------------------------------

    @cached_property
    def finals(self) -> list[Delivered]:
        """The finals the session took, repeats left out, in the order of their audio."""
        kept: list[Delivered] = []
        for final in self.result.log.finals:
            if not any(one.start_ns <= final.start_ns and final.end_ns <= one.end_ns for one in kept):
                kept.append(final)
        return sorted(kept, key=lambda final: final.start_ns)

    @cached_property
    def final_at(self) -> dict[int, int]:
        """When each of the caller's words was first taken as final."""
        at: dict[int, int] = {}
        for final in sorted(self.finals, key=lambda final: final.at_ns):
            for word in range(*final.words):
                at.setdefault(word, final.at_ns)
        return at

    # --- the session's account ------------------------------------------------------------------------

    @cached_property
    def committed(self) -> dict[tuple[int, str], int]:
        """When the draft of a model's call was first committed, by the call's time and transcript."""
        begun = {
            notice.draft_id: (notice.at_ns, notice.transcript)
            for notice in self.result.notices
            if isinstance(notice, DraftStarted)
        }
        committed: dict[tuple[int, str], int] = {}
        for notice in self.result.notices:
            if isinstance(notice, DraftCommitted) and notice.draft_id in begun:
                committed.setdefault(begun[notice.draft_id], notice.at_ns)
        return committed

    def _went_on_with(self, call_id: int, heard_ns: int) -> list[ModelCall]:
        """The model's calls, of one reply, that went on from another call's first clause heard at a time."""
        continuing = [call for call in self.result.log.model_calls if call_id in tags_in(call.begun)]
        times = [at_ns for call in continuing if (at_ns := self.committed_ns(call)) <= heard_ns]
        return [call for call in continuing if times and self.committed_ns(call) == max(times)]

    def committed_ns(self, call: ModelCall) -> int:
        """When the draft of a model's call was first committed; ``NEVER_NS`` if it was not."""
        # One that is shown what a tool told another draft looks as if it went on from that one.
        begun = {call.begun_ns, call.at_ns}
        return min(self.committed.get((at_ns, call.answers), NEVER_NS) for at_ns in begun)

    @cached_property
    def troubles(self) -> list[int]:
        """When something was reported to have gone wrong."""
        return [notice.at_ns for notice in self.result.notices if isinstance(notice, Trouble)]


def _barely_heard_before(replies: list[HeardReply], text: str) -> int:
    """How many replies of a word at most come before the one that a text tells of."""
    near = next((index for index, reply in enumerate(replies) if reply.words[1:]), len(replies) - 1) + 1
    exact = (index for index, reply in enumerate(replies[:near]) if reply.words == text.split())
    alike = (index for index, reply in enumerate(replies[:near]) if reply.may_be(text))
    told = (index for index, reply in enumerate(replies[:near]) if reply.words and reply.may_be_told_by(text))
    return next(chain(exact, alike, told), 0)


def _answer_to(words: str | None, replies: list[HeardReply | None]) -> HeardReply | None:
    """Which of some replies answers words: one that was asked just that, else the first if it may."""
    asked = (one for one in replies if one is not None and one.call is not None and one.call.answers == words)
    first = replies[0]
    answers = first is not None and (first.call is not None or first.synthesis.text.startswith(_AT_A_LOSS))
    return next(asked, first if answers else None)
