"""Drafts begun while the caller's voice goes on: for words that are expected, and for a first clause.

A reply takes longer to its first sound than a caller needs for the last words, and these are known only a
while after they were spoken. What is to be heard at the end of the turn must be begun before: a draft for
the words that a caller who began like this is known to end with (``prediction``), or one for the words so
far, of which the first clause may hold whatever follows (``opening``). Either is begun where the time that
it is expected to save is worth its price, and the budget allows it (``spending``).
"""

from __future__ import annotations

from itertools import takewhile
from typing import Final

from antiphon.core.budget import Basis, Signs
from antiphon.core.drafting import Drafting
from antiphon.core.language.tokens import tokenise
from antiphon.core.opening import function_words
from antiphon.core.prediction import MISHEARD, ContinuationModel, model_of
from antiphon.core.speculation import Ahead, Speculation, Strategy
from antiphon.core.turn import Turn

FEWEST_WORDS: Final = 4  # that are sure, or fewer if two of them have a meaning of their own
FEWEST_CONTENT_WORDS: Final = 2
_MOST_PREDICTED: Final = 2  # continuations looked at
_LEAST_PROBABILITY: Final = 0.1
_WORDS_TO_COME: Final = 3  # behind words for which an opening is made; a guess, as nothing tells


class Early:
    """Begins drafts before the last words.

    Args:
        drafting: The call's drafts.
        settings: How replies are drafted ahead.
        known_turns: What callers are known to say, whole turns.
        language: The caller's, BCP 47.
    """

    def __init__(
        self, drafting: Drafting, settings: Speculation, known_turns: tuple[str, ...], language: str
    ) -> None:
        self._drafting = drafting
        self._spending = drafting.spending
        self._functions = function_words(language)
        self._before: tuple[int, list[str]] = (0, [])  # the words of the interim before, and of which turn
        predicts = settings.strategy is Strategy.USE_IF_SIMILAR and settings.predictions is Ahead.AUTO
        self._model = model_of(known_turns) if predicts else None

    def consider(self, turn: Turn) -> None:
        """The caller goes on, and more words are known: begin what is worth its price."""
        # A draft for an agent with tools may ask for some: more requests than a guess is worth.
        if self._model and not self._drafting.pool.hangs_on_tools:
            self._predict(turn, self._model)
        if self._drafting.pool.opens:
            self._open(turn)

    def _predict(self, turn: Turn, model: ContinuationModel) -> None:
        pool, said = self._drafting.pool, tokenise(turn.transcript.text)
        for way in model.complete(
            turn.transcript.text,
            most=_MOST_PREDICTED,
            least_probability=_LEAST_PROBABILITY,
            misheard=MISHEARD,
        ):
            expected = " ".join((*said[: way.kept], *way.words))
            if not expected or pool.best(expected) is not None:
                continue
            signs = Signs(Basis.PREDICTED, probability=way.probability, words=len(said))
            if self._spending.is_worth(signs, self._spending.pace.saved_ms(len(way.words))):
                self._drafting.start_early(turn, expected, signs)

    def _open(self, turn: Turn) -> None:
        pool, text = self._drafting.pool, turn.transcript.text
        sure = self._sure(turn)
        content = sum(word.casefold() not in self._functions for word in sure)
        enough = content >= FEWEST_CONTENT_WORDS or len(sure) >= FEWEST_WORDS
        if not enough or not self._spending.opens() or pool.opening_comes(text):
            return
        signs = Signs(Basis.OPENING, words=len(sure))
        if self._spending.is_worth(signs, self._spending.pace.saved_ms(_WORDS_TO_COME)):
            self._drafting.start_early(turn, " ".join(sure), signs)

    def _sure(self, turn: Turn) -> list[str]:
        """The words that stood like this in the interim before: a newest one is often misheard."""
        words = turn.transcript.text.split()
        (turn_id, before), self._before = self._before, (turn.turn_id, words)
        if turn.transcript.is_final or turn_id != turn.turn_id:
            return words if turn.transcript.is_final else []
        pairs = zip(words, before, strict=False)
        return [word for word, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)]
