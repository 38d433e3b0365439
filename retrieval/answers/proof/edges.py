"""Where a quote may begin and end: between words, and never inside a number."""

import re
import unicodedata
from functools import lru_cache

from retrieval.answers.proof.folding import LINE_HYPHEN, OWN_HYPHEN, Folded

# Scripts written without spaces between words: Thai, Lao, Myanmar, Khmer, kana, Han.
UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\U00020000-\U0003ffff"
)
WITHOUT_SPACES = re.compile(f"[{UNSPACED}]")
# There a quote that begins behind one of these, or ends before or in one, would turn a word round.
NEGATION_BEFORE = re.compile("(?:[不没沒未无無非勿]|ไม่)$")
NEGATION_BEHIND = re.compile("ない|なかっ|(?<=な)(?:い|かっ)|ません|(?<=ま)せん|(?<=ませ)ん")

CURRENCY = r"$¢£¤¥֏؋৲৳৻૱௹฿៛\u20a0-\u20cf﷼"
_HAN = "一二三四五六七八九十百千万亿兆億萬零〇两兩"
NUMBER = re.compile(
    rf"(?:[-+±<>≤≥~≈]|[^\W\d_]{{0,3}}[{CURRENCY}] ?|百分之|千分之|[负負第]){{0,3}}(?:(?<!\w)\.)?"
    r"(?:(?<!\d)\d{1,3}(?: \d{3})+(?!\d)|\d+)(?:[.,:/'·٫٬^×*⁄-]\d+)*"
    rf"(?: \d+/\d+| [¼-¾⅐-⅞])?(?: ?[%‰°]|[{CURRENCY}]| [{CURRENCY}](?! ?\d)){{0,3}}"
    rf"|(?:百分之|千分之|[负負第])+[{_HAN}]+(?:[点點][{_HAN}]+)?|[{_HAN}]+[点點][{_HAN}]+"
)
FIGURE = re.compile(rf"[\d{_HAN}]")
# No sign, currency or percent sign of a number is farther from its nearest figure.
REACH = 16
# Inside a word when letters stand on both sides; a full stop, when a single letter stands before it.
JOINTS = "'-."
CLAUSE_DASH = re.compile("[—―⸺⸻]|[-‐‑‒–]{2}")


def stands_whole(folded: Folded, start: int, end: int) -> bool:
    """Whether folded.text[start:end] begins and ends where words do.

    No edge may lie inside a word, also not at its hyphen, apostrophe or stop, nor inside a number with
    its sign, separators, currency and percent sign. In scripts without spaces any place between two
    characters will do, but in a number or beside a negation. In doubt there is no edge: a figure right
    behind a dash may be negative or the end of a range.
    """
    text = folded.text
    return (
        not _cut(folded, start)
        and not _cut(folded, end)
        and not (_unspaced(text[start]) and NEGATION_BEFORE.search(text[max(0, start - 3) : start]))
        and not (_unspaced(text[end - 1]) and NEGATION_BEHIND.match(text, end))
    )


def _cut(folded: Folded, edge: int) -> bool:
    text = folded.text
    if not 0 < edge < len(text):
        return False
    left, right = text[edge - 1], text[edge]
    if _in_word(left, right) or {left, right} & {LINE_HYPHEN, OWN_HYPHEN}:
        return True
    if _joint(folded, edge - 1) or _joint(folded, edge):
        return True
    if unicodedata.category(right)[0] == "M" and left != " ":
        return True
    near = text[max(0, edge - REACH) : edge + REACH]
    if FIGURE.search(near) and any(start < edge < end for start, end in _numbers(text)):
        # "1 700" is one number, but not over the end of a line.
        return " " not in (left, right) or "\n" not in folded.between(edge)
    return False


def _in_word(left: str, right: str) -> bool:
    if not (_wordly(left) and _wordly(right)):
        return False
    if _unspaced(left) or _unspaced(right):
        return left.isnumeric() and right.isnumeric()
    return True


def _joint(folded: Folded, index: int) -> bool:
    """Whether the character at `index` is a hyphen, an apostrophe or a stop inside a word."""
    text = folded.text
    if text[index] not in JOINTS or not 0 < index < len(text) - 1:
        return False
    if not (_wordly(text[index - 1]) and _wordly(text[index + 1])):
        return False
    if text[index] == ".":
        return index < 2 or not _wordly(text[index - 2])
    start, end = folded.start(index), folded.end(index + 1)
    return start is None or end is None or not CLAUSE_DASH.search(folded.source[start:end])


def _wordly(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.category(character)[0] == "M"


def _unspaced(character: str) -> bool:
    return WITHOUT_SPACES.match(character) is not None


@lru_cache(maxsize=128)
def _numbers(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(found.span() for found in NUMBER.finditer(text))
