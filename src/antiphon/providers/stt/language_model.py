"""A recogniser's model of one handbook: which words there are, how they sound, what follows what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from antiphon.providers.stt.ngrams import NGramModel
from antiphon.providers.stt.pronunciation import Lexicon, pronounce
from antiphon.providers.stt.training import training_sentences


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """What the recogniser reads.

    Attributes:
        arpa: The n-grams, as the text of an ARPA file.
        pronunciations: Each way to say each of their words, phones separated by spaces.
        guessed: Words whose pronunciation is a guess.
        left_out: Words that have none, as they are not written in a-z.
    """

    arpa: str
    pronunciations: Mapping[str, list[str]]
    guessed: tuple[str, ...]
    left_out: tuple[str, ...]


def build_language_model(
    handbook: str, phrases: Iterable[str], lexicon: Lexicon, frequency: Callable[[str], float]
) -> LanguageModel:
    """The language model of a handbook.

    Args:
        handbook: Markdown.
        phrases: What all callers say; see ``training_sentences``.
        lexicon: The pronouncing dictionary.
        frequency: P(word) in general English, above 0: what is known of a word before any handbook.
    """
    sentences = list(training_sentences(handbook, phrases))
    words = {word for _, sentence in sentences for word in sentence}
    pronunciations, guessed = pronounce(sorted(words), lexicon)
    spoken = [
        (weight, [word for word in sentence if word in pronunciations]) for weight, sentence in sentences
    ]
    model = NGramModel(spoken, {word: frequency(word) for word in pronunciations})
    left_out = tuple(sorted(words - pronunciations.keys()))
    return LanguageModel(model.arpa(), pronunciations, tuple(guessed), left_out)
