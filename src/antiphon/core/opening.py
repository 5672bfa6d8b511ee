"""Which first clause of a reply is safe to say before the last words are known?

An opening ("Sure, a table for two") was made for an interim. It holds for the final when it says nothing but
acknowledgement and what the final holds, in the final's own order, and when the final does not deny, correct
or redirect it. What answers yes or no holds only if nothing of the question has changed. When in doubt: no.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from antiphon.core.language import Clause, Mismatch, matcher_for, take_apart
from antiphon.core.language.align import is_gerund_of
from antiphon.core.language.clause import find
from antiphon.core.language.pack import OpeningWords

_MOST_CHARACTERS = 1_000  # an opening is a clause, and what it is compared with a turn
_COMMON_WORDS = 2  # with fewer in common, the final is another request


@dataclass(frozen=True, slots=True)
class OpeningVerdict:
    """Whether an opening may be said.

    Attributes:
        holds: Whether it is true of the final, whatever the rest of the reply will be.
        reason: Why, in a short sentence.
    """

    holds: bool
    reason: str


def check_opening(opening: str, interim: str, final: str, language: str = "en") -> OpeningVerdict:
    """Judge whether the first clause of a draft may begin the reply to the final.

    Args:
        opening: The clause.
        interim: The transcript that the draft was made for.
        final: What was finally said.
        language: What is spoken, as a BCP 47 tag. In a language unknown, an opening holds only for a final
            that is the interim.
    """
    return OpeningJudge(language).check(opening, interim, final)


def reads_openings(language: str) -> bool:
    """Whether anything is known of how replies begin in a language (BCP 47)."""
    return matcher_for(language).pack.opening is not None


def function_words(language: str) -> Set[str]:
    """Words without a meaning of their own in a language (BCP 47), as far as they are known."""
    return matcher_for(language).pack.functions


@dataclass(frozen=True, slots=True)
class _Turn:
    """What a draft was made for and what was finally said, as far as they agree."""

    interim: tuple[str, ...]
    final: tuple[str, ...]
    parted: Mismatch | None
    heard: int  # words of the interim, without an article that still lacked its noun

    @property
    def goes_on(self) -> bool:
        """Whether the final holds the whole interim ("at 6" is part of "at 6 pm", whose hour is "6:00")."""
        if self.parted is None or self.parted.left >= self.heard:
            return True
        rest, here = self.interim[self.parted.left : self.heard], self.parted.right
        return len(rest) == 1 and self.final[here : here + 1] == (f"{rest[0]}:00",)

    @property
    def common(self) -> int:
        """How many words of the final an opening made for the interim may speak of."""
        return len(self.final) if self.goes_on or self.parted is None else self.parted.right


class OpeningJudge:
    """Judges openings in one language; see `check_opening`.

    Args:
        language: What is spoken, as a BCP 47 tag.
    """

    def __init__(self, language: str = "en") -> None:
        self._matcher = matcher_for(language)
        self._pack = self._matcher.pack

    def check(self, opening: str, interim: str, final: str, *, only_receipts: bool = False) -> OpeningVerdict:
        """Judge whether an opening made for an interim may begin the reply to the final.

        Args:
            opening: The clause.
            interim: What it was made for.
            final: What was said.
            only_receipts: Whether it may say no more than that something was heard ("let me check"): what
                comes of it hangs on a tool.
        """
        objections = self._objections(opening, interim, final, only_receipts=only_receipts)
        objection = next(objections, None)
        return OpeningVerdict(objection is None, objection or "says nothing but what the final holds")

    def _objections(self, opening: str, interim: str, final: str, *, only_receipts: bool) -> Iterator[str]:
        """What speaks against an opening, the plainest reason first."""
        if max(len(opening), len(interim), len(final)) > _MOST_CHARACTERS:
            yield "too long to be judged"
        left, right, mismatch = self._matcher.compare(interim, final)
        said = self._matcher.repeated(opening)
        if not said or not left.said or not right.said:
            yield "there are no words to judge"
        elif self._pack.opening is not None:
            heard = len(left.words) - (left.words[-1] in self._pack.articles)
            turn = _Turn(left.words, right.words, mismatch, heard)
            clause = take_apart(said, self._pack.opening, turn.interim)
            if only_receipts and (clause.agrees or clause.answers or clause.says):
                yield "says more than that it was heard, and a tool may tell otherwise"
            yield from self._against(self._pack.opening, said, clause, turn)
        elif mismatch is not None:
            yield "no openings are known in this language"

    def _against(
        self, words: OpeningWords, said: tuple[str, ...], clause: Clause, turn: _Turn
    ) -> Iterator[str]:
        """What speaks against an opening in a language whose openings are known."""
        for word in said:
            if word in turn.interim and word not in turn.final and f"{word}:00" not in turn.final:
                yield f'the final no longer says "{word}"'
        if turn.parted is not None:
            yield from self._against_acknowledging(words, clause, turn, turn.parted)
        if clause.says:
            yield from self._against_saying(words, clause, turn)

    # --- acknowledging --------------------------------------------------------------------------------

    def _against_acknowledging(
        self, words: OpeningWords, clause: Clause, turn: _Turn, parted: Mismatch
    ) -> Iterator[str]:
        """What speaks against any acknowledgement, now that the final is not the interim."""
        if clause.answers:
            yield "yes or no can't be said before the whole question is known"
        yield from _new_phrases(words.withdrawals, turn, "the final withdraws it")
        if not clause.agrees and not clause.says:
            return
        yield from _new_phrases(words.corrections, turn, "the final corrects itself")
        for word in dict.fromkeys((*turn.final, *turn.interim)):
            now, before = turn.final.count(word), turn.interim.count(word)
            if now > before and word in words.second_thoughts:
                yield f'the final has second thoughts: "{word}"'
            if now != before and word in self._pack.negations:
                yield f'the final denies something else: "{word}"'
        if not clause.agrees:
            return
        if turn.final[0] in words.helpers:
            yield "agrees, but the final asks whether"
        if parted.left < min(_COMMON_WORDS, turn.heard):
            yield "agrees to something else than the final asks for"

    # --- saying something -----------------------------------------------------------------------------

    def _against_saying(self, words: OpeningWords, clause: Clause, turn: _Turn) -> Iterator[str]:
        """What speaks against the words that an opening repeats."""
        final = turn.final
        for preposition, caller in words.for_caller:
            others = self._pack.pronouns - words.swaps.get(caller, frozenset())
            if clause.tail[:2] == (preposition, caller) and any(
                one == preposition and other in others for one, other in pairwise(final)
            ):
                yield "the final says that it is for somebody else"
        objection = f'the final does not say "{" ".join(clause.says)}"'
        for start in range(turn.common):
            end = self._match(words, clause.says, final, start)
            if not 0 < end <= turn.common:
                continue
            repeated = " ".join(final[start:end])
            if any(word in self._pack.negations and word not in clause.says for word in final[:start]):
                objection = f'the final denies "{repeated}"'
            elif any(find(phrase, final[end:]) >= 0 for phrase in words.corrections):
                objection = f'the final corrects "{repeated}"'
            elif end < len(final) and self._changes(words, turn, start, end):
                objection = f'the final goes on from "{final[end - 1]}" to "{final[end]}"'
            else:
                return
        yield objection

    def _match(self, words: OpeningWords, says: Sequence[str], final: Sequence[str], start: int) -> int:
        """Where the opening's words end that are the final's from a word on; 0 if they are not."""
        end = start
        for index, word in enumerate(says):
            while index and end < len(final) and final[end] in words.passed_over:
                if self._agree(words, word, final[end]):
                    break
                end += 1
            if end < len(final) and self._agree(words, word, final[end]):
                end += 1
            elif word not in words.added or index + 1 == len(says) or self._is_owned(final, end):
                return 0
        return end

    def _is_owned(self, final: Sequence[str], position: int) -> bool:
        """Whether a pronoun stands here or before: "his alarm" is not "your alarm"."""
        return any(word in self._pack.pronouns for word in final[max(position - 1, 0) : position + 1])

    def _agree(self, words: OpeningWords, said: str, heard: str) -> bool:
        """Whether the agent's word repeats the caller's: "your" for "my", "setting" for "set"."""
        if said in words.swaps:
            return heard in words.swaps[said]
        if self._matcher.sounds_alike(said, heard) or heard == f"{said}:00":
            return True
        gerund = self._pack.gerund
        return bool(gerund) and said.endswith(gerund) and is_gerund_of(said, heard)

    def _changes(self, words: OpeningWords, turn: _Turn, start: int, end: int) -> bool:
        """Whether the word behind them may change what they mean: "a coffee" / "a coffee machine"."""
        last, following = turn.final[end - 1], turn.final[end]
        if last[0].isdigit():
            return following[0].isdigit() or following in words.amounts
        if following in self._pack.functions:
            said_again = following in turn.final[max(start, end - 3) : end]  # "on friday, on saturday"
            return said_again and following not in self._pack.pronouns | words.helpers
        if following in words.follows | words.days:
            return last in words.days and following in words.days
        unknown_then = turn.goes_on and turn.parted is not None and end == turn.parted.right
        return unknown_then and end > 1 and last not in self._pack.functions


def _new_phrases(phrases: Sequence[tuple[str, ...]], turn: _Turn, what: str) -> Iterator[str]:
    """Objections for the phrases that stand in the final and did not in the interim."""
    for phrase in phrases:
        if find(phrase, turn.final) >= 0 > find(phrase, turn.interim):
            yield f'{what}: "{" ".join(phrase)}"'
