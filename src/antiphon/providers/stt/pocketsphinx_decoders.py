"""PocketSphinx's decoders: for general English, or for what may be asked about a handbook.

Only ever imported in a worker process: a decoder holds the interpreter's lock while it decodes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path

import pocketsphinx

from antiphon.providers.stt.hearing import Decoder
from antiphon.providers.stt.language_model import LanguageModel, build_language_model
from antiphon.providers.stt.pronunciation import read_lexicon

# Measured against the defaults: as few errors, and the end of an utterance in 5 to 11 ms instead of 140.
SEARCH: Mapping[str, object] = {"fwdflat": False, "bestpath": False, "maxhmmpf": 3000, "loglevel": "FATAL"}
HANDBOOK_SEARCH = {
    **SEARCH,
    "lw": 9.5,
    "dict": None,
}  # general English has lw 6.5: a handbook's n-grams say more
UNKNOWN_FREQUENCY = 1e-7  # of a word that general English does not know
SEARCH_NAME = "call"


def decoder_maker(handbook: str | None) -> Callable[[], Decoder]:
    """A maker of decoders that share a language model: a handbook's, or general English."""
    if not handbook:
        general = pocketsphinx.NGramModel(
            pocketsphinx.Config(**SEARCH, lm=None), pocketsphinx.LogMath(), str(_model() / "en-us.lm.bin")
        )
        return lambda: _with_model(pocketsphinx.Decoder(**SEARCH, lm=None), general)
    language = handbook_language_model(handbook)
    with tempfile.TemporaryDirectory(prefix="antiphon-") as folder:
        path = Path(folder) / "handbook.arpa"  # the library reads files only
        path.write_text(language.arpa, encoding="utf-8")
        config = pocketsphinx.Config(**HANDBOOK_SEARCH, lm=None)
        shared = pocketsphinx.NGramModel(config, pocketsphinx.LogMath(), str(path))
    return lambda: _for_handbook(language, shared)


def handbook_language_model(handbook: str) -> LanguageModel:
    """What may be asked about a handbook."""
    logarithms = pocketsphinx.LogMath()
    general = pocketsphinx.NGramModel(
        pocketsphinx.Config(lm=None), logarithms, str(_model() / "en-us.lm.bin")
    )

    def frequency(word: str) -> float:
        return max(UNKNOWN_FREQUENCY, float(logarithms.exp(general.prob([word]))))

    phrases = files("antiphon.providers.stt").joinpath("call_phrases.txt").read_text(encoding="utf-8")
    with (_model() / "cmudict-en-us.dict").open(encoding="utf-8") as lines:
        lexicon = read_lexicon(lines)
    return build_language_model(handbook, phrases.splitlines(), lexicon, frequency)


def _model() -> Path:
    return Path(pocketsphinx.get_model_path()) / "en-us"


def _for_handbook(language: LanguageModel, shared: pocketsphinx.NGramModel) -> Decoder:
    decoder = pocketsphinx.Decoder(**HANDBOOK_SEARCH, lm=None)
    for word, ways in language.pronunciations.items():
        for number, phones in enumerate(ways, 1):
            decoder.add_word(word if number == 1 else f"{word}({number})", phones, update=False)
    return _with_model(decoder, shared)


def _with_model(decoder: pocketsphinx.Decoder, shared: pocketsphinx.NGramModel) -> Decoder:
    decoder.add_lm(SEARCH_NAME, shared)
    decoder.activate_search(SEARCH_NAME)
    ready: Decoder = decoder
    return ready
