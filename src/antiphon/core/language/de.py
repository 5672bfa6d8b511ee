"""German."""

from __future__ import annotations

from antiphon.core.language.data import listed, meanings, pairs, phrases, word_lists, words
from antiphon.core.language.pack import (
    ClockRule,
    LanguagePack,
    ListeningWords,
    NumberWords,
    OpeningWords,
    Phrase,
)

_UNITS = listed("null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf")
_TEENS = listed("dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn")
_TENS = listed("zwanzig dreissig vierzig fünfzig sechzig siebzig achtzig neunzig")
_MONTHS = listed("januar februar märz april mai juni juli august september oktober november dezember")
_ORDINALS = listed("erst zweit dritt viert fünft sechst siebt acht neunt zehnt elft zwölft")
_ENDINGS = ("e", "er", "es", "en", "em")

_ARTICLE_CASES = {
    **dict.fromkeys(("der", "einer"), "nominative or dative"),
    **dict.fromkeys(("den", "einen"), "accusative"),
    **dict.fromkeys(("dem", "einem"), "dative"),
    **dict.fromkeys(("des", "eines"), "genitive"),
    **dict.fromkeys(("die", "das", "ein", "eine"), "either"),
}
_PRONOUNS = words("""
    ich mich mir mein meine meinen meinem meiner meines du dich dir dein deine deinen deinem deiner deines
    er ihn ihm sein seine seinen seinem seiner seines sie ihr ihre ihren ihrem ihrer ihres es wir uns unser
    unsere unseren unserem unserer euch euer eure euren eurem ihnen sich man
""")
_NEGATIONS = words("""
    nicht nichts kein keine keinen keinem keiner keines nie niemals niemand niemandem niemanden nirgends
    weder noch nein ohne ausser kaum
""")
_PREPOSITIONS = words("""
    in im an am auf aus ab bei beim mit nach von vom vor zu zum zur zwischen über unter neben hinter für
    gegen durch um ohne bis seit während wegen ein an aus auf zu weg los hin her
""")
_AUXILIARIES = words("""
    bin bist ist sind seid war waren wird werden wurde habe hast hat haben hatte kann kannst können konnte
    könnte soll sollte muss musst müssen will willst wollen möchte darf dürfen mag
""")
_QUESTIONS = words("""
    was wer wen wem wessen wann wo wohin woher warum wieso wie welche welcher welches welchen welchem
""")
_CONJUNCTIONS = words("und oder aber wenn ob weil dass als denn sondern falls bevor nachdem")
_ADVERBS = words("nur auch schon noch hier da dort jetzt heute morgen wieder mal doch sehr so dann bitte")


def _below_hundred() -> dict[str, int]:
    """Number words from 0 to 99, the compounds as one word: "zweiundzwanzig"."""
    values = {word: value for value, word in enumerate((*_UNITS, *_TEENS))}
    for ten, tens in enumerate(_TENS, 2):
        values[tens] = 10 * ten
        for one, unit in enumerate(_UNITS[1:10], 1):
            values[f"{'ein' if one == 1 else unit}und{tens}"] = 10 * ten + one
    return values


def _values() -> dict[str, int]:
    """Number words below 2,000, and the years after: "zweihundertfünf", "zweitausendsiebzehn"."""
    small = _below_hundred()
    values = dict(small)
    for word, hundreds in {"": 1, "ein": 1, **small}.items():
        if 0 < hundreds < 20 and hundreds != 10 and word != "eins":
            values[f"{word}hundert"] = 100 * hundreds
            for rest, value in small.items():
                if value:
                    values[f"{word}hundert{rest}"] = values[f"{word}hundertund{rest}"] = (
                        100 * hundreds + value
                    )
    for word, thousands in {"": 1, "ein": 1, **small}.items():
        if 0 < thousands < 10 and word != "eins":
            values[f"{word}tausend"] = 1_000 * thousands
            values |= {
                f"{word}tausend{rest}": 1_000 * thousands + value for rest, value in small.items() if value
            }
    return values | {"zwo": 2}


def _ordinals() -> dict[str, int]:
    stems = {stem: value for value, stem in enumerate(_ORDINALS, 1)}
    stems |= {
        f"{word}{'t' if value < 20 else 'st'}": value
        for word, value in _below_hundred().items()
        if value > 12
    }
    return {stem + ending: value for stem, value in stems.items() for ending in _ENDINGS}


_NUMBERS = NumberWords(
    values=_values(),
    hundred=words("hundert"),
    scales={"tausend": 1_000, "million": 10**6, "millionen": 10**6, "milliarde": 10**9, "milliarden": 10**9},
    ordinals=_ordinals(),
    point=words("komma"),
    decimal_mark=",",
    months={**{month: month for month in _MONTHS}, "jänner": "januar", "feber": "februar"},
    month_links=words("der den dem"),
    oclock=words("uhr"),
    clock_rules=(
        ClockRule(("halb", "H"), -30),
        ClockRule(("viertel", "nach", "H"), 15),
        ClockRule(("viertel", "vor", "H"), -15),
        ClockRule(("M", "nach", "H"), 1),
        ClockRule(("H", "uhr", "M"), 1),
    ),
    currencies={"€": ("euro", "euro"), "$": ("dollar", "dollar"), "£": ("pfund", "pfund")},
    cents=words("cent"),
    units={"km": ("kilometer", "kilometer"), "kg": ("kilo", "kilo"), "min": ("minute", "minuten")},
)

