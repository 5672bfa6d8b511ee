"""What the judge knows of one language, as data: no rule of any language lives in code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

EDGE = ""
"""Stands for the start or the end of an utterance in a `Phrase`'s conditions."""

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that may be left out without a change of meaning, and where.

    Attributes:
        words: The words, as they stand after contractions were expanded.
        only_after: When not empty, the word before must be one of these (`EDGE`: the start).
        not_after: The word before may not be one of these.
        only_before: When not empty, the word after must be one of these (`EDGE`: the end).
        not_before: The word after may not be one of these.
        not_near: None of the three words before may be one of these.
        unless: None of these may stand anywhere in the utterance.
        before_gerund: The word after must end in the pack's gerund ending ("would you mind setting");
            it then counts as equal to its base form ("set").
    """

    words: tuple[str, ...]
    only_after: frozenset[str] = NOTHING
    not_after: frozenset[str] = NOTHING
    only_before: frozenset[str] = NOTHING
    not_before: frozenset[str] = NOTHING
    not_near: frozenset[str] = NOTHING
    unless: frozenset[str] = NOTHING
    before_gerund: bool = False


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A spoken time of day: a pattern of words around an hour, and what it adds to that hour.

    Attributes:
        pattern: Literal words, "H" for the hour, "M" for minutes.
        minutes: Minutes added to the hour, may be negative; with "M" the sign that M counts with.
    """

    pattern: tuple[str, ...]
    minutes: int


@dataclass(frozen=True, slots=True)
class NumberWords:
    """How a language says numbers, times and amounts.

    Attributes:
        values: Number words below 2,000 and their value; round ones combine by the usual grammar.
        inside: Words that are numbers only inside others, being articles elsewhere ("vingt et un").
        hundred: Words that multiply what stands before them by 100.
        scales: Words that multiply what stands before them by 1,000 and more.
        ordinals: Ordinal words and their value.
        ordinal_suffixes: What follows digits in a written ordinal ("2nd").
        zero_letters: Words that are a zero only between digits ("oh").
        one_articles: Articles that count as 1 before `hundred` and `scales` ("a hundred").
        joins_after_hundred: Whether `joiner` may stand after hundreds ("one hundred and five").
        joins_after_tens: Whether `joiner` may stand after tens ("treinta y dos").
        joiner: The word that may stand inside a number, or "".
        rooms: Values that take larger numbers after them than usual, and the limit (French "soixante-dix").
        point: Words for the decimal mark.
        decimal_mark: The decimal mark as written, "." or ",".
        months: Month names, short ones too, to the long one; a day beside them may be ordinal or cardinal.
        month_links: Words that may stand between a day and its month.
        meridiem: Words for the halves of the day.
        oclock: Words that make an hour of the number before them.
        clock_rules: Other spoken times.
        clock_pairs: Whether two numbers side by side are a time or a year ("seven thirty").
        half: The word in "two and a half".
        currencies: A currency's sign, and its singular and plural words.
        cents: Words for the hundredth part ("five dollars and fifty cents").
        units: Short forms of units that count only after a number, and their words, singular and plural.
    """

    values: Mapping[str, int] = field(default_factory=dict)
    inside: Mapping[str, int] = field(default_factory=dict)
    hundred: frozenset[str] = NOTHING
    scales: Mapping[str, int] = field(default_factory=dict)
    ordinals: Mapping[str, int] = field(default_factory=dict)
    ordinal_suffixes: frozenset[str] = NOTHING
    zero_letters: frozenset[str] = NOTHING
    one_articles: frozenset[str] = NOTHING
    joins_after_hundred: bool = False
    joins_after_tens: bool = False
    joiner: str = ""
    rooms: Mapping[int, int] = field(default_factory=dict)
    point: frozenset[str] = NOTHING
    decimal_mark: str = "."
    months: Mapping[str, str] = field(default_factory=dict)
    month_links: frozenset[str] = NOTHING
    meridiem: frozenset[str] = NOTHING
    oclock: frozenset[str] = NOTHING
    clock_rules: tuple[ClockRule, ...] = ()
    clock_pairs: bool = False
    half: str = ""
    currencies: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    cents: frozenset[str] = NOTHING
    units: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpeningWords:
    """What an agent says first, and what in a caller's words takes it back.

    Attributes:
        receipts: Phrases that say no more than "I heard you"; an opening may begin with several.
        frames: What a repeated request may be put in ("you would like …"); they need something behind them.
        tails: Phrases that may end an opening and say nothing.
        for_caller: Tails that say whom it is for ("for you"); true unless the final names somebody else.
        agreements: Phrases that agree to do what is asked.
        polarities: Phrases that answer yes or no, or apologise: true or false only with the whole question.
        corrections: Phrases that replace what was said before them, wherever they stand.
        second_thoughts: Words that may replace or limit what was said, if they are new.
        withdrawals: Phrases after which nothing is wanted any more.
        swaps: A word of the agent's, and the caller's words for the same person ("your": "my").
        added: Words that the agent may add when repeating a request ("your").
        passed_over: Words of the caller's that the agent leaves out when repeating a request.
        helpers: Verbs that make a yes-or-no question of a sentence they begin.
        amounts: Words that change a number before them ("two to three", "two dozen").
        follows: Words of content that may follow a noun phrase without being part of it ("again").
        days: The same, of days: two of them side by side are a correction.
    """

    receipts: tuple[tuple[str, ...], ...] = ()
    frames: tuple[tuple[str, ...], ...] = ()
    tails: tuple[tuple[str, ...], ...] = ()
    for_caller: tuple[tuple[str, ...], ...] = ()
    agreements: tuple[tuple[str, ...], ...] = ()
    polarities: tuple[tuple[str, ...], ...] = ()
    corrections: tuple[tuple[str, ...], ...] = ()
    second_thoughts: frozenset[str] = NOTHING
    withdrawals: tuple[tuple[str, ...], ...] = ()
    swaps: Mapping[str, frozenset[str]] = field(default_factory=dict)
    added: frozenset[str] = NOTHING
    passed_over: frozenset[str] = NOTHING
    helpers: frozenset[str] = NOTHING
    amounts: frozenset[str] = NOTHING
    follows: frozenset[str] = NOTHING
    days: frozenset[str] = NOTHING


