"""English."""

from __future__ import annotations

from antiphon.core.language import en_classes, en_phrases
from antiphon.core.language.data import words
from antiphon.core.language.en_contractions import CONTRACTIONS
from antiphon.core.language.en_homophones import HOMOPHONES
from antiphon.core.language.en_numbers import NUMBERS
from antiphon.core.language.en_openings import OPENING
from antiphon.core.language.en_spelling import SPELLING, SPELLING_RULES
from antiphon.core.language.pack import LanguagePack, ListeningWords

_BIGRAMS = {
    "p m": "pm",
    "a m": "am",
    "per cent": "percent",
    "all right": "alright",
    "o clock": "oclock",
    "degrees f": "degrees fahrenheit",
    "degrees c": "degrees celsius",
    "is been": "has been",  # "'s" and "'d" were written out as the commoner of their two words
    "is got": "has got",
    "would better": "had better",
    "every thing": "everything",
    "any thing": "anything",
    "some thing": "something",
    "some one": "someone",  # not the number
    "any one": "anyone",
    "every one": "everyone",
}

ENGLISH = LanguagePack(
    language="en",
    fold_accents=True,
    expansions=CONTRACTIONS,
    spelling=SPELLING,
    spelling_rules=SPELLING_RULES,
    bigrams={(pair.split()[0], pair.split()[1]): tuple(joined.split()) for pair, joined in _BIGRAMS.items()},
    homophones=HOMOPHONES,
    sounds_like={
        "your": ("you", "are"),
        "there": ("they", "are"),
        "their": ("they", "are"),
        "whose": ("who", "is"),
        "whatsapp": ("what", "is", "app"),
    },
    hesitations=en_phrases.HESITATIONS,
    articles=en_classes.ARTICLES,
    ambiguous_articles=words("a"),
    closed_class=en_classes.CLOSED_CLASS,
    set_off=frozenset({"like", "well", "so", "you know", "okay", "ok"}),
    anywhere=en_phrases.ANYWHERE,
    openers=en_phrases.OPENERS,
    requests=en_phrases.REQUESTS,
    closers=en_phrases.CLOSERS,
    gerund="ing",
    negations=en_classes.NEGATIONS,
    pronouns=en_classes.PRONOUNS,
    opposites=en_classes.OPPOSITES,
    functions=en_classes.FUNCTIONS,
    compounds=words("""
        youtube iphone ipad ipod itunes imac icloud imessage ihop nonstop nonfiction myself yourself himself
        herself itself ourselves themselves
    """),
    split_possessive=True,
    numbers=NUMBERS,
    opening=OPENING,
    listening=ListeningWords(
        only="""
            mm, mmm, hm, hmm, mhm, ah, aha, oh, ooh, uh, um, wow, really, i see, go on, got it, gotcha, cool,
            nice, great, good, very good, lovely, brilliant, perfect, interesting, makes sense, i know,
            i understand, understood, oh wow, oh really, oh nice, oh good, oh great, oh cool, ah okay
        """,
        answers="""
            mm hm, mm hmm, uh huh, uhuh, uh hm, yeah, yep, yup, yes, yah, okay, ok, k, right, all right,
            alright, sure, of course, exactly, absolutely, definitely, true, correct, that's right,
            that's true, fine, that's fine, indeed, certainly
        """,
    ),
)
