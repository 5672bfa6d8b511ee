"""Dates and times of day."""

from __future__ import annotations

import re

from antiphon.speakable.forms import BEGIN, BLANK, END, RANGE, joined
from antiphon.speakable.numbers import NumberWords
from antiphon.speakable.pack import SpeechPack
from antiphon.speakable.rules import BEHIND, Rule, one_of

_HALF = r"(?:[ap]\.[ \t]?m\.|[AP]\.[ \t]?M\.|[ap]m(?!\w)|[AP]M(?!\w))"
_AFTER_DATE_WORD = re.compile(
    r"\b(?:on|by|until|since|from|through|before|after|due|dated|for)[ \t]$", re.IGNORECASE
)


class Calendar:
    """Reads dates and times.

    Args:
        pack: The language's words.
        numbers: Its numbers.
        day_first: Whether 3/4 is the third of April.
    """

    def __init__(self, pack: SpeechPack, numbers: NumberWords, *, day_first: bool) -> None:
        self._pack, self._numbers, self._words, self._day_first = pack, numbers, pack.words, day_first
        self._month_names = list(dict.fromkeys(pack.months.values()))

    def rules(self) -> list[Rule]:
        """Its rules, the more particular before the more general."""
        pack = self._pack
        month = rf"(?P<month>{one_of(pack.months)})(?![a-z])"
        weekdays = one_of(pack.weekdays)
        short = one_of(name for name, full in pack.weekdays.items() if name != full)
        certain = one_of(
            name
            for name, full in pack.weekdays.items()
            if name != full and name not in pack.doubtful_weekdays
        )
        year = rf"(?:,?{BLANK}(?P<year>(?:1[1-9]|20)\d\d)(?![\d:]))?"
        day = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
        low, high = (
            rf"(?P<{name}_hour>\d{{1,2}})(?::(?P<{name}_minute>[0-5]\d))?(?:{BLANK}?(?P<{name}_half>{_HALF}))?"
            for name in ("low", "high")
        )
        return [
            Rule(
                rf"{BEGIN}(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d)"
                rf"(?:[T ](?P<low_hour>\d\d):(?P<low_minute>\d\d)(?::\d\d)?Z?)?{END}",
                self.numeric_date,
            ),
            Rule(
                rf"{BEGIN}(?P<one>\d{{1,2}})(?:/(?P<two>\d{{1,2}})/|-(?P<three>\d{{1,2}})-|\.(?P<four>\d{{1,2}})\.)(?P<year>\d{{4}}|\d\d){END}(?![-/])",
                self.ordered_date,
            ),
            Rule(
                rf"(?<!\w){month}{BLANK}{day}{RANGE}(?P<until>\d{{1,2}})(?:st|nd|rd|th)?{year}{END}",
                self.month_day,
            ),
            Rule(rf"(?<!\w){month}{BLANK}{day}{year}(?!\w)(?!:\d)", self.month_day),
            Rule(rf"(?<!\w){month},?{BLANK}(?P<only_year>(?:1[1-9]|20)\d\d)(?!\w)", self.month_year),
            Rule(rf"{BEGIN}{day}{BLANK}{month}{year}", self.day_month),
            Rule(rf"(?<!\w)(?P<days>{weekdays}\.?(?:{RANGE}{weekdays}\.?)+)(?!\w)", self.weekdays),
            Rule(rf"(?<!\w)(?P<days>{weekdays}(?:/{weekdays})+)(?!\w)", self.weekdays),
            Rule(
                rf"(?<!\w)(?P<weekday>{short})(?!\w)(?=\.?,?{BLANK}(?:\d|{one_of(pack.months)})|\.?:)\.?",
                self.weekday,
            ),
            Rule(rf"(?<!\w)(?P<weekday>{certain})(?!\w)\.?", self.weekday),
            Rule(rf"{BEGIN}{low}{RANGE}{high}(?!\w|:\d)", self.hours),
            Rule(rf"{BEGIN}{low}(?::(?P<second>[0-5]\d))?(?!\w|:\d)", self.time),
            Rule(rf"{BEGIN}(?P<one>\d{{1,2}})/(?P<two>\d{{1,2}}){END}(?!/)", self.short_date),
        ]

    def short_dates(self) -> list[Rule]:
        """What is a date only where it is no fraction."""
        return [Rule(rf"{BEGIN}(?P<one>\d{{1,2}})/(?P<two>\d{{1,2}}){END}(?!/)", self.unlikely_date)]

    # --- dates ------------------------------------------------------------------------------------------

    def numeric_date(self, match: re.Match[str]) -> str | None:
        """Read "2024-03-05", "2024-03-05T14:30"."""
        said = self._date(int(match["month"]), match["day"], match["year"])
        if said is None or match["low_hour"] is None:
            return said
        time = self._time(match["low_hour"], match["low_minute"], None)
        return None if time is None else f"{said}, {self._words['at']} {time}"

    def ordered_date(self, match: re.Match[str]) -> str | None:
        """Read "3/5/2024", "03-05-2024", "5.3.2024"."""
        first, second = match["one"], match["two"] or match["three"] or match["four"]
        year = match["year"]
        if len(year) == 2:
            if match["two"] is None:
                return None
            year = f"{'20' if year < '50' else '19'}{year}"
        day_first = self._day_first or match["four"] is not None or int(first) > 12
        month, day = (second, first) if day_first else (first, second)
        return self._date(int(month), day, year)

    def short_date(self, match: re.Match[str]) -> str | None:
        """Read "on 5/10": a date, because a word such as "on" says so."""
        before = match.string[max(0, match.start() - BEHIND) : match.start()]
        return self.unlikely_date(match) if _AFTER_DATE_WORD.search(before) else None

    def unlikely_date(self, match: re.Match[str]) -> str | None:
        """Read "12/25"."""
        month, day = (match["two"], match["one"]) if self._day_first else (match["one"], match["two"])
        return self._date(int(month), day, None)

    def month_day(self, match: re.Match[str]) -> str | None:
        """Read "March 3", "Mar. 3rd, 2024", "March 3-5"."""
        names = match.groupdict()
        if not 1 <= int(match["day"]) <= 31:
            return None
        said = f"{self._pack.months[match['month']]} {self._numbers.ordinal(match['day'])}"
        if names.get("until"):
            said = joined(said, self._words["to"], self._numbers.ordinal(match["until"]))
        return f"{said}, {self._numbers.year(match['year'])}" if match["year"] else said

    def month_year(self, match: re.Match[str]) -> str:
        """Read "March 2024"."""
        return f"{self._pack.months[match['month']]} {self._numbers.year(match['only_year'])}"

    def day_month(self, match: re.Match[str]) -> str | None:
        """Read "3 March 2024"."""
        if not 1 <= int(match["day"]) <= 31:
            return None
        before = match.string[max(0, match.start() - BEHIND) : match.start()].rstrip().lower()
        article = "" if before.endswith((" the", "\nthe")) or before == "the" else self._words["the"]
        ordinal = self._numbers.ordinal(match["day"])
        said = joined(article, ordinal, self._words["of"], self._pack.months[match["month"]])
        return f"{said}, {self._numbers.year(match['year'])}" if match["year"] else said

    def _date(self, month: int, day: str, year: str | None) -> str | None:
        if not 1 <= month <= 12 or not 1 <= int(day) <= 31:
            return None
        said = f"{self._month_names[month - 1]} {self._numbers.ordinal(day)}"
        return f"{said}, {self._numbers.year(year)}" if year else said

    def weekdays(self, match: re.Match[str]) -> str:
        """Read "Mon-Fri", "Mon/Wed/Fri"."""
        days = re.findall(r"[A-Za-z]+", match["days"])
        between = ", " if "/" in match["days"] else f" {self._words['to']} "
        return between.join(self._pack.weekdays[day] for day in days)

    def weekday(self, match: re.Match[str]) -> str:
        """Read "Tue"."""
        return self._pack.weekdays[match["weekday"]]

    # --- times ------------------------------------------------------------------------------------------

    def hours(self, match: re.Match[str]) -> str | None:
        """Read "9-11 a.m.", "09:00-17:00"."""
        if not any(match[name] for name in ("low_minute", "low_half", "high_minute", "high_half")):
            return None
        low_half, high_half = match["low_half"], match["high_half"]
        bare = not low_half and bool(high_half)
        if not low_half and not high_half and int(match["high_hour"]) > 12:
            low_half = "am" if 0 < int(match["low_hour"]) < 12 else None
        low = self._time(match["low_hour"], match["low_minute"], low_half, bare=bare)
        high = self._time(match["high_hour"], match["high_minute"], high_half)
        return None if low is None or high is None else joined(low, self._words["to"], high)

    def time(self, match: re.Match[str]) -> str | None:
        """Read "7:30", "7 p.m.", "19:30"."""
        if not match["low_minute"] and not match["low_half"]:
            return None
        said = self._time(match["low_hour"], match["low_minute"], match["low_half"])
        if said is None or match["second"] is None:
            return said
        return joined(
            said, self._words["and"], self._numbers.cardinal(match["second"]), self._words["seconds"]
        )

    def _time(self, hour: str, minute: str | None, half: str | None, *, bare: bool = False) -> str | None:
        """A time in the twelve hours of a clock; ``bare``: what follows says which half of the day."""
        value = int(hour)
        if value > 24 or (half and not 1 <= value <= 12):
            return None
        said_half = self._words["am" if half[0] in "aA" else "pm"] if half else ""
        if not half and (value > 12 or (minute and hour[0] == "0")):
            said_half = self._words["am" if value % 24 < 12 else "pm"]
        said = self._numbers.cardinal(str((value - 1) % 12 + 1 if value else 12))
        if minute == "00" or minute is None:
            full = minute and not said_half and not bare
            return joined(said, self._words["o'clock"] if full else said_half)
        after = joined(
            self._words["oh"] if minute[0] == "0" else "", self._numbers.cardinal(minute.lstrip("0"))
        )
        return joined(said, after, said_half)
