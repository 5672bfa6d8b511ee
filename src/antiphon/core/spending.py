"""What drafts have cost and brought in this call, and whether one more is worth its price."""

from __future__ import annotations

from dataclasses import replace

from antiphon.core.budget import Budget, Experience, Prices, Signs, worth_it
from antiphon.core.events import DraftUsage
from antiphon.core.forecast import USUAL_PACE, Pace
from antiphon.core.history import History
from antiphon.core.speculation import Speculation
from antiphon.core.tokens import total_tokens

_USUAL_OUTPUT_TOKENS = 40  # two or three spoken sentences
_USUAL_CHARACTERS = 160
_CLAUSE_CHARACTERS = 28  # of a first clause: all that the voice is given before a commit
_MS_PER_CHARACTER = 60
_VAIN_AT_FIRST, _VAIN_FOR_A_GOOD_ONE, _LATE = 0.5, 2.0, 0.5  # when openings are given up in a call


class Spending:
    """One call's account of drafts, and what it teaches.

    Attributes:
        pace: How fast the caller speaks, and how fast replies come.
        experience: How often drafts of each kind were used, and what replies cost.
    """

    def __init__(self, settings: Speculation, prices: Prices, history: History) -> None:
        """Open an account.

        Args:
            settings: How much may be spent, and how much speech is made before a commit.
            prices: What vendors bill.
            history: What models are shown.
        """
        self.pace: Pace = USUAL_PACE
        self.experience = Experience()
        self._budget = Budget(settings.spend, prices)
        self._history = history
        self._ahead_characters = settings.held_audio_ms // _MS_PER_CHARACTER
        self._replies: set[int] = set()
        self._good = self._in_vain = 0.0  # first clauses that might be said, and others
        self._priced: tuple[int, Experience] | None = None  # for what the prices below were found
        self._reply_usd = self._whole_usd = self._clause_usd = 0.0

    def allows(self) -> bool:
        """Whether a draft for all that was said so far may be begun.

        Mostly it will be the reply, and cost nothing: it may unless what was spent is beyond the limit by
        the price of a reply. Early drafts make up for it.
        """
        self._find_prices()
        return self._budget.allows(-self._reply_usd, self._reply_usd)

    def opens(self) -> bool:
        """Whether replies of this agent begin with what can be said ahead, as far as they have shown."""
        return self._in_vain <= _VAIN_AT_FIRST + _VAIN_FOR_A_GOOD_ONE * self._good

    def on_opening(self, *, good: bool | None) -> None:
        """A first clause was made ahead.

        Args:
            good: Whether it holds at least for the words that it was made for; ``None`` if it came too late.
        """
        if good:
            self._good += 1
        else:
            self._in_vain += _LATE if good is None else 1

    def is_worth(self, signs: Signs, saved_ms: float) -> bool:
        """Whether an early draft that saves so many milliseconds is worth its price, and may be paid for."""
        price_usd, reply_usd = self._price_usd(early=True), self._reply_usd
        chance = self.experience.chance(signs)
        lost_usd = (1 - chance) * price_usd
        return worth_it(chance, saved_ms, price_usd, reply_usd) and self._budget.allows(lost_usd, reply_usd)

    def begin(self, draft_id: int, *, early: bool) -> None:
        """A draft was begun."""
        self._budget.begin(draft_id, self._price_usd(early=early))

    def commit(self, draft_id: int) -> None:
        """It is the reply."""
        self._replies.add(draft_id)
        self._find_prices()
        self._budget.commit(draft_id, self._reply_usd)

    def take_back(self, draft_id: int) -> None:
        """It is not after all."""
        self._replies.discard(draft_id)
        self._budget.take_back(draft_id)

    def settle(self, draft_id: int, usage: DraftUsage) -> None:
        """A draft will cost no more than this."""
        self._budget.settle(draft_id, usage)
        if draft_id in self._replies:
            self._replies.discard(draft_id)
            if usage.input_tokens:
                self.experience = self.experience.after_reply(usage)

    def learn(self, signs: Signs, *, fits: bool) -> None:
        """It turned out whether a draft answers what was finally said, or opens its answer."""
        self.experience = self.experience.after_draft(signs, fits=fits)

    def on_ready(self, took_ns: int) -> None:
        """A draft's first audio came so long after its start."""
        self.pace = self.pace.after_draft(took_ns)

    def on_turn(self, words: int, voiced_ns: int) -> None:
        """A turn was over."""
        self.pace = self.pace.after_turn(words, voiced_ns)

    def _find_prices(self) -> None:
        """What a reply costs as the conversation stands, and a draft that is not used."""
        known = (self._history.version, self.experience)
        if known == self._priced:
            return
        self._priced = known
        read = total_tokens(self._history.request(None))
        usual = self.experience.reply(DraftUsage(read, read // 2, _USUAL_OUTPUT_TOKENS, _USUAL_CHARACTERS))
        ahead = min(usual.tts_characters, self._ahead_characters)
        cost = self._budget.prices.cost
        self._reply_usd = cost(usual)
        self._whole_usd = cost(replace(usual, tts_characters=ahead))
        self._clause_usd = cost(replace(usual, tts_characters=min(ahead, _CLAUSE_CHARACTERS)))

    def _price_usd(self, *, early: bool) -> float:
        self._find_prices()
        return self._clause_usd if early else self._whole_usd
