"""French."""

from __future__ import annotations

from antiphon.core.language.data import listed, meanings, pairs, phrases, word_lists, words
from antiphon.core.language.pack import ClockRule, LanguagePack, ListeningWords, NumberWords, OpeningWords

_UNITS = listed("""
    zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize
""")
_TENS = {
    "vingt": 20,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "soixante": 60,
    "septante": 70,
    "octante": 80,
    "huitante": 80,
    "nonante": 90,
}
_MONTHS = listed("janvier février mars avril mai juin juillet août septembre octobre novembre décembre")
_ORDINALS = listed("""
    premier deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième onzième
    douzième
""")

_PRONOUNS = words("""
    je me moi mon ma mes mien mienne tu te toi ton ta tes tien tienne il elle on se soi son sa ses sien
    sienne lui nous notre nos nôtre vous votre vos vôtre ils elles eux leur leurs en y ce ça cela
""")
_NEGATIONS = words("ne pas non jamais rien personne aucun aucune sans ni guère sauf nulle")
_PREPOSITIONS = words("""
    à de dans sur sous avec pour par en chez vers entre avant après depuis pendant jusque contre sans
""")
_AUXILIARIES = words("""
    suis es est sommes êtes sont était ai as a avons avez ont avait peux peut pouvez peuvent veux veut
    voulez dois doit devez vais va allez vont fait faire
""")
_QUESTIONS = words("""
    que quoi qui quel quelle quels quelles quand où comment pourquoi combien lequel laquelle
""")
_CONJUNCTIONS = words("et ou mais si car donc parce puisque lorsque comme")
_ADVERBS = words("""
    ici là maintenant plus moins très trop aussi encore déjà puis alors aujourd'hui demain hier
""")
_ARTICLES = words("le la les un une")

_HOURS = ("heures", "heure", "h")

_NUMBERS = NumberWords(
    values={
        **{word: value for value, word in enumerate(_UNITS) if word != "un"},
        **_TENS,
        "quatrevingt": 80,
        "cent": 100,
        "mille": 1_000,
    },
    inside={"un": 1, "une": 1},
    hundred=words("cent cents"),
    scales={"mille": 1_000, "million": 10**6, "millions": 10**6, "milliard": 10**9, "milliards": 10**9},
    ordinals={
        **{word: value for value, word in enumerate(_ORDINALS, 1)},
        "première": 1,
        "second": 2,
        "seconde": 2,
    },
    ordinal_suffixes=words("er re e ème eme"),
    joins_after_tens=True,
    joiner="et",
    rooms={10: 10, 60: 20, 80: 20},
    point=words("virgule"),
    decimal_mark=",",
    months={month: month for month in _MONTHS},
    month_links=words("le de"),
    oclock=frozenset(_HOURS),
    clock_rules=(
        *(ClockRule(("H", hours, "et", "demie"), 30) for hours in _HOURS),
        *(ClockRule(("H", hours, "et", "quart"), 15) for hours in _HOURS),
        *(ClockRule(("H", hours, "moins", "le", "quart"), -15) for hours in _HOURS),
        *(ClockRule(("H", hours, "moins", "M"), -1) for hours in _HOURS),
        *(ClockRule(("H", hours, "M"), 1) for hours in _HOURS),
    ),
    currencies={"€": ("euro", "euros"), "$": ("dollar", "dollars"), "£": ("livre", "livres")},
    cents=words("centime centimes"),
    units={"km": ("kilomètre", "kilomètres"), "kg": ("kilo", "kilos"), "min": ("minute", "minutes")},
)

