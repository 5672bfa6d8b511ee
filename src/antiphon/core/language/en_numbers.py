"""How English says numbers, times, dates and amounts."""

from __future__ import annotations

from antiphon.core.language.data import listed
from antiphon.core.language.pack import ClockRule, NumberWords

_UNITS = listed("""
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen
""")
_TENS = listed("twenty thirty forty fifty sixty seventy eighty ninety")
_ORDINALS = listed("""
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
    fifteenth sixteenth seventeenth eighteenth nineteenth
""")
_TENTHS = listed("twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth")
_MONTHS = listed("january february march april may june july august september october november december")

_PAST = ("past", "after")
_TO = ("to", "until", "before")

NUMBERS = NumberWords(
    values={
        **{word: value for value, word in enumerate(_UNITS)},
        **{word: 10 * value for value, word in enumerate(_TENS, 2)},
        "naught": 0,
        "fourty": 40,
        "ninty": 90,
    },
    hundred=frozenset({"hundred"}),
    scales={"thousand": 1_000, "million": 1_000_000, "billion": 10**9, "trillion": 10**12},
    ordinals={
        **{word: value for value, word in enumerate(_ORDINALS, 1)},
        **{word: 10 * value for value, word in enumerate(_TENTHS, 2)},
        "twelveth": 12,
        "hundredth": 100,
        "thousandth": 1_000,
    },
    ordinal_suffixes=frozenset({"st", "nd", "rd", "th"}),
    zero_letters=frozenset({"oh", "o"}),
    one_articles=frozenset({"a"}),
    joins_after_hundred=True,
    joiner="and",
    point=frozenset({"point"}),
    months={
        **{month: month for month in _MONTHS},
        **{month[:3]: month for month in _MONTHS if len(month) > 4},
        "sept": "september",
    },
    month_links=frozenset({"the", "of"}),
    meridiem=frozenset({"am", "pm"}),
    oclock=frozenset({"oclock"}),
    clock_rules=(
        *(
            ClockRule((part, past, "H"), minutes)
            for part, minutes in (("half", 30), ("quarter", 15))
            for past in _PAST
        ),
        *(ClockRule(("quarter", to, "H"), -15) for to in _TO),
        ClockRule(("M", "past", "H"), 1),
        *(ClockRule(("M", "minutes", past, "H"), 1) for past in _PAST),
        *(ClockRule(("M", "minutes", to, "H"), -1) for to in _TO),
    ),
    clock_pairs=True,
    half="half",
    currencies={
        "$": ("dollar", "dollars"),
        "£": ("pound", "pounds"),
        "€": ("euro", "euros"),
        "¥": ("yen", "yen"),
        "₹": ("rupee", "rupees"),
        "¢": ("cent", "cents"),
    },
    cents=frozenset({"cent", "cents", "pence", "p"}),
    units={
        "km": ("kilometer", "kilometers"),
        "cm": ("centimeter", "centimeters"),
        "mm": ("millimeter", "millimeters"),
        "kg": ("kilogram", "kilograms"),
        "mg": ("milligram", "milligrams"),
        "ml": ("milliliter", "milliliters"),
        "lb": ("pound", "pounds"),
        "lbs": ("pound", "pounds"),
        "oz": ("ounce", "ounces"),
        "ft": ("foot", "feet"),
        "mi": ("mile", "miles"),
        "yd": ("yard", "yards"),
        "min": ("minute", "minutes"),
        "mins": ("minute", "minutes"),
        "sec": ("second", "seconds"),
        "secs": ("second", "seconds"),
        "hr": ("hour", "hours"),
        "hrs": ("hour", "hours"),
        "gb": ("gigabyte", "gigabytes"),
        "mb": ("megabyte", "megabytes"),
    },
)
