"""A transcript made ready to compare: no fillers, no politeness, one spelling where there are several."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from antiphon.core.language.numbers import NumberReader, split_written
from antiphon.core.language.pack import LanguagePack
from antiphon.core.language.phrases import Phrases, without_repeats
from antiphon.core.language.tokens import tokenise

_DIGIT = re.compile(r"\d")
_WORDS_KEPT = 8_192  # forms remembered; a speaker's vocabulary is smaller


class Transcript(NamedTuple):
    """A transcript in the forms it is compared in.

    Attributes:
        said: Its words as they stand: lower case, without punctuation.
        words: Those that carry the meaning, in one spelling.
        key: The same with homophones as one. Equal keys mean the same.
        gerund: Index in ``words`` of a gerund that stands for a request ("would you mind setting"), or -1.
        cases: The marks of the articles left out, where articles show who does what to whom.
        plain: Whether it is all letters and spaces, so that there is one way to read it.
    """

    said: tuple[str, ...]
    words: tuple[str, ...]
    key: tuple[str, ...]
    gerund: int = -1
    cases: tuple[str, ...] = ()
    plain: bool = False


class Normaliser:
    """Makes transcripts of one language ready to compare.

    Args:
        pack: The language.
        contractions: Whether contractions are written out. If not, only their apostrophes go: "we're" and
            "were" are then one word, which they can be only if nothing else differs.
    """

    def __init__(self, pack: LanguagePack, *, contractions: bool = True) -> None:
        self.pack = pack
        self._contractions = contractions
        self._rules = [(part, re.compile(pattern), new) for part, pattern, new in pack.spelling_rules]
        self._forms = lru_cache(_WORDS_KEPT)(self._forms_of)
        self._words = lru_cache(_WORDS_KEPT)(self._words_of)
        self._numbers = None if pack.numbers is None else NumberReader(pack.numbers)
        self._homophones = {self._spelled(word): self._spelled(one) for word, one in pack.homophones.items()}
        self._anywhere = Phrases(pack.anywhere)
        self._openers = Phrases((*pack.openers, *pack.requests), without=pack.articles, gerund=pack.gerund)
        self._requests = Phrases(pack.requests, without=pack.articles, gerund=pack.gerund)
        self._closers = Phrases(pack.closers, without=pack.articles)
        self._asks = self._requests.all
        self._left_out = self._anywhere.heads | self._openers.heads | self._closers.tails | pack.hesitations
        denying = (short for short, words in pack.expansions.items() if not pack.negations.isdisjoint(words))
        self._denials = pack.negations | {short.replace("'", "") for short in denying}
        self._edges = self._openers.heads | self._requests.heads
        fillers = "|".join(re.escape(filler) for filler in sorted(pack.set_off))
        self._set_off = re.compile(rf"(?:^|,)\s*(?:{fillers})\s*(?=,|[.?!…]*\s*$)", re.IGNORECASE)
        self._bigram_tails = frozenset(second for _, second in pack.bigrams)
        starters = frozenset() if self._numbers is None else self._numbers.starters
        self._noticed = self._bigram_tails | pack.hesitations | self._anywhere.heads | starters

    def without_set_off(self, text: str) -> str:
        """A text without fillers that stand between commas, where its writer heard them as fillers."""
        return self._set_off.sub("", text) if self.pack.set_off else text

    def prepare(self, text: str) -> Transcript:
        """The forms that a transcript is compared in."""
        pack = self.pack
        written = text.lower().split()
        plain = "".join(written).isalpha()
        words = [*chain.from_iterable(map(self._forms, written))]
        digits = not plain and _DIGIT.search(text) is not None
        if digits or not self._noticed.isdisjoint(words):
            words = self._rewritten(words, digits=digits)
        if len(set(words)) < len(words) and pack.language:
            words = without_repeats(words, self._denials)
        cases: tuple[str, ...] = ()
        if not pack.articles.isdisjoint(words):
            if pack.article_cases:
                cases = tuple(pack.article_cases[word] for word in words if word in pack.article_cases)
            words = self._without_articles(words)
        gerund = -1
        if words and not (self._edges.isdisjoint(words[:2]) and words[-1] not in self._closers.tails):
            inner, gerund = self._without_edges(words)
            words = inner or words
        said = written if plain and text.isascii() else [*chain.from_iterable(map(self._words, written))]
        words = words or said  # politeness alone is what was said
        key = tuple(map(self._homophones.get, words, words))
        return Transcript(tuple(said), tuple(words), key, gerund, cases, plain)

    def _rewritten(self, words: list[str], *, digits: bool) -> list[str]:
        """The words without hesitations, fillers and courtesies, numbers in digits."""
        if not self._bigram_tails.isdisjoint(words):
            words = self._with_bigrams(words)
        if not self.pack.hesitations.isdisjoint(words):
            words = self._without_hesitations(words)
        if not self._anywhere.heads.isdisjoint(words):
            words = self._without_phrases(words)
        if self._numbers is not None and (digits or not self._numbers.starters.isdisjoint(words)):
            words = self._numbers.rewrite(words)
        return words

    def repeated(self, text: str) -> tuple[str, ...]:
        """The words of a clause, with what stands around a request left in."""
        words = [*chain.from_iterable(map(self._forms, text.lower().split()))]
        words = self._rewritten(words, digits=True)
        if words and words[-1] in self.pack.articles:  # cut off before its noun
            words = words[:-1]
        return tuple(self._without_articles(words))

    def sounds_alike(self, one: str, other: str) -> bool:
        """Whether two words are the same to the ear."""
        return self._homophones.get(one, one) == self._homophones.get(other, other)

    # --- single words ---------------------------------------------------------------------------------

    def _words_of(self, written: str) -> tuple[str, ...]:
        """The words in what stands between two spaces."""
        return tuple(tokenise(written, fold_accents=self.pack.fold_accents))

    def _forms_of(self, written: str) -> tuple[str, ...]:
        """The words that are meant by what stands between two spaces: contractions in full, one spelling."""
        return tuple(chain.from_iterable(map(self._word_forms, self._words(written))))

    def _word_forms(self, word: str) -> tuple[str, ...]:
        pack = self.pack
        if not self._contractions:
            bare = word.replace("'", "")
            return (word if bare != word and bare in self._left_out else self._spelled(bare),)
        if (expansion := pack.expansions.get(word)) is not None:
            return expansion
        if word[0].isdecimal():
            return (word,) if pack.numbers is None else split_written(word, pack.numbers)
        if "." in word:  # initials
            return self._word_forms(word.replace(".", ""))
        head, apostrophe, rest = word.partition("'")
        if apostrophe and head in pack.elisions:
            return (pack.elisions[head], *self._word_forms(rest))
        return (self._spelled(word),)

    def _spelled(self, word: str) -> str:
        """The spelling that stands for all spellings of a word."""
        word = self.pack.spelling.get(word, word)
        for part, pattern, replacement in self._rules:
            if part in word:
                word = pattern.sub(replacement, word)
        return word

    def _with_bigrams(self, words: list[str]) -> list[str]:
        bigrams = self.pack.bigrams
        joined: list[str] = []
        position = 0
        while position < len(words):
            pair = bigrams.get((words[position], words[position + 1])) if position + 1 < len(words) else None
            joined.extend(pair or (words[position],))
            position += 2 if pair else 1
        return joined

    # --- what is left out -----------------------------------------------------------------------------

    def _without_hesitations(self, words: list[str]) -> list[str]:
        dropped = self.pack.hesitations
        return [
            word
            for position, word in enumerate(words)
            if word not in dropped or (position and words[position - 1].isdecimal() and self._is_unit(word))
        ]

    def _is_unit(self, word: str) -> bool:
        return self.pack.numbers is not None and word in self.pack.numbers.units

    def _without_phrases(self, words: list[str]) -> list[str]:
        kept: list[str] = []
        heads, position = self._anywhere.heads, 0
        while position < len(words):
            word = words[position]
            phrase = self._anywhere.at(words, position) if word in heads else None
            if phrase is None:
                kept.append(word)
                position += 1
            else:
                position += len(phrase.words)
        return kept

    def _without_articles(self, words: list[str]) -> list[str]:
        articles, ambiguous = self.pack.articles, self.pack.ambiguous_articles
        if not ambiguous.isdisjoint(words):
            doubtful = [at for at, word in enumerate(words) if word in ambiguous]
            kept = {at for at in doubtful if not self._is_article(words, at)}
            if kept:
                return [word for at, word in enumerate(words) if at in kept or word not in articles]
        return [word for word in words if word not in articles]

    def _is_article(self, words: list[str], position: int) -> bool:
        """Whether an ambiguous article is one: a noun can follow, and nothing is spelled here."""
        pack = self.pack
        if position + 1 == len(words) or (position and words[position - 1] in pack.no_article_after):
            return False
        after = words[position + 1]
        spelled = len(after) == 1 and after.isalpha() and after not in pack.ambiguous_articles
        return not spelled and after not in pack.closed_class

    def _without_edges(self, words: list[str]) -> tuple[list[str], int]:
        """Drop openers and closers; answer the rest, and where a gerund stands for a request (or -1)."""
        gerund = -1
        openers, requests, closers = self._openers, self._requests, self._closers
        while words:
            named = 0
            phrase = openers.at(words, 0)
            if phrase is None and len(words) > 1 and words[0] not in self.pack.functions:
                named, phrase = 1, requests.at(words, 1)
            if phrase is None:
                break
            gerund = named if phrase.before_gerund else gerund
            words = words[:named] + words[named + len(phrase.words) :]
            if phrase.words in self._asks:  # what follows a request is no filler any more
                openers = requests
        while words and words[-1] in closers.tails and (phrase := closers.ending(words)) is not None:
            words = words[: -len(phrase.words)]
        return words, gerund
