"""Does a statement speak of what its quotes speak of? A judgement by words alone, with no model.

It sees a statement with somebody else's proof, and a claim hung on to a proven one. It does not see what
is said with the same words: that is for support.py, and for the person.
"""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from retrieval.answers.proof.edges import WITHOUT_SPACES
from retrieval.answers.proof.figures import Key, figures
from retrieval.answers.proof.names import Told
from retrieval.answers.proof.support import Judgement
from retrieval.answers.proof.typography import plain
from retrieval.documents.sentences import sentences
from retrieval.search.similarity import alike, known
from retrieval.search.terms import STOP_WORDS, words

# The mean likeness of a statement's words to those of its quotes: below the first the quotes are another
# matter's, below the second they prove a part at most. Calibrated on the supported claims of WiCE with
# their evidence (lowest .43) and on planted instructions with quotes that are not theirs (highest .50,
# one in a hundred above .35); see tests/test_relatedness.py.
UNRELATED, RELATED = 0.35, 0.5
# So many content words in a row, each less like any quoted word than this, are a claim of their own.
STRANGE, ROW = 0.3, 3
# A word that begins like another one is another form of it (verhindert, verhinderte).
KIN = 0.8
# Of the words in small letters, the share that the English table of words holds, stop words counted twice:
# .91 and more in the claims of WiCE, up to .87 in French and German (but for a few short sentences).
ENGLISH = 0.9
OTHER = "its words are not those of the quote"
ADDED = "a part of it is not in the words of the quote"
TRANSLATED = "it is in another language than its quotes, so only names and figures could be compared"


def relate(statement: str, quotes: Sequence[str], facts: Sequence[str]) -> Judgement:
    """Whether the words of a statement, each of its sentences for itself, are those of its quotes.

    `facts` are what is known of the cited documents and count as quotes. A statement in another language
    than its quotes is "partly" where they share a name or a figure, and the reason is then TRANSLATED.
    """
    said, given = plain(statement), plain("\n".join((*quotes, *facts)))
    offered = _tokens(given)
    rows = [_likeness(said[span.start : span.end], offered) for span in sentences(said)]
    share = min((float(row.mean()) for row in rows), default=1.0)
    # A plain copy in any language has its quote's words; what has not may be a translation.
    if share < RELATED and _english(said) != _english(given):
        if _share_a_name(said, given):
            return Judgement("partly", TRANSLATED)
        return Judgement("unsupported", OTHER)
    if share < UNRELATED:
        return Judgement("unsupported", OTHER)
    if share < RELATED:
        return Judgement("partly", OTHER)
    return Judgement("partly", ADDED) if any(map(_holds_a_stretch, rows)) else Judgement("supported", None)


def _likeness(text: str, offered: list[str]) -> npt.NDArray[np.float32]:
    """For each content word, in order, how much it is like the nearest one offered; 1 where there is none.

    Figures are left out: support.py compares them by value.
    """
    found = [word for word in _tokens(text) if not word[0].isdigit()]
    wanted = [word for word in found if word not in STOP_WORDS]
    if not wanted and figures(text):
        return np.ones(1, dtype=np.float32)
    wanted = wanted or found
    if not wanted or not offered:
        return np.full(1, 0.0 if wanted else 1.0, dtype=np.float32)
    best = alike(wanted, offered, [False] * len(wanted)).max(axis=1)
    kin = [KIN if any(_kin(word, other) for other in offered) else 0 for word in wanted]
    return np.asarray(np.maximum(best, kin), dtype=np.float32)


def _tokens(text: str) -> list[str]:
    """The words, each character for itself in scripts without spaces."""
    return words(WITHOUT_SPACES.sub(r" \g<0> ", text))


def _kin(one: str, other: str) -> bool:
    """Whether two words share at least four letters at their beginning, two thirds of the longer one."""
    needed = max(4, -(-2 * max(len(one), len(other)) // 3))
    return len(other) >= needed and one[:needed] == other[:needed]


def _holds_a_stretch(likeness: npt.NDArray[np.float32]) -> bool:
    strange = "".join("x" if like < STRANGE else " " for like in likeness)
    return "x" * ROW in strange


def _english(text: str) -> bool:
    """Whether it is written in English as far as its words in small letters tell; names tell nothing."""
    small = [word for word in re.findall(r"[^\W\d_]+", text) if word == word.lower()]
    stop = sum(word in STOP_WORDS for word in small)
    return 2 * stop + known([w for w in small if w not in STOP_WORDS]) >= ENGLISH * len(small)


def _share_a_name(said: str, given: str) -> bool:
    """Whether both have a name, letter by letter, or a figure of two digits or more."""
    names = Told((said,)).capitals & Told((given,)).capitals
    if any(len(name) > 2 and name.lower() not in STOP_WORDS for name in names):
        return True
    return not _keys(said).isdisjoint(_keys(given))


def _keys(text: str) -> set[Key]:
    return {key for figure in figures(text) if figure.value >= 10 for key in figure.keys}
