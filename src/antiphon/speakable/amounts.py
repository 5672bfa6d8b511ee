"""Numbers and what they count: money, units, fractions, ordinals, codes."""

from __future__ import annotations

import re
from dataclasses import replace

from antiphon.speakable.forms import BEGIN, BLANK, END, NUMBER, RANGE, SIGN, WHOLE, amount, joined
from antiphon.speakable.numbers import NumberWords
from antiphon.speakable.pack import Currency, SpeechPack
from antiphon.speakable.rules import BEHIND, Rule, one_of

LONG_NUMBER = 7  # digits from which a number without separators is a code, unless it is a round one
_ATTACHED_ONLY = frozenset({"A", "V", "W", "s", "h", "in."})  # "5 A" need not be amps
_HALVES = {2: ("half", "halves"), 4: ("quarter", "quarters")}
_FRACTION_SIGNS = {"½": (1, 2), "¼": (1, 4), "¾": (3, 4), "⅓": (1, 3), "⅔": (2, 3), "⅛": (1, 8), "⅜": (3, 8)}
_FRACTION_SIGN = "[" + "".join(_FRACTION_SIGNS) + "]"
_DENOMINATORS = frozenset({2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 100})
_OUT_OF = frozenset({5, 10, 100})


class Amounts:
    """Reads numbers and what they count.

    Args:
        pack: The language's words.
        numbers: Its numbers.
    """

    def __init__(self, pack: SpeechPack, numbers: NumberWords) -> None:
        self._pack, self._numbers, self._words = pack, numbers, pack.words
        codes = "|".join(sorted(pack.code_words))
        self._after_code_word = re.compile(
            rf"\b(?:{codes})s?\b(?:\W{{1,3}}(?:numbers?|no\.?|code|is|are|was|in|of|it|at|your|the|with|:)){{0,3}}[^\w.!?]{{1,3}}$",
            re.IGNORECASE,
        )
        self._attribute = re.compile(rf"(?:^|\W)(?:{'|'.join(sorted(pack.articles))}){BLANK}$", re.IGNORECASE)
        self._between = re.compile(rf"(?:^|\W){pack.words['between']}{BLANK}$", re.IGNORECASE)
        self._after_year_word = re.compile(
            rf"\b(?:{'|'.join(sorted(pack.year_words))}){BLANK}$", re.IGNORECASE
        )

    def rules(self, short_dates: list[Rule]) -> list[Rule]:
        """Its rules, the more particular before the more general.

        Args:
            short_dates: What reads "12/25" where it is no fraction.
        """
        pack = self._pack
        signs, magnitudes = one_of(pack.currencies), pack.magnitudes
        behind = one_of(sign for sign in pack.currencies if "$" not in sign)
        low, high = amount("low", magnitudes), amount("high", magnitudes)
        per = r"(?:/(?P<per>[A-Za-z]+))?"
        loose = one_of(unit for unit in pack.units if unit not in _ATTACHED_ONLY)
        unit = rf"(?P<unit>{BLANK}{loose}|{one_of(pack.units)}){per}(?!\w)"
        letters = one_of(word for word in magnitudes if word not in {"m", "M", "B", "T"} or len(word) > 2)
        return [
            Rule(r"(?<!\w)(?P<decade>(?:1[1-9]|20)\d0)s(?!\w)", self.decade),
            Rule(r"(?<!\w)['’](?P<decade>\d0)s(?!\w)", self.decade),
            Rule(
                rf"(?<![\w$€£])(?P<minus>[-−])?(?P<currency>{signs}){BLANK}?{low}(?:{RANGE}(?:{signs})?{high})?{per}{END}",
                self.money,
            ),
            Rule(
                rf"{BEGIN}(?P<minus>{SIGN})?{low}(?:{RANGE}{high})?{BLANK}?(?P<currency>{behind}){per}(?!\w)",
                self.money,
            ),
            Rule(rf"{BEGIN}(?P<low>{SIGN}?{NUMBER})(?:{RANGE}(?P<high>{NUMBER}))?{BLANK}?%", self.percent),
            Rule(
                rf"{BEGIN}(?P<low>{SIGN}?{NUMBER})(?:{RANGE}(?P<high>{NUMBER}))?{BLANK}?°(?:{BLANK}?(?P<scale>[CFK])(?!\w))?",
                self.degrees,
            ),
            Rule(rf"{BEGIN}(?P<feet>\d{{1,2}})['’′](?P<inches>\d{{1,2}})(?:[\"”″]|'')?(?!\w)", self.height),
            Rule(
                rf"{BEGIN}(?P<low>{NUMBER}){BLANK}?(?P<by>[x×]){BLANK}?(?P<high>{NUMBER})(?:{unit})?{END}",
                self.size,
            ),
            Rule(rf"{BEGIN}(?P<low>{SIGN}?{NUMBER})(?:{RANGE}(?P<high>{NUMBER}))?{unit}", self.quantity),
            Rule(
                rf"{BEGIN}(?:(?P<whole>\d+){BLANK})?(?P<top>\d{{1,2}})/(?P<bottom>\d{{1,3}})(?!\w|/|\.\d)(?:{BLANK}(?P<unit>{loose})(?!\w))?",
                self.fraction,
            ),
            Rule(
                rf"(?<!\w)(?:(?P<whole>\d+){BLANK}?)?(?P<sign>{_FRACTION_SIGN})(?:{BLANK}(?P<unit>{loose})(?!\w))?",
                self.fraction_sign,
            ),
            *short_dates,
            Rule(rf"{BEGIN}(?P<top>\d+)/(?P<bottom>\d+){END}(?!/)", self.ratio),
            Rule(rf"{BEGIN}(?P<digits>{WHOLE})(?:st|nd|rd|th|ST|ND|RD|TH)(?!\w)", self.ordinal),
            Rule(
                rf"{BEGIN}(?P<low>(?:1[1-9]|20)\d\d){RANGE}(?P<high>(?:1[1-9]|20)\d\d){END}(?![-–])",
                self.years,
            ),
            Rule(rf"{BEGIN}(?P<groups>\d+(?:-\d+){{2,}}){END}", self.groups),
            Rule(rf"{BEGIN}(?P<code>\d[\d-]*\d){END}", self.code),
            Rule(rf"{BEGIN}(?P<year>(?:1\d|20)\d\d){END}", self.year),
            Rule(rf"{BEGIN}(?P<low>{SIGN}?{NUMBER}){BLANK}?(?P<times>{letters})(?![A-Za-z])", self.large),
            Rule(rf"{BEGIN}(?P<low>{NUMBER}){RANGE}(?P<high>{NUMBER}){END}", self.span),
            Rule(rf"{BEGIN}(?P<low>\d+):(?P<high>\d+){END}", self.span),
            Rule(rf"{BEGIN}(?P<number>{SIGN}?{NUMBER})(?!\w)", self.number),
        ]

    def _before(self, match: re.Match[str]) -> str:
        """What was said before a number."""
        return match.string[max(0, match.start() - BEHIND) : match.start()]

    def _is_attribute(self, match: re.Match[str]) -> bool:
        """Whether what is counted stands in the singular: "a $5 million deal", "a 12 ft pole"."""
        return self._attribute.search(self._before(match)) is not None

    def _to(self, match: re.Match[str]) -> str:
        return self._words["and" if self._between.search(self._before(match)) else "to"]

    # --- what is counted --------------------------------------------------------------------------------

    def money(self, match: re.Match[str]) -> str | None:
        """Read "$5.99", "€5 million", "$5-10", "5 EUR", "$9/month"."""
        currency = self._pack.currencies[match["currency"]]
        if self._is_attribute(match):
            currency = replace(currency, many=currency.one)
        minus = self._words["minus"] if match["minus"] else ""
        last = "high" if match["high"] else "low"
        said = self._money(match[last], match[f"{last}_times"], currency)
        if match["high"]:
            plain = "." not in match["low"] and "." not in match["high"]
            low = (
                self._amount(match["low"], match["low_times"])
                if plain
                else self._money(match["low"], match["low_times"], currency)
            )
            said = joined(low, self._to(match), said)
        return joined(minus, said, self._per(match["per"]))

    def _money(self, written: str, times: str | None, currency: Currency) -> str:
        whole, _, decimals = written.partition(".")
        if times or len(decimals) > 2 or (decimals and not currency.cent):
            return joined(self._amount(written, times), currency.many)
        hundredths = int(decimals.ljust(2, "0")) if decimals else 0
        value = int(whole.replace(",", "") or 0)
        units = joined(self._numbers.cardinal(whole or "0"), currency.one if value == 1 else currency.many)
        if not hundredths:
            return units
        cents = joined(
            self._numbers.cardinal(str(hundredths)), currency.cent if hundredths == 1 else currency.cents
        )
        return joined(units, self._words["and"], cents) if value else cents

    def _amount(self, written: str, times: str | None) -> str:
        return joined(self._numbers.number(written), self._pack.magnitudes[times.strip()] if times else "")

    def _per(self, unit: str | None) -> str:
        if not unit:
            return ""
        known = self._pack.units.get(unit)
        return joined(self._words["per"], known[0] if known else unit)

    def percent(self, match: re.Match[str]) -> str:
        """Read "5%", "5-10 %"."""
        return joined(self._span(match), self._words["percent"])

    def degrees(self, match: re.Match[str]) -> str:
        """Read "20°C", "-3 °"."""
        scale = {"C": "Celsius", "F": "Fahrenheit", "K": "Kelvin", None: ""}[match["scale"]]
        one = match["high"] is None and match["low"].lstrip("-−+") == "1"
        return joined(self._span(match), self._words["degree" if one else "degrees"], scale)

    def height(self, match: re.Match[str]) -> str:
        """6'2" ."""
        cardinal = self._numbers.cardinal
        return joined(cardinal(match["feet"]), self._words["foot"], cardinal(match["inches"]))

    def size(self, match: re.Match[str]) -> str:
        """Read "3x5", "3 x 5 ft", "3 × 5"."""
        unit = (match["unit"] or "").strip()
        by = self._words["times" if match["by"] == "×" and not unit else "by"]
        said = joined(self._numbers.number(match["low"]), by, self._numbers.number(match["high"]))
        return joined(said, self._pack.units[unit][0 if self._is_attribute(match) else 1] if unit else "")

    def quantity(self, match: re.Match[str]) -> str:
        """Read "5 km", "2-3 hrs", "1 lb", "2 GB/month"."""
        one, many = self._pack.units[match["unit"].strip()]
        single = (match["high"] is None and match["low"].lstrip("-−+") == "1") or self._is_attribute(match)
        return joined(self._span(match), one if single else many, self._per(match["per"]))

    def _span(self, match: re.Match[str]) -> str:
        low, high = self._signed(match["low"]), match["high"]
        return joined(low, self._to(match), self._numbers.number(high)) if high else low

    def _signed(self, written: str) -> str:
        said = self._numbers.number(written)
        return joined(self._words["plus"], said) if written[0] == "+" else said

    # --- parts and places -------------------------------------------------------------------------------

    def fraction(self, match: re.Match[str]) -> str | None:
        """Read "1/2", "1 1/2", "4/5"; a date or a ratio is none."""
        top, bottom = int(match["top"]), int(match["bottom"])
        if match["whole"] is None and bottom in _OUT_OF and 1 < top <= bottom and not match["unit"]:
            return joined(
                self._numbers.cardinal(match["top"]),
                self._words["out of"],
                self._numbers.cardinal(match["bottom"]),
            )
        if not 0 < top < bottom or bottom not in _DENOMINATORS:
            return None
        return self._fraction(match["whole"], top, bottom, match["unit"])

    def fraction_sign(self, match: re.Match[str]) -> str:
        """Read "½", "2½ lbs"."""
        return self._fraction(match["whole"], *_FRACTION_SIGNS[match["sign"]], match["unit"])

    def _fraction(self, whole: str | None, top: int, bottom: int, unit: str | None) -> str:
        ordinal = self._numbers.ordinal(str(bottom))
        one, many = _HALVES.get(bottom, (ordinal, f"{ordinal}s"))
        count = self._words["a"] if whole and (top, bottom) == (1, 2) else self._numbers.cardinal(str(top))
        said = joined(count, one if top == 1 else many)
        if whole:
            said = joined(self._numbers.cardinal(whole), self._words["and"], said)
        if not unit:
            return said
        single, several = self._pack.units[unit]
        if whole or (top, bottom) == (1, 2):
            return joined(said, several if whole else single)
        return joined(said, self._words["of an" if single[0] in "aeiou" else "of a"], single)

    def ratio(self, match: re.Match[str]) -> str:
        """Read "120/80"."""
        return joined(
            self._numbers.cardinal(match["top"]), self._words["over"], self._numbers.cardinal(match["bottom"])
        )

    def ordinal(self, match: re.Match[str]) -> str:
        """Read "22nd"."""
        return self._numbers.ordinal(match["digits"])

    def decade(self, match: re.Match[str]) -> str:
        """Read "1990s", "'90s"."""
        written = match["decade"]
        said = self._numbers.year(written) if len(written) == 4 else self._numbers.cardinal(written)
        return f"{said.removesuffix('y')}ies" if said.endswith("y") else f"{said}s"

    def years(self, match: re.Match[str]) -> str:
        """Read "1914-1918"."""
        return joined(self._numbers.year(match["low"]), self._words["to"], self._numbers.year(match["high"]))

    def year(self, match: re.Match[str]) -> str | None:
        """Read "in 1815", "2024"; another number of four digits is none."""
        recent = "1900" <= match["year"] <= "2099"
        said_so = recent or self._after_year_word.search(self._before(match))
        return self._numbers.year(match["year"]) if said_so else None

    # --- plain numbers ----------------------------------------------------------------------------------

    def code(self, match: re.Match[str]) -> str | None:
        """A number of three digits or more after a word such as "code", or too long to be one."""
        written = match["code"]
        if len(written) >= 3 and self._after_code_word.search(self._before(match)):
            return self._groups(written)
        return None

    def groups(self, match: re.Match[str]) -> str:
        """Read "123-45-6789"."""
        return self._groups(match["groups"])

    def _groups(self, written: str) -> str:
        return ", ".join(self._numbers.digits(group) for group in written.split("-") if group)

    def large(self, match: re.Match[str]) -> str:
        """Read "5 million", "2.5k"."""
        return joined(self._signed(match["low"]), self._pack.magnitudes[match["times"]])

    def span(self, match: re.Match[str]) -> str:
        """Read "5-10", "16:9"."""
        return self._span(match)

    def number(self, match: re.Match[str]) -> str:
        """Read "5", "-3.5", "1,000"; digit by digit where it begins with a zero or is long."""
        written = match["number"]
        digits = written.lstrip("-−+")
        if digits.isdecimal() and self._is_code(digits):
            return self._numbers.digits(digits)
        return self._signed(written)

    def _is_code(self, digits: str) -> bool:
        zero = digits[0] == "0" and len(digits) > 1
        return zero or (len(digits) >= LONG_NUMBER and not digits.endswith("000"))
