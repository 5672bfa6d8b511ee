"""What stands beside a number: times, years, dates, money and units get one form."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from antiphon.core.language.pack import ClockRule, NumberWords

_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?")
_CLOCK_DIGITS = re.compile(r"(\d{1,2})[.]?(\d{2})")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
_MINUTES_A_DAY = 24 * 60
_CODE_DIGITS = 7  # a run of digits as long as a telephone number is one number


_Step = Callable[[Sequence[str], int], tuple[list[str], int] | None]


class QuantityReader:
    """Rewrites what was read as single numbers into the quantities they form with their neighbours."""

    def __init__(self, numbers: NumberWords) -> None:
        self._numbers = numbers
        self._rules: dict[str, list[ClockRule]] = {}
        for rule in sorted(numbers.clock_rules, key=lambda rule: -len(rule.pattern)):
            self._rules.setdefault(rule.pattern[0], []).append(rule)
        self._digit_rules = [*self._rules.pop("H", []), *self._rules.pop("M", [])]
        months = {month for month, name in numbers.months.items() if month != name}
        self._heads = self._rules.keys() | numbers.currencies.keys() | months
        self._on_run: tuple[_Step, ...] = (self._run,)
        self._on_digits: tuple[_Step, ...] = (self._clock, self._hour, self._money, self._unit)
        self._on_others: tuple[_Step, ...] = (self._clock, self._hour, self._money, self._date, self._unit)
        self._currencies = {word for words in numbers.currencies.values() for word in words}
        self._follows_digits = (
            {rule.pattern[1] for rule in self._digit_rules}
            | numbers.meridiem
            | numbers.oclock
            | numbers.currencies.keys()
            | self._currencies
            | numbers.units.keys()
        )

    def rewrite(self, words: Sequence[str]) -> list[str]:
        """One pass over the words; each step answers what it writes and how many words it read."""
        written: list[str] = []
        position = 0
        while position < len(words):
            word = words[position]
            found = self._step(words, position, word) if word[0].isdigit() or word in self._heads else None
            if found is None:
                written.append(word)
                position += 1
            else:
                written.extend(found[0])
                position += found[1]
        return written

    def _step(self, words: Sequence[str], position: int, word: str) -> tuple[list[str], int] | None:
        """What a word forms with those behind it, if anything."""
        if not word.isdecimal():
            steps = self._on_others
        elif (following := _at(words, position + 1))[:1].isdigit():
            steps = self._on_run
        elif following in self._follows_digits:
            steps = self._on_digits
        else:
            return None
        return next((found for step in steps if (found := step(words, position)) is not None), None)

    def _clock(self, words: Sequence[str], position: int) -> tuple[list[str], int] | None:
        """Spoken times ("half past 7") and written ones ("19:30")."""
        word = words[position]
        for rule in self._digit_rules if word.isdecimal() else self._rules.get(word, ()):
            if (minutes := _match(rule, words, position)) is not None:
                return self._time(minutes, words, position + len(rule.pattern)), len(rule.pattern)
        if (time := _TIME.fullmatch(word)) is not None:
            minutes = int(time[1]) * 60 + int(time[2])
            skipped = 1 + (_at(words, position + 1) in self._numbers.oclock)
            return self._time(minutes, words, position + skipped), skipped
        return None

    def _time(self, minutes: int, words: Sequence[str], after: int) -> list[str]:
        """A time of day; where a language names the halves of the day, "19:30" is "7:30 pm"."""
        hours, minute = divmod(minutes % _MINUTES_A_DAY, 60)
        meridiem = self._numbers.meridiem
        if hours <= 12 or not meridiem or _at(words, after) in meridiem:
            return [f"{hours}:{minute:02d}"]
        return [f"{hours - 12}:{minute:02d}", "pm"]

    def _run(self, words: Sequence[str], position: int) -> tuple[list[str], int] | None:
        """Numbers side by side: a code spelled digit by digit, a year, a time, a false start."""
        end = position
        while end < len(words) and words[end].isdecimal():
            end += 1
        run, following = words[position:end], _at(words, end)
        if len(run) == 1:
            return self._single(run[0], following)
        if not self._numbers.clock_pairs:
            return None
        if len(run) == 2 and len(run[0] + run[1]) < _CODE_DIGITS:
            return self._pair(run[0], run[1], following)
        if sum(map(len, run)) >= _CODE_DIGITS or all(len(digits) == 1 for digits in run):
            return ["".join(run)], len(run)
        return list(run), len(run)

    @staticmethod
    def _single(digits: str, following: str) -> tuple[list[str], int] | None:
        """A number that is the beginning of the next: "1 01.5" is "101.5", "20 25th" a false start."""
        if following[:1] == "0" and "." in following:
            return [digits + following], 2
        return ([], 1) if _is_false_start(digits, following) else None

    def _pair(self, first: str, second: str, following: str) -> tuple[list[str], int] | None:
        if first == second and int(first) < 10 and following in self._numbers.meridiem:
            return [], 1  # "at five, five p.m."
        if len(second) != 2:
            return None
        if 13 <= int(first) <= 20:
            return [first + second], 2
        if 1 <= int(first) <= 12 and int(second) < 60:
            return [f"{int(first)}:{second}"], 2
        return None

    def _hour(self, words: Sequence[str], position: int) -> tuple[list[str], int] | None:
        """An hour by what follows it: "7 pm", "7 o'clock", "730 pm", "7.30 pm"."""
        word, following = words[position], _at(words, position + 1)
        if not word[:1].isdecimal():
            return None
        oclock = following in self._numbers.oclock
        if not oclock and following not in self._numbers.meridiem:
            return None
        if word.isdecimal() and 1 <= int(word) <= (12 if self._numbers.meridiem else 24):
            return self._time(int(word) * 60, words, position + 1 + oclock), 1 + oclock
        if not oclock and (digits := _CLOCK_DIGITS.fullmatch(word)) is not None and 0 < int(digits[2]) < 60:
            return [f"{int(digits[1])}:{digits[2]}"], 1
        return None

    def _money(self, words: Sequence[str], position: int) -> tuple[list[str], int] | None:
        """Signs become words behind the number; "5 dollars and 50 cents" is "5.5 dollars"."""
        numbers, word, following = self._numbers, words[position], _at(words, position + 1)
        if word in numbers.currencies and following[:1].isdecimal():
            return self._amount(following, word), 2
        if not word[:1].isdecimal():
            return None
        if following in numbers.currencies:
            return self._amount(word, following), 2
        if following not in self._currencies or not word.isdecimal():
            return None
        third = position + 2 + (_at(words, position + 2) == numbers.joiner)
        cents = _at(words, third)
        if cents.isdecimal() and int(cents) < 100 and _at(words, third + 1) in numbers.cents:
            return [_trimmed(f"{word}.{int(cents):02d}"), following], third + 2 - position
        return None

    def _amount(self, number: str, sign: str) -> list[str]:
        number = _trimmed(number)
        singular, plural = self._numbers.currencies[sign]
        return [number, singular if number == "1" else plural]

    def _date(self, words: Sequence[str], position: int) -> tuple[list[str], int] | None:
        """A day beside its month is a cardinal; a month beside a number is written out."""
        months, links, word = self._numbers.months, self._numbers.month_links, words[position]
        before, after = position - 1, position + 1
        while before >= 0 and words[before] in links:
            before -= 1
        while after < len(words) and words[after] in links:
            after += 1
        neighbours = (words[before] if before >= 0 else "", _at(words, after))
        if (day := _ORDINAL.fullmatch(word)) is not None:
            return ([day[1]], 1) if any(each in months for each in neighbours) else None
        if months.get(word, word) != word and any(each[:1].isdecimal() for each in neighbours):
            return [months[word]], 1
        return None

    def _unit(self, words: Sequence[str], position: int) -> tuple[list[str], int] | None:
        """A unit's short form behind a number: "5 km"."""
        number, unit = words[position], _at(words, position + 1)
        if number[:1].isdecimal() and unit in self._numbers.units:
            singular, plural = self._numbers.units[unit]
            return [number, singular if number == "1" else plural], 2
        return None


def _match(rule: ClockRule, words: Sequence[str], position: int) -> int | None:
    """The minutes since midnight that a spoken time means, if it stands at this position."""
    hours, minutes = -1, rule.minutes
    for offset, expected in enumerate(rule.pattern):
        word = _at(words, position + offset)
        if expected == "H" and word.isdecimal() and 1 <= int(word) <= 24:
            hours = int(word)
        elif expected == "M" and word.isdecimal() and 1 <= int(word) <= 59:
            minutes *= int(word)
        elif word != expected:
            return None
    return hours * 60 + minutes


def _is_false_start(tens: str, following: str) -> bool:
    """Whether a number is the repeated beginning of the next ("the twenty, twenty-fifth")."""
    day = _ORDINAL.fullmatch(following)
    return day is not None and int(tens) >= 20 and tens[-1] == "0" and int(day[1]) // 10 == int(tens) // 10


def _trimmed(number: str) -> str:
    """A decimal number without idle zeros: "5.50" is "5.5", "5.00" is "5"."""
    if "." not in number or not number[0].isdecimal():
        return number
    return number.rstrip("0").rstrip(".")


def _at(words: Sequence[str], position: int) -> str:
    return words[position] if position < len(words) else ""