_OPENING = OpeningWords(
    receipts=word_lists("""
        okay, de accord, très bien, bien, entendu, compris, parfait, moment, instant, alors, je regarde,
        je vérifie, voyons, merci, bon
    """),
    frames=word_lists("vous voulez, tu veux, vous voudriez, je"),
    tails=word_lists("tout de suite"),
    for_caller=word_lists("pour vous, pour toi"),
    agreements=word_lists("""
        bien sûr, certainement, avec plaisir, volontiers, pas de problème, aucun problème, absolument
    """),
    polarities=word_lists("oui, non, si, exactement, désolé, malheureusement, hélas"),
    corrections=word_lists("""
        pardon, désolé, en fait, plutôt, je veux dire, je voulais dire, non attends, non attendez,
        finalement, laisse tomber, laissez tomber
    """),
    second_thoughts=words("""
        attends attendez annule annulez ou mais sauf sans sinon peut arrête arrêtez seulement
    """),
    withdrawals=word_lists("laisse tomber, laissez tomber, annule, annulez, oublie, oubliez, peu importe"),
    swaps={
        "vous": words("je moi me nous"),
        "votre": words("mon ma notre"),
        "vos": words("mes nos"),
        "ton": words("mon"),
        "ta": words("ma"),
        "tes": words("mes"),
        "toi": words("moi"),
    },
    passed_over=words("moi me nous"),
    helpers=_AUXILIARIES,
    amounts=words("à ou et cent cents mille pour virgule"),
    follows=words("maintenant matin soir midi encore"),
    days=words("aujourd'hui demain lundi mardi mercredi jeudi vendredi samedi dimanche"),
)

FRENCH = LanguagePack(
    language="fr",
    expansions=meanings("""
        s'il = si il, s'ils = si ils, du = de le, au = à le, aux = à les, des = de les,
        svp = si il vous plait, stp = si il te plait, ok = okay, mr = monsieur, mme = madame, dr = docteur,
        % = pour cent, & = et, + = plus, - = moins, @ = arobase, ° = degrés
    """),
    elisions={
        "l": "le",
        "d": "de",
        "j": "je",
        "m": "me",
        "t": "te",
        "s": "se",
        "n": "ne",
        "c": "ce",
        "qu": "que",
        "jusqu": "jusque",
        "lorsqu": "lorsque",
        "puisqu": "puisque",
        "quelqu": "quelque",
    },
    spelling={
        "plaît": "plait",
        "coût": "cout",
        "coûte": "coute",
        "maître": "maitre",
        "événement": "évènement",
        "clé": "clef",
        "clés": "clefs",
        "week-end": "weekend",
    },
    bigrams={
        ("quatre", "vingt"): ("quatrevingt",),
        ("quatre", "vingts"): ("quatrevingt",),
        ("pourrais", "tu"): ("peux", "tu"),  # politeness that changes the verb's form is made one form
        ("pourriez", "vous"): ("pouvez", "vous"),
        ("une", "heure"): ("1", "heure"),
    },
    homophones={"mer": "mère", "maire": "mère", "cours": "cour", "court": "cour", "verre": "vert"},
    hesitations=words("euh heu hum hm hmm"),
    articles=_ARTICLES,
    ambiguous_articles=_ARTICLES,
    closed_class=_PREPOSITIONS
    | _AUXILIARIES
    | _QUESTIONS
    | _CONJUNCTIONS
    | _ADVERBS
    | _NEGATIONS
    | words("moi toi lui"),
    no_article_after=words("je tu il elle on nous vous ils elles ne me te se"),
    set_off=words("ben bah alors"),
    anywhere=phrases("si il te plait", "si il vous plait"),
    openers=phrases(
        "alors", "bon", "ben", "bah", "bonjour", "salut", "allô", "okay", "excuse moi", "excusez moi", "merci"
    ),
    closers=phrases(
        "merci",
        "merci beaucoup",
        "merci bien",
        "merci de avance",
        not_after=words("dire dis dit dites et leur lui"),
    ),
    negations=_NEGATIONS,
    pronouns=_PRONOUNS,
    opposites=pairs("""
        allume éteins, ouvre ferme, plus moins, avant après, monte baisse, gauche droite, premier dernier,
        oui non, chaud froid, haut bas, avec sans, tout rien, toujours jamais, matin soir, ajoute enlève,
        cher gratuit, grand petit
    """),
    functions=_ARTICLES | _PRONOUNS | _PREPOSITIONS | _AUXILIARIES | _QUESTIONS | _CONJUNCTIONS | _ADVERBS,
    numbers=_NUMBERS,
    opening=_OPENING,
    listening=ListeningWords(
        only="""
            hm, hmm, mm, mmm, ah, ah bon, oh, je vois, je comprends, compris, intéressant, super, génial,
            parfait, très bien, wow, vraiment, tiens
        """,
        answers="""
            mm hm, hum hum, oui, ouais, ouaip, d'accord, okay, ok, voilà, exactement, exact, c'est ça,
            bien sûr, entendu, bien, bon, tout à fait, certainement
        """,
    ),
)
