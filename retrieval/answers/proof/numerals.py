"""Numbers in English words: cardinals to the trillions, ordinals to the nineties, simple parts."""

import re
from collections.abc import Iterable
from fractions import Fraction

UNITS = "one two three four five six seven eight nine".split()
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
VALUES = {word: n for n, word in enumerate(["zero", *UNITS, *TEENS])}
VALUES |= {word: 20 + 10 * n for n, word in enumerate(TENS)}
LOW_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth".split()
ORDINALS = {word: n for n, word in enumerate(LOW_ORDINALS, 1)} | {"twelfth": 12}
ORDINALS |= {f"{word}th": VALUES[word] for word in TEENS if word != "twelve"}
ORDINALS |= {f"{word[:-1]}ieth": VALUES[word] for word in TENS}
TIMES = {"hundred": 100, "dozen": 12}
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6}
PARTS |= {"seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10}


def _any(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"


SCALE = _any([*SCALES, "dozen"])
TO_99 = rf"(?:{_any(TENS)}(?:[ -]{_any(UNITS)})?|{_any(TEENS)}|{_any(UNITS)})\b"
TO_999 = rf"(?:(?:{TO_99}|\ban?)[ -]hundred\b(?:(?: and |[ -]){TO_99})?|{TO_99})"
SCALED = rf"(?:{TO_999}(?: and a half\b)?|\ban?|\bhalf an?)[ -]{SCALE}\b"
CARDINAL = (
    rf"(?:\b{SCALED}(?:(?: and |[ -]){SCALED})*(?:(?: and |[ -]){TO_999})?"
    rf"|\b{TO_999}(?: and a half\b)?|\bzero\b)"
)
ORDINAL = rf"\b(?:{_any(TENS)}[ -]{_any(LOW_ORDINALS)}|{_any(ORDINALS)})\b"
PART = (
    rf"(?:\b(?:a|one)[ -]{_any(PARTS)}(?= of\b)|\bhalf(?= (?:of|the|its|his|her|their|all)\b)"
    rf"|\b{_any(UNITS)}[ -](?:halves|{_any(PARTS)}s\b)|(?<!\d)(?<!\d )[½⅓⅔¼¾])"
)
SIGNS = {
    "½": Fraction(1, 2),
    "⅓": Fraction(1, 3),
    "⅔": Fraction(2, 3),
    "¼": Fraction(1, 4),
    "¾": Fraction(3, 4),
}
TOKEN = re.compile(r"and a half|half an?|[a-z]+")


def cardinal(text: str) -> Fraction:
    """The value of a match of CARDINAL."""
    total, current = Fraction(0), Fraction(0)
    for word in TOKEN.findall(text.lower()):
        if word in VALUES:
            current += VALUES[word]
        elif word in ("a", "an"):
            current += 1
        elif word in TIMES:
            current *= TIMES[word]
        elif word in SCALES:
            total, current = total + current * SCALES[word], Fraction(0)
        elif word != "and":
            current += Fraction(1, 2)
    return total + current


def ordinal(text: str) -> Fraction:
    """The value of a match of ORDINAL."""
    return Fraction(sum(VALUES.get(word) or ORDINALS[word] for word in TOKEN.findall(text.lower())))


def part(text: str) -> Fraction:
    """The value of a match of PART ("two-thirds", "a quarter", "½")."""
    if text in SIGNS:
        return SIGNS[text]
    *before, name = TOKEN.findall(text.lower())
    size = 2 if name == "halves" else PARTS[name.removesuffix("s")]
    return Fraction(VALUES.get(before[0], 1) if before else 1, size)
