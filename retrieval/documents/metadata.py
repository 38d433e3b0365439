"""Facts about a document, found in its text by rule or left unknown: title, outlet, date, authors.

Order of trust for the date: a dateline that states the year; a date line in the page's header, unless
the dateline or the text contradicts it; a dateline without a year. Never the file's own date, never a
date inferred from weekdays. For the outlet: the copyright line; the page's own name in its furniture;
the agency named in the dateline or before the first sentence; whom the author is said to write for.
"""

import re
from itertools import islice

from retrieval.documents.boilerplate import SENTENCE_END, is_furniture
from retrieval.documents.content import Facts
from retrieval.documents.dates import DATE, MONTHS, WRITTEN, from_match
from retrieval.documents.document import Span
from retrieval.documents.forenames import forenames
from retrieval.documents.lines import lines

HEADER_LINES = 8
# Shorter lines are rather a byline or a rubric, longer ones a paragraph.
FEWEST_WORDS, MOST_WORDS = 2, 45
NO_TITLE = re.compile(
    r"the claim:|editor['’]?s['’]? note|correction|note:|photo|video|by |staff\b", re.IGNORECASE
)
WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
LABEL = r"(?:(?:published|posted|updated|date)(?:\s+(?:on|at))?:?\s+)?"
CLOCK = r"(?:[\s,|–-]*(?:at\s+)?\d{1,2}:\d\d(?::\d\d)?(?:\s*[ap]\.?m\.?)?(?:\s+[A-Z]{2,4})?)?"
DATE_LINE = re.compile(LABEL + WEEKDAY + DATE + CLOCK + r"(?:\s+updated\b.{0,60})?", re.IGNORECASE)
DATELINE = re.compile(
    r"(?P<place>[A-Z][A-Z'’.\-]+(?:[ /][A-Z][A-Z'’.\-]+){0,3})"
    r"(?:,\s*[A-Z][\w .]{1,30}?)??,?\s+(?P<date>[A-Z][a-z]{2,8}\.?\s+\d{1,2}(?:,?\s+(?:19|20)\d\d)?)\.?"
    r"\s*(?:/(?P<slashed>[^/\n]{2,30})/|\((?P<bracketed>[^()\n]{2,30})\))"
)
NAME = r"[^\W\d_a-z][\w'’.\-]*(?:\s+(?:(?:de|da|van|von|der|bin|al|el|la|le)\s+)?[^\W\d_a-z][\w'’.\-]*){1,3}"
AND_NAME = rf"(?:,|,?\s+and|\s*&)\s+{NAME}"
NAMES = re.compile(rf"{NAME}(?:{AND_NAME})+")
SENTENCES = re.compile(r"[.!?][\"”’]? [A-Z].{20}")
BYLINE = re.compile(rf"(?:(?:written\s+)?[Bb][Yy]:?\s+|(?:--|—|–)\s*)(?P<names>{NAME}(?:{AND_NAME})*)")
# "Greta Cross is a national trending reporter at USA TODAY."
BIO = re.compile(
    rf"(?P<name>{NAME})\s+(?:is|was)\s+(?:an?|the)\s+[^.\n]{{0,60}}?\b(?:reporter|writer|columnist|correspondent"
    r"|editor|journalist|producer)\b[^.\n]{0,40}?\s(?:for|at|with|on)\s+"
    r"(?P<outlet>(?:[Tt]he\s+)?[A-Z][\w&.]*(?:\s+[A-Z][\w&]*){0,3})(?=['’.,\s]|$)"
)
# A wire's own mark before the first sentence: "(CNN) —", "Hong Kong CNN —", "LONDON (Reuters) -".
WIRE = re.compile(
    r"(?:[A-Z][\w.,’' ]{2,40}\s)?\(?(?P<outlet>CNN|Reuters|AP|AFP|BBC|UPI|DPA|EFE|ANSA|TASS|Xinhua)\)?"
    r"\s*[—–-](?=\s|$)"
)
COPYRIGHT = re.compile(
    r"(?:©|\([cC]\)|[Cc]opyright)[\s©]*(?:(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?)?[\s,]*(?:by\s+)?"
    r"(?P<name>[A-Z][\w&.' -]{1,40}?)(?:,?\s+(?:Inc|Ltd|LLC)\b\.?|\.|,|\s*$|\s+[Aa]ll [Rr]ights)"
)
BLOG = re.compile(r"^[\"“](?P<name>[^\"”\n]{3,60})[\"”] (?:provides|brings|offers|is a blog)\b")
SIGN_UP = re.compile(r"^sign up (?:for|to) (?:the )?(?P<name>.{3,40}?)(?:'s)?(?: newsletters?)?$", re.I)
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9}
PLANNED = re.compile(
    r"\b(?:set|due|expected|scheduled|planned) to [^.\n]{1,60}? in (?:early |late |mid-)?((?:19|20)\d\d)\b"
)