@dataclass(frozen=True, slots=True)
class ListeningWords:
    """What a listener says to show that he listens, as phrases between commas.

    Attributes:
        only: Those that say no more than that.
        answers: Those that are an answer where something was asked.
    """

    only: str = ""
    answers: str = ""


@dataclass(frozen=True, slots=True)
class LanguagePack:
    """One language. The default knows nothing: words are compared as they stand.

    Attributes:
        language: Its primary BCP 47 subtag.
        fold_accents: Whether accents are decoration in this language ("café").
        expansions: Contractions and abbreviations, and the words they stand for.
        elisions: What may stand before an apostrophe, and the word it is short for (French "l'").
        spelling: Spellings, and the one that stands for all of them.
        spelling_rules: Regular spelling differences: letters the word must hold, a pattern, its replacement.
        bigrams: Two words that are one, or are read together, and what they become.
        homophones: Words that sound alike, and the one that stands for all of them.
        sounds_like: Words that sound like several others together ("your": "you are").
        hesitations: Sounds that say nothing, left out wherever they stand.
        articles: Left out wherever they stand before a noun.
        ambiguous_articles: Articles that can be a letter ("vitamin a") or a pronoun ("mach das aus") instead.
        closed_class: Words that begin no noun phrase; an ambiguous article before them is none.
        no_article_after: Words after which an ambiguous article is none.
        article_cases: Articles that also show who does what to whom, and a mark for it (German).
        set_off: Words that are fillers between commas, whatever they are elsewhere.
        anywhere: Phrases left out wherever their conditions hold.
        openers: Phrases left out at the start.
        requests: Openers that may also follow a name that is called ("Anna, could you …").
        closers: Phrases left out at the end.
        gerund: Ending of the gerund that `Phrase.before_gerund` speaks of.
        negations: Words that deny. Named in reasons, never left out, never part of a compound.
        pronouns: Words that stand for persons. Likewise.
        opposites: Pairs of opposites, to name them in reasons.
        functions: Words with little content of their own; they weigh less in the content score.
        compounds: Compounds that may be split although a part is a pronoun or a single letter.
        split_possessive: Whether "'s" after a noun can also be "is" ("the light's on").
        numbers: How numbers are said.
        opening: What replies begin with; ``None`` if that is not known of the language.
        listening: What a caller says to show that he listens.
    """

    language: str = ""
    fold_accents: bool = False
    expansions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    elisions: Mapping[str, str] = field(default_factory=dict)
    spelling: Mapping[str, str] = field(default_factory=dict)
    spelling_rules: tuple[tuple[str, str, str], ...] = ()
    bigrams: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    homophones: Mapping[str, str] = field(default_factory=dict)
    sounds_like: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hesitations: frozenset[str] = NOTHING
    articles: frozenset[str] = NOTHING
    ambiguous_articles: frozenset[str] = NOTHING
    closed_class: frozenset[str] = NOTHING
    no_article_after: frozenset[str] = NOTHING
    article_cases: Mapping[str, str] = field(default_factory=dict)
    set_off: frozenset[str] = NOTHING
    anywhere: tuple[Phrase, ...] = ()
    openers: tuple[Phrase, ...] = ()
    requests: tuple[Phrase, ...] = ()
    closers: tuple[Phrase, ...] = ()
    gerund: str = ""
    negations: frozenset[str] = NOTHING
    pronouns: frozenset[str] = NOTHING
    opposites: frozenset[frozenset[str]] = frozenset()
    functions: frozenset[str] = NOTHING
    compounds: frozenset[str] = NOTHING
    split_possessive: bool = False
    numbers: NumberWords | None = None
    opening: OpeningWords | None = None
    listening: ListeningWords = ListeningWords()
