"""One spelling for texts that read the same, with the way back to the true offsets.

Case, white space, quotation marks, dashes, ligatures, full-width and other shapes of the same letter are
folded; what cannot be seen is dropped. A figure never turns into another one: superscripts, fractions and
circled digits stay what they are. Letters of two alphabets that look alike stay apart.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from retrieval.documents.cleaning import BREAKS, INVISIBLE

# Stand for a hyphen at the end of a line: one that may belong to the word ("well-/known") or be the
# printer's ("govern-/ment"), and one that is no printer's ("Anti-/Russian", "2010-/2015"). As white space
# they are in no folded text otherwise.
LINE_HYPHEN = "\x1f"
OWN_HYPHEN = "\x1e"

SINGLE = "'`´‘’‚‛‹›′ʹʻʼʽˈ＇｀「」｢｣"
DOUBLE = '"“”„‟«»″〝〞〟＂『』'
DASH = "-‐‑‒–—―−⁃⸺⸻﹘﹣－"
SPACE = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
TABLE = (
    {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
    | {ord(mark): "'" for mark in SINGLE + DOUBLE}
    | {ord(mark): "-" for mark in DASH}
    | {ord(space): " " for space in SPACE}
)
# What folds one by one to one character each, unless a combining mark of another set follows.
PLAIN = (
    r"!#-&(-,.-_a-~\xa1-\xa7\xb0\xb1\xc0-\xde\xe0-\xff\u0391-\u03a1\u03a3-\u03a9\u03b1-\u03c9\u0410-\u044f"
    r"\u05d0-\u05ea\u0621-\u063a\u0641-\u064a"
    r"\u0900-\u0903\u0905-\u0928\u092a-\u0930\u0932\u0933\u0935-\u0939\u093e-\u094d\u0e01-\u0e32\u0e34-\u0e3a\u0e40-\u0e4e"
    r"\u3001\u3002\u3041-\u3094\u30a1-\u30fa\u30fc\u4e00-\u9fff\uac00-\ud7a3"
    r"\uff01\uff03-\uff06\uff08-\uff0c\uff0e-\uff3f\uff41-\uff5e"
)
# Between two of these, white space is the end of a line and no part of the text.
WIDE = (
    r"\u3001-\u303f\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\uff01-\uff0f\uff1a-\uff20\U00020000-\U0003ffff"
)
_MARKS = re.escape("".join(chr(code) for code in TABLE))
_ODD = rf"[^{PLAIN}{INVISIBLE}{_MARKS}\s…]"
_BREAK = rf"[ \t]*[{BREAKS}][\s{INVISIBLE}]*"
# One set of characters stands in front, so that the search runs over all others without trying the
# alternatives; each of these then looks back at the character that was taken.
SPECIAL = re.compile(
    rf"[^{PLAIN}](?:"
    rf"(?P<hyphen>(?<=[^\W_][-‐‑]){_BREAK}(?=[^\W_]))"
    rf"|(?P<soft>(?<=[^\W_]\xad){_BREAK}(?=[^\W_]))"
    rf"|(?P<unspaced>(?<=[{WIDE}][\s{INVISIBLE}])(?:(?<=\s)|[{INVISIBLE}]*\s)[\s{INVISIBLE}]*(?=[{WIDE}]))"
    rf"|(?P<gap>(?:(?<=\s)[\s{INVISIBLE}]|(?<=[{INVISIBLE}])[{INVISIBLE}]*\s)[\s{INVISIBLE}]*)"
    rf"|(?P<unseen>(?<=[{INVISIBLE}])[{INVISIBLE}]*)"
    rf"|(?P<pair>(?<=`)`|(?<=')'|(?<=‘)‘|(?<=’)’|(?<=´)´)"
    rf"|(?P<rule>(?<=[{DASH}])[{DASH}]+)"
    rf"|(?P<inches>(?<=\d[{DOUBLE}]))"
    rf"|(?P<dots>(?<=…))"
    rf"|(?P<odd>(?<={_ODD}){_ODD}*)"
    r")"
)
FIXED = {
    "soft": "",
    "unspaced": "",
    "gap": " ",
    "unseen": "",
    "pair": "'",
    "rule": "-",
    "inches": '"',
    "dots": "...",
}
# Kinds of compatibility characters (Unicode's decomposition tags) that are the same letter in another
# shape. Left out: super, sub, fraction, circle, square, for they tell figures apart.
SHAPES = (
    "<wide>",
    "<narrow>",
    "<small>",
    "<font>",
    "<noBreak>",
    "<initial>",
    "<medial>",
    "<final>",
    "<isolated>",
)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; `source` is what it was made of.

    Piece k begins at `at[k]` of `text` and stands for [starts[k], ends[k]) of the source. A piece that
    is as long as what it stands for is `even` and maps character by character; any other is one unit.
    """

    source: str
    text: str
    at: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    even: tuple[bool, ...]

    def start(self, index: int) -> int | None:
        """Where in the source the character at `index` begins; None inside a unit."""
        piece = bisect_right(self.at, index) - 1
        inside = index - self.at[piece]
        if self.even[piece]:
            return self.starts[piece] + inside
        return None if inside else self.starts[piece]

    def end(self, index: int) -> int | None:
        """Where in the source the character before `index` ends; None inside a unit."""
        piece = bisect_right(self.at, index - 1) - 1
        if self.even[piece]:
            return self.starts[piece] + index - self.at[piece]
        whole = self.at[piece + 1] if piece + 1 < len(self.at) else len(self.text)
        return self.ends[piece] if index == whole else None

    def between(self, index: int) -> str:
        """The source from the character before `index` to the one at it, both included."""
        left, right = self.start(index - 1), self.end(index + 1)
        return "" if left is None or right is None else self.source[left:right]


