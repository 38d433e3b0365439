"""Figures as people write them, in digits or in English words, read into one form.

Left out on purpose: a bare "one" (it may be offered by a quote, but is never asked for: it is a pronoun more
often than a figure), vague amounts ("hundreds of", "twice"), the sign before a number, and what it counts.
"""

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from retrieval.answers.proof import numerals

SCALES = {
    **{"hundred": 100, "dozen": 12, "k": 10**3, "thousand": 10**3, "lakh": 10**5, "crore": 10**7},
    **dict.fromkeys(("million", "mln", "mn", "m"), 10**6),
    **dict.fromkeys(("billion", "bln", "bn", "b"), 10**9),
    **dict.fromkeys(("trillion", "trn", "tn"), 10**12),
}
CURRENCIES = {
    **dict.fromkeys(("$", "us$", "usd", "dollar", "us dollar"), "$"),
    **dict.fromkeys(("a$", "aud", "australian dollar"), "A$"),
    **dict.fromkeys(("c$", "cad", "canadian dollar"), "C$"),
    **dict.fromkeys(("€", "eur", "euro"), "€"),
    **dict.fromkeys(("£", "gbp", "pound", "british pound"), "£"),
    **dict.fromkeys(("₽", "rub", "ruble", "rouble"), "₽"),
    **dict.fromkeys(("¥", "jpy", "yen"), "¥"),
    **dict.fromkeys(("cny", "rmb", "yuan"), "yuan"),
    **dict.fromkeys(("chf", "franc"), "franc"),
    **dict.fromkeys(("₹", "inr", "rupee"), "₹"),
    **dict.fromkeys(("₴", "uah", "hryvnia"), "₴"),
}
CODE = r"\b(?:USD|AUD|CAD|EUR|GBP|RUB|JPY|CNY|RMB|CHF|INR|UAH)\b"
BEFORE = rf"(?:(?P<sign>\b(?:US|A|C)\$|[$€£₽¥₹₴]|{CODE}) ?)?"
SCALE = (
    r"(?:[ -]?(?P<scale>thousand|million|billion|trillion|mln|bln|mn|bn|trn|tn|lakh|crore|hundred|dozen)\b"
    r"|(?P<letter>[kmb])\b)?"
)
AFTER = (
    r"(?:(?P<percent> ?%|[ -]?(?:percent|per cent|pct|percentage points?)\b)|[ -]?(?P<money>[€£₽]"
    r"|(?:(?:US|Australian|Canadian|British) )?\b(?:dollar|euro|pound|ruble|rouble|yen|yuan|franc"
    rf"|rupee|hryvnia)s?\b|{CODE}))?"
)
DIGITS = r"(?P<digits>(?<!\d)(?:\d{1,3}(?: \d{3})+(?!\d)(?:[.,]\d+)?|\d+ ?[½⅓⅔¼¾]|\d+(?:[.,]\d+)*))"
ENDING = r"(?:(?P<nth>st|nd|rd|th)\b|(?P<decade>(?<=\d0)'?s\b))?"
# Looking at the first letters before trying every form makes reading several times as fast.
OPENS = (
    r"(?=[\d$€£₽¥₹₴½⅓⅔¼¾]|\b(?:one|two|thr|thi|fou|fif|fiv|for|fir|six|sev|sec|eig|nin|ten|ele|twe|zer|hal"
    r"|an?[ -]|us|a\$|c\$|aud|cad|eur|gbp|rub|jpy|cny|rmb|chf|inr|uah))"
)
NUMBER = re.compile(
    rf"{OPENS}(?:(?P<part>{numerals.PART})|(?P<ordinal>{numerals.ORDINAL})"
    rf"|{BEFORE}(?:{DIGITS}{ENDING}|(?P<cardinal>{numerals.CARDINAL})){SCALE}{AFTER})",
    re.IGNORECASE,
)
COMMAS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?|[1-9]\d?(?:,\d\d)+,\d{3}")
DOTS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){2,}(?:,\d+)?|[1-9]\d{0,2}\.\d{3},\d+")
LONE_DOT = re.compile(r"[1-9]\d{0,2}\.\d{3}")
DECIMAL = re.compile(r"\d+[.,]\d+")
RANGE = re.compile(r" ?[-/] ?| (?:to|and|or) ", re.IGNORECASE)

