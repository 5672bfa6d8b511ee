"""When to draft, which drafts to keep, which one answers.

A draft is worth its price where its transcript will turn out to be what was finally said. While the
caller's voice goes on, it hardly ever is: the newest word is often misheard and more follow. So by default
a draft is begun at the first transcript, interim or final, that holds every word spoken when the caller
falls silent, and when the recogniser itself expects the end of the turn. Drafting for each changed interim,
or for each that has not changed for a while, can be asked for: the one costs several requests a turn, the
other one for every long word.

Drafts are kept in a pool. The final takes the best match, an older draft too; a transcript that changes
back finds its draft again. What goes first when the pool is full is the draft least like the newest
transcript.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import cast

from rapidfuzz.distance import Levenshtein

from antiphon.core.budget import Signs
from antiphon.core.checks import as_choice, check_range
from antiphon.core.judge import Judge, JudgeSettings, Measure, Verdict
from antiphon.core.language.tokens import tokenise
from antiphon.core.opening import OpeningJudge, reads_openings
from antiphon.core.preparation import Preparation
from antiphon.core.tools import ToolDialogue
from antiphon.errors import ConfigError

SHORTEST_OPENING_MS = 600  # a shorter one would be over long before the rest can follow


class Strategy(StrEnum):
    """What a draft made before the end of the turn may be used for."""

    USE_IF_SIMILAR = "use-if-similar"  # the reply, if it answers what was finally said
    ALWAYS_USE = "always-use"  # the reply, whatever was finally said
    DISCARD = "discard"  # nothing: each reply is made from the final, so none is drafted before it


class Trigger(StrEnum):
    """What may start a draft."""

    INTERIM = "interim"  # an interim changed by more than ``min_change``
    STABLE = "stable"  # an interim has not changed for ``stable_ms``
    PAUSE = "pause"  # the caller fell silent, and an interim holds all that was said
    EAGER = "eager-end-of-turn"  # the recogniser expects the end of the turn
    FINAL = "final"  # a final came before the end of the turn was decided


class Ahead(StrEnum):
    """Whether something is begun before the caller's last words."""

    AUTO = "auto"  # where it is worth its price
    OFF = "off"


DEFAULT_TRIGGERS = (Trigger.PAUSE, Trigger.EAGER, Trigger.FINAL)


@dataclass(frozen=True, slots=True)
class Speculation:
    """How replies are drafted ahead.

    Attributes:
        strategy: What a draft may be used for.
        measure: How two transcripts are compared.
        threshold: Similarity in [0, 1] from which they count as the same.
        guard: Whether meaning-bearing words that differ reject a draft whatever the measure says.
        triggers: What may start a draft.
        min_change: Share of the transcript, in [0, 1], that must have changed since the newest draft for
            an interim to be drafted for.
        min_words: Words an interim needs before it is drafted for.
        max_drafts: Drafts kept at a time.
        stable_ms: An interim unchanged for this long is stable.
        held_audio_ms: Audio synthesised ahead of a commit, at most.
        similarity_timeout_ms: How long an Embedder's answer is waited for with ``measure="semantic"``.
        openings: Whether replies are begun for their first clause while the caller is still talking; it is
            heard if it holds for what was finally said, and the rest is made from that. Only with
            ``use-if-similar``.
        predictions: Whether replies are drafted for what callers are known to say before they have said it
            all. Only with ``use-if-similar``.
        spend: How much may be spent, against the same call without drafts: by early drafts no more, in all at
            most by the price of a reply more.
    """

    strategy: Strategy = Strategy.USE_IF_SIMILAR
    measure: Measure = Measure.CONTENT
    threshold: float = 0.8
    guard: bool = True
    triggers: tuple[Trigger, ...] = DEFAULT_TRIGGERS
    min_change: float = 0.2
    min_words: int = 2
    max_drafts: int = 3
    stable_ms: int = 500
    held_audio_ms: int = 2_000
    similarity_timeout_ms: int = 50
    openings: Ahead = Ahead.AUTO
    predictions: Ahead = Ahead.AUTO
    spend: float = 1.3

    def __post_init__(self) -> None:
        object.__setattr__(self, "strategy", as_choice("speculation.strategy", self.strategy, Strategy))
        object.__setattr__(self, "measure", as_choice("speculation.measure", self.measure, Measure))
        if isinstance(cast("object", self.triggers), str) or not isinstance(self.triggers, Iterable):
            raise ConfigError(f"speculation.triggers = {self.triggers!r}: expected a list of triggers")
        triggers = tuple(as_choice("speculation.triggers", trigger, Trigger) for trigger in self.triggers)
        object.__setattr__(self, "triggers", triggers)
        for name in ("openings", "predictions"):
            object.__setattr__(self, name, as_choice(f"speculation.{name}", getattr(self, name), Ahead))
        check_range("speculation.spend", self.spend, 1, 100)
        check_range("speculation.threshold", self.threshold, 0, 1)
        check_range("speculation.min_change", self.min_change, 0, 1)
        check_range("speculation.min_words", self.min_words, 1, 100)
        check_range("speculation.max_drafts", self.max_drafts, 1, 16)
        check_range("speculation.stable_ms", self.stable_ms, 0, 10_000)
        check_range("speculation.held_audio_ms", self.held_audio_ms, 100, 60_000)
        check_range("speculation.similarity_timeout_ms", self.similarity_timeout_ms, 0, 5_000)

    def judge(self, language: str = "en") -> Judge:
        """The judge that these settings ask for."""
        return Judge(
            JudgeSettings(measure=self.measure, threshold=self.threshold, guard=self.guard, language=language)
        )

    def opening_judge(self, language: str = "en") -> OpeningJudge | None:
        """The judge of first clauses; ``None`` where none is to be said before the rest is known."""
        wanted = self.openings is Ahead.AUTO and self.strategy is Strategy.USE_IF_SIMILAR
        return OpeningJudge(language) if wanted and reads_openings(language) else None


