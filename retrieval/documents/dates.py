"""Dates as pages write them, read into YYYY-MM-DD, YYYY-MM or --MM-DD."""

import re
from datetime import date

MONTHS = """
    january february march april may june july august september october november december
    """.split()
MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
# A page may glue the hour to the year ("7 November 201814:07"), so a year ends after four digits.
YEAR = r"(?P<{0}>(?:19|20)\d\d)(?=\D|\d\d?:\d\d|$)"
DATE = (
    rf"(?:(?P<day1>\d{{1,2}})(?:st|nd|rd|th)?\s+{MONTH.format('month1')}(?:,?\s+{YEAR.format('year1')})?"
    rf"|{MONTH.format('month2')}\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?=\D|$)"
    rf"(?:,?\s+{YEAR.format('year2')})?"
    rf"|(?P<year3>(?:19|20)\d\d)-(?P<month3>\d\d)-(?P<day3>\d\d)(?=\D|$))"
)
WRITTEN = re.compile(rf"\b{DATE}", re.IGNORECASE)


def read_date(text: str) -> str | None:
    """The first date written in `text`, or None; a date that no calendar has is none."""
    match = WRITTEN.search(text)
    return None if match is None else from_match(match)


def from_match(match: re.Match[str]) -> str | None:
    """The ISO form of a match of WRITTEN."""
    found = match.groupdict()
    day = int(found["day1"] or found["day2"] or found["day3"])
    if found["month3"]:
        month = int(found["month3"])
    else:
        name = (found["month1"] or found["month2"]).casefold()[:3]
        month = next(n for n, full in enumerate(MONTHS, 1) if full.startswith(name))
    year = found["year1"] or found["year2"] or found["year3"]
    try:
        date(int(year) if year else 2000, month, day)  # 2000 has a 29 February
    except ValueError:
        return None
    return f"{year or '-'}-{month:02}-{day:02}"


ISO = re.compile(r"(?P<year>(?:19|20)\d\d)(?:-?(?P<month>\d\d)(?:-?(?P<day>\d\d))?)?(?=\D|$)")


def iso_date(stated: str) -> str | None:
    """The date part, YYYY[-MM[-DD]], of a date in ISO 8601 or in words, or None where there is none."""
    match = ISO.match(stated.strip())
    if match is None:
        found = read_date(stated)
        return found if found and not found.startswith("--") else None
    year, month, day = match.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return "-".join(filter(None, (year, month, day)))
