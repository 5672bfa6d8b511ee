"""Endpointing as a continuous wait: all evidence becomes log-odds that the turn is over, and these one wait.

While nothing is ready to be said, waiting costs nothing and protects against cutting in. Once something is,
each further millisecond must earn its risk (``core.stopping``). Either way the wait has a bound.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from antiphon.core.completeness import Completeness, model_for
from antiphon.core.endpointing import Endpointer, Endpointing, FixedSilence, Wait
from antiphon.core.evidence import Evidence
from antiphon.core.habits import Habits
from antiphon.core.prediction import model_of
from antiphon.core.stopping import CUT_IN_MS, SHORTEST_MS, Step, Terms, hull_steps, wait_ms
from antiphon.core.times import NS_PER_MS

# Set by hand, as no recogniser's or turn model's estimates are at hand to learn from.
_UNREAD_LOG_ODDS = 2.85  # where "balanced" is of two minds
_UNREAD_SOFTNESS = 3.0
_UNREAD_LONGEST = 1.25
_USUALLY_OVER = 0.8  # a turn has one end and a quarter of a hesitation
_TRUST = 0.7  # in an interim, where the recogniser gives no estimate of it
_SETTLE_NS = 120 * NS_PER_MS  # an interim must have stood for this long: recognisers send the next by then
_VENDOR_SURE = 4.0
_VENDOR_WEIGHT = 0.5  # what others estimate tells in part what the words tell already
_SOUND_WEIGHT = 0.7
_LEAST_PROBABILITY = 0.02
# Of sentences that go on, one in twelve pauses right here: a caller pauses in one turn of four, mostly where
# the words might end.
_NO_PAUSE_HERE = 2.5
_OFTEN = 0.5
_KNOWN_WEIGHT = 0.8  # what callers are known to say tells more than what sort of words they are


def endpointer_of(
    settings: Endpointing, language: str = "en", known_turns: tuple[str, ...] = ()
) -> Endpointer:
    """What decides the ends of a call's turns, as the settings have it.

    Args:
        settings: The agent's.
        language: The caller's, BCP 47.
        known_turns: What callers are known to say, whole turns.
    """
    if settings.silence_ms is not None:
        return FixedSilence(settings.silence_ms)
    return ContinuousWait(settings, language=language, known_turns=known_turns)


def longest_wait_ms(settings: Endpointing, language: str = "en") -> int:
    """No silence within a turn is longer, words and their final taken for known."""
    if settings.silence_ms is not None:
        return settings.silence_ms
    unread = model_for(language) is None
    return round(settings.longest_ms * _UNREAD_LONGEST) if unread else settings.longest_ms


def shortest_wait_ms(settings: Endpointing) -> int:
    """No turn of spoken words ends sooner after the voice, unless a recogniser that is sure says so."""
    if settings.silence_ms is not None:
        return settings.silence_ms
    return min(round(SHORTEST_MS[settings.preset]), settings.longest_ms)


class ContinuousWait:
    """One call's endpointer.

    Attributes:
        longest_ns: No wait is longer, whatever the evidence.
    """

    def __init__(
        self,
        settings: Endpointing | None = None,
        *,
        language: str = "en",
        known_turns: tuple[str, ...] = (),
    ) -> None:
        """Make an endpointer.

        Args:
            settings: How much a cut-in matters against a wait, and how long one may be.
            language: BCP 47. English is read; in others there are silence and the recogniser to go by.
            known_turns: What callers are known to say, whole turns: who has said one has finished.
        """
        settings = settings or Endpointing()
        preset, bound_ms = settings.preset, longest_wait_ms(settings, language)
        self._model = model_for(language)
        self._known_turns = model_of(known_turns)
        self.longest_ns = bound_ms * NS_PER_MS
        self._terms = Terms(CUT_IN_MS[preset], min(SHORTEST_MS[preset], bound_ms), bound_ms)
        self._unread_terms = replace(self._terms, softness=_UNREAD_SOFTNESS)
        self._habits: Habits | None = None
        self._steps: tuple[Step, ...] = ()
        self._read: tuple[str, bool] | None = None
        self._words: Completeness | None = None
        self._known: tuple[object, ...] | None = None
        self._wait = Wait(self.longest_ns, "")

    def wait(self, evidence: Evidence) -> Wait:
        """How long after the last voiced sample the turn is over, as far as is known now."""
        # While nothing but time passes, silence and stability grow alike and the wait stays as it is.
        changed_ns = 0 if evidence.is_final else evidence.silence_ns - evidence.stable_ns
        known = (
            evidence.transcript,
            changed_ns,
            evidence.is_final,
            evidence.reply_ready,
            evidence.drafting,
            evidence.answers,
            evidence.vendor_end_of_turn,
            evidence.stability,
            evidence.vendor_probability,
            evidence.sound_probability,
            evidence.habits,
        )
        if known != self._known:
            self._wait = self._decide(evidence, changed_ns)
            self._known = known
        return self._wait

    def _decide(self, evidence: Evidence, changed_ns: int) -> Wait:
        words = self._judge(evidence.transcript, answers=evidence.answers)
        ends = self._known_turns.ends(evidence.transcript)
        terms = self._terms if words is not None else self._unread_terms
        if evidence.habits is not self._habits:
            self._habits = evidence.habits
            self._steps = hull_steps(evidence.habits, self._terms)
        if evidence.drafting and not evidence.reply_ready:
            wait_ns = self.longest_ns
        else:
            log_odds = _log_odds(words, ends, evidence)
            wait_ns = round(wait_ms(log_odds, self._steps, terms)) * NS_PER_MS
            if not evidence.is_final:
                wait_ns = max(wait_ns, min(changed_ns + _SETTLE_NS, self.longest_ns))
        looks = _looks(words, ends)
        stable = "final" if evidence.is_final else f"stable {(wait_ns - changed_ns) // NS_PER_MS} ms"
        others = "".join(_other_reasons(evidence))
        return Wait(wait_ns, f"wait {wait_ns // NS_PER_MS} ms: {looks}, {stable}{others}")

    def _judge(self, transcript: str, *, answers: bool) -> Completeness | None:
        if self._model is None:
            return None
        read = (transcript, answers)
        if read != self._read:
            self._read = read
            self._words = self._model.judge(transcript, answers=answers)
        return self._words


def _log_odds(words: Completeness | None, ends: float | None, evidence: Evidence) -> float:
    """All evidence together: log-odds that the turn is over rather than paused.

    Args:
        words: What their kind tells, where they are read.
        ends: How likely a turn that is known to begin so ends here.
        evidence: The rest.
    """
    log_odds = _UNREAD_LOG_ODDS if words is None else words.log_odds
    if ends is not None:
        log_odds += _KNOWN_WEIGHT * (_logit(ends) + _NO_PAUSE_HERE - log_odds)
    if words is not None:
        log_odds += evidence.habits.expected_shortfall()
        if not evidence.is_final:  # the words may be others
            trust = _TRUST if evidence.stability is None else evidence.stability
            over = trust / (1 + math.exp(-log_odds)) + (1 - trust) * _USUALLY_OVER
            log_odds = math.log(over / (1 - over))
    if evidence.vendor_end_of_turn:
        log_odds += _VENDOR_SURE
    return (
        log_odds
        + _VENDOR_WEIGHT * _logit(evidence.vendor_probability)
        + _SOUND_WEIGHT * _logit(evidence.sound_probability)
    )


def _looks(words: Completeness | None, ends: float | None) -> str:
    """The words' part in the wait, for a person."""
    if ends is not None and ends >= _OFTEN:
        return "known turn"
    return words.looks if words is not None else "words not read"


def _logit(probability: float | None) -> float:
    """Log-odds of someone else's probability, within what one can know; 0 for none."""
    if probability is None:
        return 0.0
    within = min(max(probability, _LEAST_PROBABILITY), 1 - _LEAST_PROBABILITY)
    return math.log(within / (1 - within))


def _other_reasons(evidence: Evidence) -> Iterator[str]:
    if evidence.vendor_end_of_turn:
        yield ", the recogniser's end of turn"
    if evidence.vendor_probability is not None:
        yield f", the recogniser's estimate {evidence.vendor_probability:.0%}"
    if evidence.sound_probability is not None:
        yield f", the sound's {evidence.sound_probability:.0%}"
    if evidence.drafting and not evidence.reply_ready:
        yield ", nothing to say yet"
