"""English short forms and the words they stand for."""

from __future__ import annotations

from antiphon.core.language.data import listed, meanings, words

_ENDINGS: dict[str, tuple[str, str]] = {  # ending: (what it stands for, what it follows)
    "'s": ("is", "what who where when why how that this there here it he she everything everyone something"),
    "'m": ("am", "i"),
    "'re": ("are", "you we they what who where how there those these"),
    "'ve": ("have", "i you we they who could should would might must may"),
    "'ll": ("will", "i you he she it we they that this there what who where when how"),
    "'d": ("would", "i you he she it we they that there who"),
}
_NEGATED = listed("is are was were do does did have has had could would should must might need ought")
_WORDS_OF_THEIR_OWN = words("well were ill id hell shell shed wed")  # not "we'll", "we're", …

_OTHERS = meanings("""
    can't = can not, cant = can not, cannot = can not, won't = will not, wont = will not,
    shan't = shall not, shant = shall not, let's = let us, lets = let us, y'all = you all, yall = you all,
    c'mon = come on, d'you = do you, how'd = how did, where'd = where did, why'd = why did,
    what'd = what did, when'd = when did, gonna = going to, wanna = want to, gotta = got to, lemme = let me,
    gimme = give me, dunno = do not know, kinda = kind of, sorta = sort of, alot = a lot,
    o'clock = oclock, ok = okay, pls = please, plz = please, thx = thanks,
    thankyou = thank you, mr = mister, mrs = missus, dr = doctor, jr = junior, sr = senior, vs = versus,
    etc = et cetera
""")
_SIGNS = {
    "%": "percent",
    "&": "and",
    "+": "plus",
    "-": "minus",
    "×": "times",
    "÷": "divided by",
    "=": "equals",
    "@": "at",
    "#": "number",
    "°": "degrees",
}


def _contractions() -> dict[str, tuple[str, ...]]:
    """Every short form with its apostrophe, and without where that is not another word."""
    full = {
        head + ending: (head, long) for ending, (long, heads) in _ENDINGS.items() for head in heads.split()
    }
    full |= {f"{verb}n't": (verb, "not") for verb in _NEGATED}
    bare = {short.replace("'", ""): long for short, long in full.items()}
    table = {short: long for short, long in bare.items() if short not in _WORDS_OF_THEIR_OWN}
    signs = {sign: listed(spoken) for sign, spoken in _SIGNS.items()}
    return {**table, **full, **_OTHERS, **signs}


CONTRACTIONS = _contractions()
"""A short form and its words."""
