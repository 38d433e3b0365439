"""Dates as texts write them, each with what it states: a year, a month, a day, a weekday."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from retrieval.documents.dates import MONTHS

WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
# Months are told by their capital: "may" and "march" are verbs too.
MONTH = (
    r"(?:(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?"
    r"|JANUARY|FEBRUARY|MARCH|APRIL|MAY|JUNE|JULY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER)(?!\w)\.?)"
)
DAY = r"(?<!\d)(?<!\d[.,:])(?P<{0}>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![\d:%]|[.,]\d)"
TO = r"(?: ?- ?| (?:and|to|or|&) )"
# A page may glue the hour to the year ("7 November 201814:07").
YEAR = r"(?P<{0}>(?:1[0-9]|20)\d\d)(?!\d(?!\d?:\d\d)| ?%|,\d)"
DAY_FIRST = (
    rf"(?:{DAY.format('a1')}{TO})?{DAY.format('a2')}(?: of)? (?P<am>{MONTH})(?:,? {YEAR.format('ay')})?"
)
MONTH_FIRST = (
    rf"\b(?P<bm>{MONTH}) (?:the )?{DAY.format('b1')}(?:{TO}{DAY.format('b2')})?(?:,? {YEAR.format('by')})?"
)
MONTH_YEAR = rf"\b(?P<cm>{MONTH})(?: of)?,? {YEAR.format('cy')}"
MONTH_ALONE = (
    rf"(?:(?<=\b[iI]n )|(?<=\b[oO]f )|(?<=\b[lL]ast )|(?<=\b[nN]ext )|(?<=\b[tT]his )|(?<=\b[sS]ince )"
    rf"|(?<=\b[uU]ntil )|(?<=\b[bB]y )|(?<=\b[eE]arly )|(?<=\b[lL]ate )|(?<=\b[mM]id-))(?P<dm>{MONTH})"
    r"|\b(?P<em>January|February|April|June|July|August|September|October|November|December)\b"
)
ISO = r"(?<![\d-])(?P<fy>(?:1[0-9]|20)\d\d)?(?(fy)|-)-(?P<fm>0[1-9]|1[0-2])(?:-(?P<fd>[0-3]\d))?(?![\d-])"
NUMERIC = r"(?<![\d./-])(?P<g1>\d\d?)(?P<gs>[./-])(?P<g2>\d\d?)(?P=gs)(?P<gy>(?:1[0-9]|20)\d\d)(?!\d)"
WEEKDAY = (
    r"\b(?P<w>Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b"
    r"|\b(?P<ws>Tue|Wed|Thu|Fri|Sat)\b\.?(?=,? [A-Z\d])"
)
FORMS = "|".join((ISO, NUMERIC, DAY_FIRST, MONTH_FIRST, MONTH_YEAR, MONTH_ALONE, WEEKDAY))
# Looking at the first character before trying every form makes reading several times as fast.
FOUND = re.compile(rf"(?=[\d-]|\b[JFMASONDWT])(?:{FORMS})")
NEAR = 183  # days: a date without a year is the one nearest to the document's


@dataclass(frozen=True, slots=True)
class Day:
    """What a date states; None is left open. Months and days from 1, weekdays from 0, Monday."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None

    def full(self) -> date | None:
        """The calendar day, where year, month and day are stated."""
        return date(self.year, self.month, self.day) if self.year and self.month and self.day else None


@dataclass(frozen=True, slots=True)
class Mention:
    """A date where it stands, text[start:end]; 7/11/2018 has two readings."""

    start: int
    end: int
    text: str
    readings: tuple[Day, ...]


def mentions(text: str) -> list[Mention]:
    """The dates of a text in order; a bare year is none but a figure; typography is that of plain."""
    found = []
    for match in FOUND.finditer(text):
        for days in _days(match):
            readings = tuple(day for day in days if _is_real(day))
            if readings:
                found.append(Mention(match.start(), match.end(), match[0], readings))
    return found


def stands(day: Day, cited: set[Day], years: set[int]) -> bool:
    """Whether the cited dates state all that `day` states.

    A cited date without a year is that of the cited year, or the nearest to a cited date (half a year).
    """
    if day.weekday is not None:
        return any(_weekday(other) == day.weekday for other in cited)
    if any(_within(day, other) for other in cited):
        return True
    if day.year is None or not any(
        _within(Day(None, day.month, day.day), other) for other in cited if not other.year
    ):
        return False
    return any(_is_near(day, other) for other in cited) or day.year in years


def agrees(day: Day, cited: set[Day], years: set[int]) -> bool:
    """Whether something cited states a part of `day`, and nothing else than it."""
    if day.weekday is not None:
        return False
    told = cited | {Day(year) for year in years}
    if any(_within(other, day) for other in told if other.weekday is None):
        return True
    full, weekdays = day.full(), {other.weekday for other in cited} - {None}
    # "On Tuesday", in a document of that week.
    return full is not None and full.weekday() in weekdays and any(_days_between(full, o) < 7 for o in cited)


def _within(loose: Day, exact: Day) -> bool:
    """Whether `exact` states all that `loose` states."""
    pairs = ((loose.year, exact.year), (loose.month, exact.month), (loose.day, exact.day))
    return all(one is None or one == other for one, other in pairs)


def _weekday(day: Day) -> int | None:
    full = day.full()
    return full.weekday() if full else day.weekday


def _is_near(day: Day, other: Day) -> bool:
    if day.year is None or day.month is None or other.year is None or other.month is None:
        return False
    middle = date(day.year, day.month, day.day or 15)
    return _days_between(middle, Day(other.year, other.month, other.day or 15)) <= NEAR


def _days_between(one: date, other: Day) -> int:
    full = other.full()
    return abs((one - full).days) if full else 10**6


def _is_real(day: Day) -> bool:
    try:
        date(day.year or 2000, day.month or 1, day.day or 1)  # 2000 has a 29 February
    except ValueError:
        return False
    return True


def _days(match: re.Match[str]) -> Iterator[tuple[Day, ...]]:
    """For each date of a match, its readings."""
    found = match.groupdict()
    if found["gy"]:
        year, one, two = int(found["gy"]), int(found["g1"]), int(found["g2"])
        american = () if found["gs"] == "." else (Day(year, one, two),)
        yield (Day(year, two, one), *american)
    elif found["fm"]:
        yield (Day(_number(found["fy"]), int(found["fm"]), _number(found["fd"])),)
    elif found["w"] or found["ws"]:
        name = (found["w"] or found["ws"]).lower()
        yield (Day(weekday=next(n for n, full in enumerate(WEEKDAYS) if full.startswith(name))),)
    else:
        name = next(found[group] for group in ("am", "bm", "cm", "dm", "em") if found[group]).lower()
        month = next(n for n, full in enumerate(MONTHS, 1) if full.startswith(name[:3]))
        stated = _number(found["ay"] or found["by"] or found["cy"])
        days = [found[group] for group in ("a1", "a2", "b1", "b2") if found[group]]
        yield from ((Day(stated, month, int(day)),) for day in days or ())
        if not days:
            yield (Day(stated, month),)


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None