Key = tuple[str, Fraction]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure where it stands, text[start:end].

    It may be read in several ways ("5m" is five metres or five million): `kinds` are "", "%", "th", "s" (a
    decade), "/" (a part, its value times 100) or a currency; `scales` are what the value is times.
    """

    start: int
    end: int
    text: str
    value: Fraction
    kinds: frozenset[str] = frozenset({""})
    scales: frozenset[int] = frozenset({1})
    bare_one: bool = False

    @property
    def keys(self) -> set[Key]:
        """Every reading; two figures are the same when they share one."""
        return {(kind, self.value * scale) for kind in self.kinds for scale in self.scales}


def figures(text: str) -> list[Figure]:
    """The figures of a text in order; typography is that of typography.plain."""
    dotted = any(DOTS.fullmatch(match[0]) for match in re.finditer(r"\d[\d.,]*\d", text))
    found = [figure for match in NUMBER.finditer(text) for figure in _read(match, dotted)]
    for at in range(len(found) - 1):
        found[at : at + 2] = _as_range(text, found[at], found[at + 1])
    return found


def _read(match: re.Match[str], dotted: bool) -> list[Figure]:
    start, end, text = match.start(), match.end(), match[0].strip()
    if match["part"]:
        value = numerals.part(match["part"])
        return [Figure(start, end, text, value * 100, frozenset({"/", "%"}))]
    if match["ordinal"]:
        return [Figure(start, end, text, numerals.ordinal(match["ordinal"]), frozenset({"th"}))]
    kinds, scales = _kinds(match), _scales(match)
    if match["cardinal"]:
        value = numerals.cardinal(match["cardinal"])
        bare = value == 1 and kinds == {""} and scales == {1}
        return [Figure(start, end, text, value, kinds, scales, bare)]
    *before, last = _values(match["digits"], dotted)
    if "s" in kinds and last < 100:
        last += 1900 if last >= 20 else 2000
    # Of "1,2,3 million" only the last takes the unit.
    alone = [Figure(start, end, str(value), value) for value in before]
    return [*alone, Figure(start, end, text, last, kinds, scales)]


def _kinds(match: re.Match[str]) -> frozenset[str]:
    if match["percent"]:
        return frozenset({"%"})
    if match["nth"] or match["decade"]:
        return frozenset({"th" if match["nth"] else "s"})
    name = (match["sign"] or match["money"] or "").lower().removesuffix("s")
    # Pounds are money or weight.
    return frozenset({"£", ""} if name == "pound" else {CURRENCIES.get(name, "")})


def _scales(match: re.Match[str]) -> frozenset[int]:
    if match["letter"]:
        big = SCALES[match["letter"].lower()]
        return frozenset({big} if match["sign"] or match["money"] else {1, big})
    return frozenset({SCALES.get((match["scale"] or "").lower(), 1)})


def _values(digits: str, dotted: bool) -> list[Fraction]:
    """One number, or several where commas or points part them ("1,2,3").

    Of 1.700 nobody can say whether it is 1.7 or 1700: it is 1.7, unless a number in the same text shows that
    points part its thousands.
    """
    digits = digits.replace(" ", "")
    if digits[-1] in numerals.SIGNS:
        return [numerals.SIGNS[digits[-1]] + int(digits[:-1])]
    if COMMAS.fullmatch(digits):
        return [Fraction(digits.replace(",", ""))]
    if DOTS.fullmatch(digits) or (dotted and LONE_DOT.fullmatch(digits)):
        return [Fraction(digits.replace(".", "").replace(",", "."))]
    if DECIMAL.fullmatch(digits):
        return [Fraction(digits.replace(",", "."))]
    return [Fraction(part) for part in re.findall(r"\d+", digits)]


def _as_range(text: str, one: Figure, other: Figure) -> tuple[Figure, Figure]:
    """In "5 to 6 million dollars" and "$5-6 million" both may have the scale and the unit."""
    if not RANGE.fullmatch(text[one.end : other.start]):
        return one, other
    if one.keys == {("", one.value)} and 1000 <= one.value < 3000 and 10 <= other.value < 100:
        if text[one.end] in "-/":
            other = replace(other, value=one.value // 100 * 100 + other.value)  # 2014-15
        return one, other
    if one.scales == {1}:
        one = replace(one, scales=one.scales | other.scales)
    if one.kinds == {""}:
        one = replace(one, kinds=one.kinds | other.kinds)
    elif other.kinds == {""} and one.kinds <= set(CURRENCIES.values()):
        other = replace(other, kinds=other.kinds | one.kinds)
    return one, other
