"""Spanish."""

from __future__ import annotations

from antiphon.core.language.data import listed, meanings, pairs, phrases, word_lists, words
from antiphon.core.language.pack import ClockRule, LanguagePack, ListeningWords, NumberWords, OpeningWords

_UNITS = listed("""
    cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis
    diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco
    veintiséis veintisiete veintiocho veintinueve
""")
_TENS = listed("treinta cuarenta cincuenta sesenta setenta ochenta noventa")
_HUNDREDS = listed("""
    doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos
""")
_MONTHS = listed("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre")
_ORDINALS = listed("primero segundo tercero cuarto quinto sexto séptimo octavo noveno décimo")

_PRONOUNS = words("""
    yo me mí mi mis mío mía tú te ti tu tus tuyo tuya él ella ello lo se sí su sus suyo suya le les nos
    nosotros nosotras nuestro nuestra nuestros nuestras os vosotros vosotras vuestro vuestra ellos ellas
    usted ustedes esto eso
""")
_NEGATIONS = words("no nunca jamás nada nadie ningún ninguno ninguna sin tampoco ni excepto salvo")
_PREPOSITIONS = words("""
    a de en con por para sobre entre hasta desde hacia según contra durante antes después bajo
""")
_AUXILIARIES = words("""
    soy eres es somos son era fue estoy estás está están he has ha hemos han había puedo puedes puede pueden
    quiero quiere debo debe voy vas va van hay
""")
_QUESTIONS = words("qué quién quiénes cuál cuáles cuándo dónde cómo cuánto cuánta cuántos cuántas")
_CONJUNCTIONS = words("y e o u pero si porque que como cuando donde aunque")
_ADVERBS = words("aquí ahí allí ahora hoy mañana ayer más menos muy ya también solo aún todavía")
_ARTICLES = words("el la los las un una unos unas")

_NUMBERS = NumberWords(
    values={
        **{word: value for value, word in enumerate(_UNITS) if word != "uno"},
        **{word: 10 * value for value, word in enumerate(_TENS, 3)},
        **{word: 100 * value for value, word in enumerate(_HUNDREDS, 2)},
        **{word[:-2] + "as": 100 * value for value, word in enumerate(_HUNDREDS, 2)},
        "uno": 1,
        "veintidos": 22,
        "veintitres": 23,
        "veintiseis": 26,
        "dieciseis": 16,
        "veintiún": 21,
        "cien": 100,
        "ciento": 100,
        "mil": 1_000,
    },
    inside={"un": 1, "una": 1, "uno": 1},
    scales={"mil": 1_000, "millón": 10**6, "millones": 10**6},
    ordinals={
        **{word: value for value, word in enumerate(_ORDINALS, 1)},
        **{f"{word[:-1]}a": value for value, word in enumerate(_ORDINALS, 1)},
        "primer": 1,
        "tercer": 3,
    },
    ordinal_suffixes=words("o a er"),
    joins_after_tens=True,
    joiner="y",
    point=words("coma punto"),
    decimal_mark=",",
    months={**{month: month for month in _MONTHS}, "setiembre": "septiembre"},
    month_links=words("de el"),
    clock_rules=(
        *(ClockRule((article, "H", "y", "media"), 30) for article in ("las", "la")),
        *(
            ClockRule((article, "H", "y", "4th"), 15) for article in ("las", "la")
        ),  # "cuarto", read as an ordinal
        *(ClockRule((article, "H", "menos", "4th"), -15) for article in ("las", "la")),
        *(ClockRule((article, "H", "y", "M"), 1) for article in ("las", "la")),
        *(ClockRule((article, "H", "menos", "M"), -1) for article in ("las", "la")),
    ),
    currencies={"€": ("euro", "euros"), "$": ("dólar", "dólares"), "£": ("libra", "libras")},
    cents=words("céntimo céntimos centavo centavos"),
    units={"km": ("kilómetro", "kilómetros"), "kg": ("kilo", "kilos"), "min": ("minuto", "minutos")},
)