@dataclass(frozen=True, slots=True)
class Opening:
    """A reply's first clause, whose audio is held.

    Attributes:
        text: As it is written.
        made_for: The transcript that it was made for.
        audio_ms: How long it sounds.
    """

    text: str
    made_for: str
    audio_ms: float


@dataclass(slots=True)
class Draft:
    """A reply in the making, as the core sees it."""

    draft_id: int
    transcript: str  # what it answers
    started_ns: int
    speculative: bool  # begun before the end of the turn was decided
    ready: bool = False  # its first audio is there
    finished: bool = False
    history_version: int | None = None  # of the history that its model was shown
    outdated: bool = False  # what it hangs on has changed since
    preparation: Preparation | None = None  # what was added to its request; None: not known yet
    dialogue: ToolDialogue = field(default_factory=ToolDialogue)  # with its model
    early: bool = False  # begun while the caller's voice went on
    predicted: bool = False  # for words of which the last were only expected
    signs: Signs | None = None  # what was known of its chance
    opening: Opening | None = None  # its first clause, once that is there
    begun: Opening | None = None  # another draft's, which it goes on from: it is its own first clause now


class DraftPool:
    """The drafts of the turn in hand."""

    def __init__(self, settings: Speculation, judge: Judge, openings: OpeningJudge | None = None) -> None:
        """An empty pool.

        Args:
            settings: How replies are drafted ahead.
            judge: Compares transcripts.
            openings: Judges first clauses; ``None`` where none is said before the rest is known.
        """
        self._settings = settings
        self._judge = judge
        self._openings = openings
        self._opens: dict[tuple[str, str, str], bool] = {}
        self.hangs_on_tools = False  # a reply may: its first clause says no more than that it was heard
        self._drafts: dict[int, Draft] = {}
        self._similarity: dict[tuple[str, str], float | None] = {}  # None: asked, not answered

    def __len__(self) -> int:
        return len(self._drafts)

    def __iter__(self) -> Iterator[Draft]:
        return iter(tuple(self._drafts.values()))

    def get(self, draft_id: int) -> Draft | None:
        """A draft by its id."""
        return self._drafts.get(draft_id)

    def add(self, draft: Draft) -> None:
        """Keep a draft."""
        self._drafts[draft.draft_id] = draft

    def remove(self, draft_id: int) -> Draft | None:
        """Forget a draft."""
        return self._drafts.pop(draft_id, None)

    def clear(self) -> list[Draft]:
        """Forget all drafts, and what was asked about them; answer those forgotten."""
        gone = list(self._drafts.values())
        self._drafts.clear()
        self._similarity.clear()
        self._opens.clear()
        return gone

    def wants(self, transcript: str, trigger: Trigger) -> bool:
        """Whether a draft for this transcript is worth its price."""
        settings = self._settings
        if settings.strategy is Strategy.DISCARD or trigger not in settings.triggers or not transcript:
            return False
        if trigger is not Trigger.FINAL and transcript.count(" ") + 1 < settings.min_words:
            return False
        newest = self.newest()
        if newest is None:
            return True
        if trigger is Trigger.INTERIM or settings.strategy is Strategy.ALWAYS_USE:
            changed = Levenshtein.normalized_distance(newest.transcript, transcript)
            if changed <= settings.min_change:
                return False
        return self.best(transcript) is None or settings.strategy is Strategy.ALWAYS_USE

    def newest(self) -> Draft | None:
        """The draft begun last."""
        return next(reversed(self._drafts.values()), None)

    def best(self, transcript: str) -> tuple[Draft, Verdict] | None:
        """The draft that answers a transcript, by the strategy; the likeliest of several."""
        if self._settings.strategy is Strategy.DISCARD:
            return None
        if self._settings.strategy is Strategy.ALWAYS_USE:
            newest = self.newest()
            return (
                None
                if newest is None
                else (newest, Verdict(reuse=True, score=1.0, reason="always-use: the newest draft"))
            )
        found: tuple[Draft, Verdict] | None = None
        for draft in self._drafts.values():
            verdict = self._compare(draft.transcript, transcript)
            if draft.begun is not None and not self.holds(draft.begun, transcript):
                continue
            if verdict.reuse and (found is None or _rank(draft, verdict) >= _rank(*found)):
                found = (draft, verdict)
        return found

    def opener(self, transcript: str) -> Draft | None:
        """The draft whose first clause may begin the reply to a transcript; of several the newest."""
        for draft in reversed(self._drafts.values()):
            opening = draft.opening
            long_enough = opening is not None and opening.audio_ms >= SHORTEST_OPENING_MS
            if opening is not None and long_enough and not draft.outdated and self.holds(opening, transcript):
                return draft
        return None

    @property
    def opens(self) -> bool:
        """Whether first clauses may be said before the rest is known."""
        return self._openings is not None

    def opening_comes(self, transcript: str) -> bool:
        """Whether a first clause that may begin the reply to these words is there, or in the making."""
        return any(
            (draft.early and not draft.predicted)
            if draft.opening is None
            else self.holds(draft.opening, transcript)
            for draft in self._drafts.values()
        )

    def holds(self, opening: Opening, transcript: str) -> bool:
        """Whether a first clause holds for a transcript."""
        if self._openings is None:
            return False
        key = (opening.text, opening.made_for, transcript)
        if key not in self._opens:
            self._opens[key] = self._openings.check(*key, only_receipts=self.hangs_on_tools).holds
        return self._opens[key]

    def surplus(self, transcript: str) -> list[Draft]:
        """Drafts to let go so that one more has room: those least like the newest transcript."""
        excess = len(self._drafts) - self._settings.max_drafts + 1
        if excess <= 0:
            return []
        likest_last = sorted(
            self._drafts.values(),
            key=lambda draft: (self._compare(draft.transcript, transcript).score, draft.draft_id),
        )
        return likest_last[:excess]

    def overtaken(self, transcript: str) -> list[Draft]:
        """Unfinished drafts that have lost: the caller has gone on, and it changes the meaning."""
        length = len(transcript)
        return [
            draft
            for draft in self._drafts.values()
            if (
                self._went_elsewhere(draft, transcript) if draft.predicted else length > len(draft.transcript)
            )
            and not draft.finished
            and not self._compare(draft.transcript, transcript).reuse
            and not self._may_open(draft, transcript)
        ]

    def _may_open(self, draft: Draft, transcript: str) -> bool:
        """Whether a draft is kept for its first clause, which is there and holds or is to come."""
        if draft.opening is not None:
            return self.holds(draft.opening, transcript)
        return draft.early and not draft.predicted and self._openings is not None

    @staticmethod
    def _went_elsewhere(draft: Draft, transcript: str) -> bool:
        """Whether the words so far, the newest apart, are not those that were expected."""
        said = tokenise(transcript)[:-1]
        return said != tokenise(draft.transcript)[: len(said)]

    # --- an Embedder's opinion ------------------------------------------------------------------------

    def questions(self, transcript: str) -> list[tuple[str, str]]:
        """Pairs an Embedder should compare and has not been asked about; they now count as asked."""
        if self._settings.measure is not Measure.SEMANTIC:
            return []
        pairs = []
        for draft in self._drafts.values():
            pair = (draft.transcript, transcript)
            if pair not in self._similarity and self._judge.needs_similarity(*pair):
                self._similarity[pair] = None
                pairs.append(pair)
        return pairs

    def answer(self, pair: tuple[str, str], similarity: float) -> None:
        """Take an Embedder's answer."""
        if pair in self._similarity:
            self._similarity[pair] = similarity

    def unanswered(self, transcript: str) -> bool:
        """Whether an answer that matters for this transcript is still out."""
        return any(
            similarity is None and pair[1] == transcript for pair, similarity in self._similarity.items()
        )

    def _compare(self, interim: str, final: str) -> Verdict:
        return self._judge.compare(interim, final, similarity=self._similarity.get((interim, final)))


def _rank(draft: Draft, verdict: Verdict) -> tuple[float, bool, int]:
    """Likest first; of equals one that can be heard, then the newest."""
    return (verdict.score, draft.ready, draft.draft_id)
