"""English words and phrases that may be left out: politeness, fillers, and where each is one."""

from __future__ import annotations

from antiphon.core.language.data import phrases, words
from antiphon.core.language.en_classes import (
    ARTICLES,
    AUXILIARIES,
    POSSESSIVES,
    PREPOSITIONS,
    PRONOUNS,
    QUESTIONS,
)
from antiphon.core.language.pack import EDGE, Phrase

_END = frozenset({EDGE})

# Verbs of state: "can you hear me" is a question, "can you call me" a request.
_STATES = words("""
    be been have had need want like love hate prefer know hear see feel understand believe think mean smell
    still even ever not never always also all both
""")
_COMMANDS = words("""
    set play turn give send add remove put open close start cancel create delete tell find get make
""")
_COMPARING = words("""
    what how would look looks looked looking feel feels feeling felt sound sounds sounding sounded seem
    seems smell smells taste tastes be being something anything nothing things stuff more just
""")
_VERBS = AUXILIARIES | words("""
    want need get got know think give let tell send go hear see find put listen add
""")
_SPEECH = words("tell say saying says text message tweet reply respond write answer")
_ASKING = words("do did can could will would should")
_KNOWN = _ASKING | words("""
    let not if as than because until since before
    once whatever whoever sure hope think thought all everything anything something everyone anyone someone
    people
""")
_SUPERLATIVES = words("best worst most least every all any only favorite funniest first last")
_AFTER_ADVERB_RIGHT = words("""
    a an now here there away after before at to on in up of and or turn click hand side left lane
""")
_THANKED = words("for to from note notes card cards letter email message giving")

HESITATIONS = words("um umm uhm uh uhh uhhh er err erm ah aah eh hm hmm hmmm mm mmm")

ANYWHERE = (
    *phrases("please", "kindly", not_after=words("say says saying said word")),
    # "like": only where neither the verb nor the preposition can stand
    Phrase(
        ("like",),
        only_after=ARTICLES | POSSESSIVES | words("this some every") | (PREPOSITIONS - words("to up about")),
        not_before=words("button buttons minded it this that these those") | _END,
        unless=_COMPARING,
    ),
    Phrase(("like",), only_after=_COMMANDS, only_before=ARTICLES | words("my some"), unless=_COMPARING),
    Phrase(("like",), only_after=words("me us"), only_before=ARTICLES | QUESTIONS | words("my all")),
    Phrase(("like",), not_after=_COMPARING | PRONOUNS | words("to not people"), only_before=_VERBS),
    # "you know": not where it asks, nor where it may belong to "everything", "what", "the best song"
    Phrase(("you", "know"), not_after=_KNOWN | QUESTIONS | words("that"), not_before=_END),
    Phrase(
        ("you", "know"), not_after=_KNOWN | QUESTIONS | words("that"), only_before=_END, unless=_SUPERLATIVES
    ),
    Phrase(("you", "know"), only_after=_ASKING, only_before=words("i you we they he she")),
    Phrase(
        ("you", "know"),
        only_after=QUESTIONS | words("that"),
        not_before=PREPOSITIONS | QUESTIONS | PRONOUNS | words("that if and or best already") | _END,
    ),
)

OPENERS = (
    Phrase(("well",), not_before=words("done known played being") | _END),
    Phrase(("so",), not_before=words("far long much many few called") | _END),
    Phrase(("right",), not_before=_AFTER_ADVERB_RIGHT | _END),
    Phrase(("like",), only_before=QUESTIONS | AUXILIARIES | _COMMANDS),
    *phrases("okay", "alright", "oh", "hey", "hi", "hello", "excuse me", "pardon me", "if you do not mind"),
    *phrases("go ahead and"),
    *phrases(
        "thank you", "thanks", "thanks a lot", "thank you very much", "thank you so much", not_before=_THANKED
    ),
)

REQUESTS = (
    *phrases("can you", "could you", "will you", "would you", not_before=_STATES | _END),
    Phrase(("would", "you", "mind"), before_gerund=True),
    Phrase(("do", "you", "mind"), before_gerund=True),
    *phrases(
        "would you be so kind as to",
        "could you be so kind as to",
        "be so kind as to",
        "would you be kind enough to",
        "i would like you to",
        "i want you to",
        "i need you to",
        "i would appreciate it if you could",
        "i would be grateful if you could",
        "i was wondering if you could",
        "i was wondering if you can",
        "i wonder if you could",
        "can i ask you to",
        "could i ask you to",
        "may i ask you to",
        "can i get you to",
        "could i get you to",
        "would it be possible for you to",
        "is it possible for you to",
        "do you think you could",
        "do me a favor and",
    ),
)

CLOSERS = (
    *phrases(
        "thanks",
        "thank you",
        "many thanks",
        "thanks a lot",
        "thanks so much",
        "thanks very much",
        "thanks a million",
        "thanks in advance",
        "thank you so much",
        "thank you very much",
        not_after=words("with him her them my our of and or big special quick called titled") | _END,
        not_near=_SPEECH,
    ),
    Phrase(
        ("cheers",),
        not_after=words("play watch say put on episode episodes of called named show the with"),
        not_near=_SPEECH,
    ),
    *phrases("if you do not mind", "if you would", "if you could", "if you would be so kind"),
    Phrase(("if", "you")),  # what "please" leaves of "if you please"
    *phrases(
        "can you",
        "could you",
        "will you",
        "would you",
        not_after=QUESTIONS | words("if as than that so until"),
    ),
)