_OPENING = OpeningWords(
    receipts=word_lists("""
        okay, vale, bien, muy bien, entendido, de acuerdo, perfecto, momento, a ver, déjame ver, déjeme ver,
        pues, bueno, gracias
    """),
    frames=word_lists("quieres, quiere, voy a, vamos a"),
    tails=word_lists("enseguida, ahora mismo"),
    for_caller=word_lists("para ti, para usted"),
    agreements=word_lists("""
        claro, claro que sí, por supuesto, desde luego, con gusto, sin problema, encantado, encantada
    """),
    polarities=word_lists("sí, no, exacto, correcto, lamentablemente, lo siento"),
    corrections=word_lists("""
        perdón, perdona, mejor, quiero decir, quise decir, digo, no espera, no espere, en realidad,
        más bien, déjalo, déjelo, olvídalo
    """),
    second_thoughts=words("""
        espera espere cancela cancele o pero excepto salvo sin quizás quizá tal para solo
    """),
    withdrawals=word_lists("déjalo, déjelo, olvídalo, olvídelo, cancela, cancélalo, da igual, no importa"),
    swaps={
        "tu": words("mi"),
        "tus": words("mis"),
        "su": words("mi nuestro nuestra"),
        "sus": words("mis"),
        "ti": words("mí"),
    },
    passed_over=words("me nos"),
    helpers=_AUXILIARIES,
    amounts=words("a o y por mil coma punto"),
    follows=words("ahora luego temprano tarde otra"),
    days=words("hoy mañana lunes martes miércoles jueves viernes sábado domingo"),
)

SPANISH = LanguagePack(
    language="es",
    expansions=meanings("""
        al = a el, del = de el, podrías = puedes, podría = puede, porfa = por favor, ok = okay, sr = señor,
        sra = señora, dr = doctor, % = por ciento, & = y, + = más, - = menos, @ = arroba, ° = grados
    """),
    spelling={
        "setiembre": "septiembre",
        "video": "vídeo",
        "videos": "vídeos",
        "futbol": "fútbol",
        "sólo": "solo",
    },
    bigrams={("la", "una"): ("la", "1")},
    homophones={"valla": "vaya", "baya": "vaya", "tuvo": "tubo", "halla": "haya"},
    hesitations=words("eh em ehm mmm mm hm hmm"),
    articles=_ARTICLES,
    ambiguous_articles=_ARTICLES,
    closed_class=_PREPOSITIONS | _AUXILIARIES | _QUESTIONS | _CONJUNCTIONS | _ADVERBS | _NEGATIONS,
    no_article_after=words("no me te se nos yo tú que"),
    set_off=words("pues bueno"),
    anywhere=phrases("por favor"),
    openers=phrases(
        "hola", "oye", "oiga", "bueno", "pues", "vale", "okay", "disculpa", "disculpe", "perdona", "gracias"
    ),
    closers=phrases(
        "gracias",
        "muchas gracias",
        "mil gracias",
        "si no te importa",
        "si no le importa",
        not_after=words("di dile decir dar y"),
    ),
    negations=_NEGATIONS,
    pronouns=_PRONOUNS,
    opposites=pairs("""
        enciende apaga, abre cierra, sube baja, más menos, antes después, izquierda derecha, primero último,
        sí no, caliente frío, alto bajo, con sin, todo nada, siempre nunca, mañana noche, añade quita,
        caro barato, grande pequeño
    """),
    functions=_ARTICLES | _PRONOUNS | _PREPOSITIONS | _AUXILIARIES | _QUESTIONS | _CONJUNCTIONS | _ADVERBS,
    numbers=_NUMBERS,
    opening=_OPENING,
    listening=ListeningWords(
        only="""
            hm, hmm, mm, mmm, ah, oh, ajá, aja, ya, ya veo, entiendo, entendido, comprendo, interesante,
            genial, perfecto, muy bien, qué bien, anda, vaya, en serio
        """,
        answers="""
            mm hm, sí, okay, ok, vale, claro, claro que sí, de acuerdo, bueno, bien, exacto, eso es, correcto,
            por supuesto, desde luego
        """,
    ),
)