_OPENING = OpeningWords(
    receipts=word_lists("""
        okay, gut, alles klar, verstanden, moment, einen moment, 1 moment, ich sehe nach, ich schaue nach,
        mal sehen, also, so, na, danke, in ordnung, ach so
    """),
    frames=word_lists("ich, sie möchten, du möchtest, sie wollen, du willst"),
    tails=word_lists("sofort, gleich, gern, gerne"),
    for_caller=word_lists("für dich, für sie"),
    agreements=word_lists("""
        gern, gerne, sicher, natürlich, klar, selbstverständlich, kein problem, aber gern, aber gerne
    """),
    polarities=word_lists("ja, nein, doch, genau, stimmt, leider, leider nicht, richtig"),
    corrections=word_lists("""
        entschuldigung, sorry, ich meine, ich meinte, nein warte, lieber, stattdessen, doch nicht,
        vergiss es, quatsch, besser gesagt
    """),
    second_thoughts=words("warte stopp oder aber vielleicht ausser ohne statt doch abbrechen lieber nur"),
    withdrawals=word_lists("vergiss es, vergiss das, lass es, lass das, doch nicht, brich ab, abbrechen"),
    swaps={
        "dein": words("mein"),
        "deine": words("meine"),
        "deinen": words("meinen"),
        "ihr": words("mein"),
        "ihre": words("meine"),
        "ihren": words("meinen"),
        "dich": words("mich"),
        "dir": words("mir"),
        "ihnen": words("mir uns"),
    },
    passed_over=words("mir uns mich"),
    helpers=_AUXILIARIES,
    amounts=words("bis oder und hundert tausend prozent komma"),
    follows=words("jetzt später bald wieder früh abends morgens"),
    days=words("heute morgen montag dienstag mittwoch donnerstag freitag samstag sonntag"),
)

GERMAN = LanguagePack(
    language="de",
    expansions=meanings("""
        gibt's = gibt es, gibts = gibt es, geht's = geht es, gehts = geht es, wie's = wie es,
        ist's = ist es, hab = habe, hab's = habe es, ich's = ich es, zum = zu dem, zur = zu der,
        im = in dem, ins = in das, am = an dem, ans = an das, beim = bei dem, vom = von dem, fürs = für das,
        aufs = auf das, ums = um das, ne = eine, nen = einen, nem = einem, nix = nichts, zb = zum beispiel,
        usw = und so weiter, ok = okay, dr = doktor, % = prozent, & = und, + = plus, - = minus, @ = at,
        ° = grad
    """),
    spelling={
        "photo": "foto",
        "photos": "fotos",
        "telephon": "telefon",
        "joghurt": "jogurt",
        "portmonee": "portemonnaie",
        "ketschup": "ketchup",
        "delphin": "delfin",
    },
    bigrams={  # politeness that changes the verb's form is made one form
        ("könntest", "du"): ("kannst", "du"),
        ("würdest", "du"): ("kannst", "du"),
        ("könnten", "sie"): ("können", "sie"),
        ("würden", "sie"): ("können", "sie"),
        ("noch", "mal"): ("nochmal",),
        ("noch", "einmal"): ("nochmal",),
    },
    homophones={
        "seid": "seit",
        "wider": "wieder",
        "meer": "mehr",
        "wal": "wahl",
        "lid": "lied",
        "mahlen": "malen",
    },
    hesitations=words("äh ähm ähem öh öhm hm hmm em ehm"),
    articles=frozenset(_ARTICLE_CASES),
    ambiguous_articles=frozenset(_ARTICLE_CASES),
    closed_class=_PREPOSITIONS
    | _AUXILIARIES
    | _QUESTIONS
    | _CONJUNCTIONS
    | _ADVERBS
    | _NEGATIONS
    | _PRONOUNS,
    article_cases=_ARTICLE_CASES,
    set_off=words("also naja"),
    anywhere=(
        *phrases("bitte", "bitteschön", not_after=words("sag sage sagen")),
        Phrase(("mal",), only_after=words("mir uns doch du sie")),
    ),
    openers=phrases("also", "na", "naja", "okay", "hallo", "hey", "hi", "entschuldigung", "danke"),
    closers=phrases(
        "danke",
        "danke schön",
        "dankeschön",
        "vielen dank",
        "danke dir",
        "wenn es dir nichts ausmacht",
        not_after=words("sag sagen sage und"),
    ),
    negations=_NEGATIONS,
    pronouns=_PRONOUNS,
    opposites=pairs("""
        an aus, auf zu, ein aus, heller dunkler, lauter leiser, mehr weniger, vor nach, rein raus,
        links rechts, erste letzte, früher später, ja nein, öffnen schliessen, starten stoppen, warm kalt,
        hoch runter, mit ohne, alle keine, immer nie, morgens abends, heute morgen, hinzufügen entfernen,
        teuer billig, gross klein
    """),
    functions=frozenset(_ARTICLE_CASES)
    | _PRONOUNS
    | _PREPOSITIONS
    | _AUXILIARIES
    | _QUESTIONS
    | _CONJUNCTIONS
    | _ADVERBS,
    numbers=_NUMBERS,
    opening=_OPENING,
    listening=ListeningWords(
        only="""
            hm, hmm, mm, mmm, ah, aha, oh, ach, ach so, achso, verstehe, ich verstehe, interessant, super,
            schön, toll, prima, wow, echt, wirklich, sehr gut, verstanden, gut zu wissen
        """,
        answers="""
            mhm, mm hm, ja, jaja, jep, jo, okay, ok, genau, richtig, stimmt, klar, alles klar, gut, na gut,
            gerne, gern, natürlich, in ordnung, sicher, doch, eben
        """,
    ),
)