# A model's quotes are looked for in the same few passages one after the other.
@lru_cache(maxsize=128)
def fold(text: str) -> Folded:
    """The folded text with its offsets."""
    pieces: list[tuple[str, int, int, bool]] = []
    done = 0
    for found in SPECIAL.finditer(text):
        start = found.start()
        # A letter before a combining mark is one unit with it.
        start -= done < start and _leans(text[start]) and not text[start - 1].isspace()
        pieces.append((_plain(text[done:start]), done, start, True))
        pieces += _special(found, start)
        done = found.end()
    pieces.append((_plain(text[done:]), done, len(text), True))
    pieces = [piece for piece in pieces if piece[0]]
    at, length = [], 0
    for piece in pieces:
        at.append(length)
        length += len(piece[0])
    return Folded(
        text,
        "".join(piece[0] for piece in pieces),
        tuple(at),
        tuple(piece[1] for piece in pieces),
        tuple(piece[2] for piece in pieces),
        tuple(piece[3] for piece in pieces),
    )


def _plain(text: str) -> str:
    return text.translate(TABLE).casefold()


def _special(found: re.Match[str], start: int) -> list[tuple[str, int, int, bool]]:
    kind, end = found.lastgroup or "", found.end()
    if kind == "odd":
        return [(_letter(found.string[a:b]), a, b, False) for a, b in _clusters(found.string, start, end)]
    if kind == "hyphen":
        # Only before a small letter may the hyphen be the printer's.
        left, right = found.string[start - 1], found.string[end]
        folded = LINE_HYPHEN if left.isalpha() and right.isalpha() and not right.isupper() else OWN_HYPHEN
        return [(folded, start, end, False)]
    return [(FIXED[kind], start, end, False)]


def _clusters(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Letters with the marks that belong to them, as ranges."""
    edges = [start, *(i for i in range(start + 1, end) if not _leans(text[i])), end]
    return list(pairwise(edges))


def _leans(character: str) -> bool:
    """Whether a character belongs to the one before: marks, Korean vowels and finals, voicing marks."""
    return unicodedata.category(character)[0] == "M" or "\u1160" <= character <= "\u11ff" or character in "ﾞﾟ"


@lru_cache(maxsize=4096)
def _letter(cluster: str) -> str:
    same = unicodedata.normalize("NFC", "".join(map(_shape, cluster))).translate(TABLE)
    return unicodedata.normalize("NFC", same.casefold())


def _shape(character: str) -> str:
    """The usual shape of a compatibility character where that is safe."""
    tag = unicodedata.decomposition(character).partition(">")[0] + ">"
    usual = unicodedata.normalize("NFKC", character)
    ligature = tag == "<compat>" and character.isalpha() and usual.isalpha()
    return usual if tag in SHAPES or ligature else character
