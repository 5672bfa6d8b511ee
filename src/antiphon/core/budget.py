"""Is a draft worth its price? And how much may still be spent in this call?

A draft is begun when the milliseconds it is expected to save, by how likely it is to be used, are worth what
it costs as a share of a whole reply's price. How likely it is to be used is learned as calls go on, from what
is known when drafts are begun.

What streaming without drafts would have cost is what the replies themselves cost. What is spent on drafts
that did not become one is extra, and the extra is limited: to ``spend - 1`` times the former.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from antiphon.core.checks import check_range
from antiphon.core.events import DraftUsage

WORTH_MS: Final = 400.0
"""So many milliseconds less to wait are worth the price of a whole reply."""

_CREDIT: Final = 0.5  # of a reply's price, at most, may be spent on a turn before it is answered
_REMEMBERED: Final = 256  # drafts of a call whose account may still change; a turn has a handful
_RATE: Final = 0.05  # how fast the chances of use are learned, and forgotten
_SURE: Final = 4.0  # log-odds beyond which nobody can be surer
_USUAL_REPLIES: Final = 2.0  # how many replies weigh as much as what is usual
_KEPT: Final = 0.9  # of what was learned, at each reply


@dataclass(frozen=True, slots=True)
class Prices:
    """What vendors bill, in US dollars; in another currency if all of them are.

    Attributes:
        input_per_million_tokens: For what the model reads.
        cached_input_per_million_tokens: For what it has read before.
        output_per_million_tokens: For what it writes.
        tts_per_million_characters: For what the voice is given to speak.
    """

    input_per_million_tokens: float = 0.40
    cached_input_per_million_tokens: float = 0.10
    output_per_million_tokens: float = 1.60
    tts_per_million_characters: float = 15.0

    def __post_init__(self) -> None:
        for name in self.__slots__:
            check_range(f"prices.{name}", getattr(self, name), 0, 1e6)

    def cost(self, usage: DraftUsage) -> float:
        """What a usage costs."""
        fresh = usage.input_tokens - usage.cached_input_tokens
        return (
            fresh * self.input_per_million_tokens
            + usage.cached_input_tokens * self.cached_input_per_million_tokens
            + usage.output_tokens * self.output_per_million_tokens
            + usage.tts_characters * self.tts_per_million_characters
        ) / 1e6


class Basis(StrEnum):
    """What a draft rests on."""

    FINAL = "final"  # words that are final, before the turn is known to be over
    INTERIM = "interim"  # words that may still change
    PREDICTED = "predicted"  # words, and how they are expected to go on
    ANSWER = "answer"  # an answer to the agent's question that was not begun yet
    OPENING = "opening"  # words that go on: its first clause may hold whatever follows


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a draft's chance when it may be begun.

    Attributes:
        basis: What it would rest on.
        probability: The predictor's estimate that exactly these words will be said; ``None`` where the
            words are there.
        completeness: Log-odds that a turn of these words is over (``core.completeness``); 0 where not read.
        silence_ms: Since the last voiced sample; 0 while the voice goes on.
        words: How many there are in the transcript so far.
        stability: The recogniser's own estimate, in [0, 1], that an interim will stand.
    """

    basis: Basis
    probability: float | None = None
    completeness: float = 0.0
    silence_ms: float = 0.0
    words: int = 0
    stability: float | None = None

    def features(self) -> tuple[float, ...]:
        """As numbers of like size; the first is always 1."""
        return (
            1.0,
            _log_odds(self.probability) if self.probability is not None else 0.0,
            min(max(self.completeness, -_SURE), _SURE),
            min(self.silence_ms, 1_000.0) / 1_000.0,
            min(self.words, 10) / 10.0,
            _log_odds(self.stability) if self.stability is not None else 0.0,
        )


