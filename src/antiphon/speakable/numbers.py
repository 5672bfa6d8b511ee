"""Numbers in words: num2words, in the form in which they are said."""

from __future__ import annotations

from functools import lru_cache

from num2words import num2words

LONGEST = 15  # digits of a number that is read as one; longer ones are read digit by digit
REMEMBERED = 4_096


class NumberWords:
    """Numbers in the words of one language.

    Args:
        language: num2words' name for it.
        point: What separates decimals.
        minus: What stands before a negative number.
    """

    def __init__(self, language: str, point: str, minus: str) -> None:
        self._language, self._point, self._minus = language, point, minus

    def cardinal(self, digits: str) -> str:
        """A whole number: its digits, grouped by commas or not."""
        plain = digits.replace(",", "")
        return _words(int(plain), self._language, "cardinal") if len(plain) <= LONGEST else self.digits(plain)

    def number(self, written: str) -> str:
        """A number as it is written: "-1,234.50"; digit by digit where it is filled up with zeros."""
        sign = self._minus + " " if written[0] in "-−–" else ""
        whole, point, decimals = written.lstrip("-−–+").partition(".")
        padded = len(whole) > 1 and whole[0] == "0"
        said = self.digits(whole) if padded else self.cardinal(whole) if whole else ""
        if point and decimals:
            said = f"{said} {self._point} {self.digits(decimals)}".strip()
        return sign + said

    def ordinal(self, digits: str) -> str:
        """The number of a place: "twenty-second"."""
        return _words(int(digits.replace(",", "")), self._language, "ordinal")

    def year(self, digits: str) -> str:
        """A year: "nineteen ninety-nine"."""
        return _words(int(digits), self._language, "year")

    def digits(self, digits: str) -> str:
        """Digit by digit."""
        return " ".join(
            _words(int(digit), self._language, "cardinal") for digit in digits if digit.isdecimal()
        )


@lru_cache(REMEMBERED)
def _words(number: int, language: str, form: str) -> str:
    return str(num2words(number, lang=language, to=form)).replace(",", "")