def find_facts(text: str, furniture: list[Span]) -> tuple[Facts, tuple[Span, ...]]:
    """What the text of a page says about itself, and the lines that hold its date alone.

    `furniture` are its menu lines, in order.
    """
    known = set(furniture)
    story = [span for span in islice(lines(text), 400) if span not in known]
    top = story[:HEADER_LINES]
    dated = [(span, _header_date(text[span.start : span.end])) for span in top]
    headers = [span for span, found in dated if found]
    dateline = next(filter(None, (DATELINE.match(text, s.start, s.end) for s in top)), None)
    bylines = {s: names for s in top + story[-3:] if (names := _byline(text[s.start : s.end]))}
    bios = [bio for s in story[-4:] if (bio := BIO.match(text, s.start, s.end))]
    wire = next(filter(None, (WIRE.match(text, s.start, s.end) for s in top[:3])), None)
    title = _title(text, [span for span in story if span not in headers and span not in bylines])
    facts = Facts(
        title=title,
        outlet=_outlet(text, furniture, dateline, wire, bios),
        date=_date(text, [found for _, found in dated if found], dateline),
        authors=tuple(
            dict.fromkeys([*(n for names in bylines.values() for n in names), *(bio["name"] for bio in bios)])
        ),
    )
    return facts, tuple(headers)


def _title(text: str, story: list[Span]) -> str | None:
    """The first line of the story, where it reads like a headline above a text."""
    if len(story) < 2:
        return None
    first = text[story[0].start : story[0].end]
    if not 10 <= len(first) <= 250 or SENTENCE_END.search(first.rstrip("?!")) or "\t" in first:
        return None
    words = len(first.split())
    if not FEWEST_WORDS <= words <= MOST_WORDS or (first.endswith("?") and words > MOST_WORDS / 2):
        return None
    # A dateline ends so, names are a byline, a paragraph has sentences.
    if first[-1] in "—–-:," or WRITTEN.match(first) or NAMES.fullmatch(first) or SENTENCES.search(first):
        return None
    if NO_TITLE.match(first) or (first.istitle() and _is_rubric(first.split())):
        return None
    return first


def _is_rubric(words: list[str]) -> bool:
    """Whether capitalised words rather name a section or a person: "Voices", "Guest Columnist Ann Lee"."""
    return len(words) < 4 or (len(words) < 6 and not forenames().isdisjoint(map(str.casefold, words)))


def _header_date(line: str) -> str | None:
    match = DATE_LINE.fullmatch(line)
    found = from_match(match) if match else None
    return found if found and not found.startswith("--") else None


def _date(text: str, headers: list[str], dateline: re.Match[str] | None) -> str | None:
    written = WRITTEN.search(dateline["date"]) if dateline else None
    stated = from_match(written) if written else None
    if stated and not stated.startswith("--"):
        return stated
    for header in headers:
        agrees = header[4:] == stated[1:] if stated else not _contradicted(text, header)
        if agrees:
            return header
    return stated


def _contradicted(text: str, date: str) -> bool:
    """Whether the text was plainly written at another time than `date` (YYYY-MM-DD).

    "this summer" on a page dated in May, or an event "set to finish in early 2022" on one dated later:
    then the header tells when the page was served, and the article is older.
    """
    year, month = int(date[:4]), int(date[5:7])
    for season, first in SEASONS.items():
        if month < first and re.search(rf"\bthis {season}\b", text):
            return True
    for number, name in enumerate(MONTHS, 1):
        if number > month and re.search(rf"\b(?:earlier )?this {name}\b", text, re.IGNORECASE):
            return True
    return any(_is_past(match, year, month) for match in PLANNED.finditer(text))


def _is_past(planned: re.Match[str], year: int, month: int) -> bool:
    due = int(planned[1])
    return due < year or (due == year and "early" in planned[0] and month > 4)


def _byline(line: str) -> list[str]:
    match = BYLINE.fullmatch(line)
    return re.split(r",?\s+and\s+|,\s+|\s*&\s+", match["names"]) if match else []


def _outlet(
    text: str,
    furniture: list[Span],
    dateline: re.Match[str] | None,
    wire: re.Match[str] | None,
    bios: list[re.Match[str]],
) -> str | None:
    menu = [text[span.start : span.end] for span in furniture]
    for line in menu:
        if match := COPYRIGHT.match(line):
            return match["name"].strip()
    for line in menu:
        sign_up = SIGN_UP.match(line)
        if sign_up and f"more {sign_up['name']}".casefold() in (entry.casefold() for entry in menu):
            return sign_up["name"]
    if any(is_furniture(line) and line.casefold() == "about this blog" for line in menu):
        for span in lines(text):
            if match := BLOG.match(text[span.start : span.end]):
                return match["name"]
    if dateline:
        return (dateline["slashed"] or dateline["bracketed"]).strip()
    if wire:
        return wire["outlet"]
    # Writers of one paper are printed in others: a second mention must bear it out.
    named = {bio["outlet"] for bio in bios}
    return named.pop() if len(named) == 1 and text.count(bios[0]["outlet"]) > 1 else None
