"""Text with its typography levelled, so that only words and figures are compared."""

import re
import unicodedata
from functools import lru_cache

SINGLE = dict.fromkeys(map(ord, "‘’‚‛ʼ´`′＇"), "'")
DOUBLE = dict.fromkeys(map(ord, "“”„‟«»″"), '"')
DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")
NOTHING = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), "")
OTHER = {ord("％"): "%", ord("…"): "..."}
LEVEL = {**SINGLE, **DOUBLE, **DASHES, **NOTHING, **OTHER}
STROKES = str.maketrans(
    {
        "ł": "l",
        "Ł": "L",
        "ø": "o",
        "Ø": "O",
        "đ": "d",
        "Đ": "D",
        "ı": "i",
        "ß": "ss",
        "æ": "ae",
        "Æ": "Ae",
        "œ": "oe",
    }
)
MARKS = re.compile(r"[\u0300-\u036f]+")
DOTTED = re.compile(r"\b(?:[A-Za-z]\.){2,}(?=\W|$)")


# The statements of one answer cite the same passages.
@lru_cache(maxsize=128)
def plain(text: str) -> str:
    """The text with plain quotation marks, hyphens and spaces, "U.S." as "US", and letters without marks.

    Its offsets are not those of the text.
    """
    if not text.isascii():
        text = text.translate(LEVEL)
    if not text.isascii():
        text = MARKS.sub("", unicodedata.normalize("NFD", text))
        text = unicodedata.normalize("NFC", text).translate(STROKES)
    return DOTTED.sub(_letters, " ".join(text.split()))


def _letters(match: re.Match[str]) -> str:
    letters = match[0].replace(".", "")
    return letters if letters.isupper() else match[0]