# What is usual, one weight for each feature: a final at a pause answers in three of four cases, and an
# interim that holds all words nearly as often; a prediction's own estimate is taken as it stands.
_USUAL_WEIGHTS: Mapping[Basis, tuple[float, ...]] = {
    Basis.FINAL: (0.9, 0.0, 0.3, 0.8, 0.0, 0.0),
    Basis.INTERIM: (-0.6, 0.0, 0.3, 1.5, 0.0, 0.2),
    Basis.PREDICTED: (0.0, 1.0, 0.0, 0.0, 0.0, 0.0),
    Basis.ANSWER: (0.0, 1.0, 0.0, 0.0, 0.0, 0.0),
    Basis.OPENING: (0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
}


@dataclass(frozen=True, slots=True)
class Experience:
    """What was learned of drafts; enters a call, and leaves it changed.

    Attributes:
        weights: A logistic regression for each basis: the log-odds of use are the sum of its weights times
            the features of ``Signs``.
        replies: How many replies were paid for, faded as they get old.
        usage: What these used in all, faded likewise: tokens read, of these cached, written; characters.
    """

    weights: Mapping[Basis, tuple[float, ...]] = field(
        default_factory=lambda: MappingProxyType(dict(_USUAL_WEIGHTS))
    )
    replies: float = 0.0
    usage: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)

    def chance(self, signs: Signs) -> float:
        """How likely a draft is to be used."""
        weights = self.weights[signs.basis]
        return _logistic(sum(weight * sign for weight, sign in zip(weights, signs.features(), strict=True)))

    def after_draft(self, signs: Signs, *, fits: bool) -> Experience:
        """What is known after it turned out whether a draft answers what was finally said.

        One step of stochastic gradient descent on the logarithm of what was thought of that outcome, of
        constant size, so that what was learned long ago counts for less.
        """
        features = signs.features()
        step = _RATE * (fits - self.chance(signs))
        weights = tuple(
            weight + step * sign for weight, sign in zip(self.weights[signs.basis], features, strict=True)
        )
        return replace(self, weights=MappingProxyType({**self.weights, signs.basis: weights}))

    def after_reply(self, usage: DraftUsage) -> Experience:
        """What is known after a reply has been paid for."""
        new = (usage.input_tokens, usage.cached_input_tokens, usage.output_tokens, usage.tts_characters)
        read, cached, written, spoken = (old * _KEPT + one for old, one in zip(self.usage, new, strict=True))
        return replace(self, replies=self.replies * _KEPT + 1, usage=(read, cached, written, spoken))

    def reply(self, usual: DraftUsage) -> DraftUsage:
        """What a reply is expected to use, given what is usual."""
        known = (usual.input_tokens, usual.cached_input_tokens, usual.output_tokens, usual.tts_characters)
        replies = self.replies + _USUAL_REPLIES
        read, cached, written, spoken = (
            round((learned + _USUAL_REPLIES * one) / replies)
            for learned, one in zip(self.usage, known, strict=True)
        )
        return DraftUsage(read, cached, written, spoken, requests=1)


@dataclass(slots=True)
class _Entry:
    """What a draft costs, and whether it is the reply."""

    usd: float
    is_reply: bool = False


class Budget:
    """One call's account of replies and drafts.

    Attributes:
        replies_usd: What the replies cost: what would have been spent without drafts.
        extra_usd: What the other drafts cost, those begun and not yet used among them.
    """

    def __init__(self, spend: float, prices: Prices) -> None:
        """Open an account.

        Args:
            spend: How much may be spent, against streaming without drafts.
            prices: What vendors bill.
        """
        self.prices = prices
        self.replies_usd = self.extra_usd = 0.0
        self._share = spend - 1
        self._entries: dict[int, _Entry] = {}

    def allows(self, price_usd: float, reply_usd: float) -> bool:
        """Whether a draft may be paid for.

        Of the turn in hand, which will be answered, a part of the reply's price is counted as spent
        already; so a call that breaks off is never overdrawn by more than the price of one draft.

        Args:
            price_usd: What it will cost if it is not used.
            reply_usd: What a reply is expected to cost.
        """
        credit = min(self._share, _CREDIT) * reply_usd
        return self.extra_usd + price_usd <= self._share * self.replies_usd + credit

    def begin(self, draft_id: int, price_usd: float) -> None:
        """A draft was begun."""
        self._entries[draft_id] = _Entry(price_usd)
        self.extra_usd += price_usd
        if len(self._entries) > _REMEMBERED:
            del self._entries[next(iter(self._entries))]

    def commit(self, draft_id: int, reply_usd: float) -> None:
        """A draft is the reply: until it is known what it cost, it is expected to be as dear as usual."""
        entry = self._entries.get(draft_id)
        if entry is not None and not entry.is_reply:
            self.extra_usd -= entry.usd
            entry.usd, entry.is_reply = max(entry.usd, reply_usd), True
            self.replies_usd += entry.usd

    def take_back(self, draft_id: int) -> None:
        """It is not after all."""
        entry = self._entries.get(draft_id)
        if entry is not None and entry.is_reply:
            entry.is_reply = False
            self.replies_usd -= entry.usd
            self.extra_usd += entry.usd

    def settle(self, draft_id: int, usage: DraftUsage) -> None:
        """A draft will cost no more than this."""
        entry = self._entries.get(draft_id)
        if entry is None:
            return
        usd = self.prices.cost(usage)
        if entry.is_reply:
            self.replies_usd += usd - entry.usd
        else:
            self.extra_usd += usd - entry.usd
        entry.usd = usd


def worth_it(chance: float, saved_ms: float, price_usd: float, reply_usd: float) -> bool:
    """Whether what a draft is expected to save is worth its price.

    Args:
        chance: How likely it is to be used.
        saved_ms: How much sooner the reply is heard then.
        price_usd: What it costs if it is not used.
        reply_usd: What a reply costs.
    """
    return chance * saved_ms * reply_usd >= WORTH_MS * price_usd


def _log_odds(probability: float) -> float:
    least = _logistic(-_SURE)
    within = min(max(probability, least), 1 - least)
    return math.log(within / (1 - within))


def _logistic(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))
