"""The words of a question that carry its content."""

import re
from functools import lru_cache
from typing import Any

# As the full-text index cuts words: at everything but letters and digits.
WORD = re.compile(r"[^\W_]+")
# A word that is capitalised within a sentence.
NAME = re.compile(r"(?<![.?!] )(?<!^)\b[A-Z][\w'’]*")
POSSESSIVE = re.compile(r"['’]s\b")
STOP_WORDS = frozenset(
    """
    a about above after again all also am an and any are as at be been before being below between
    both but by can could did do does doing down during each else few for from further give given
    had has have having he her here hers him his how i if in into is it its itself just let many may
    me might more most much must my no nor not now of off on once only or other our ours out over
    own please same say says said shall she should so some such tell than that the their theirs them
    then there these they this those through to too under until up us very was we were what when
    where which while who whom whose why will with would yes you your yours
    aren couldn d didn doesn don hadn hasn haven isn ll m re s shouldn t ve wasn weren won wouldn
    """.split()
)


def words(text: str) -> list[str]:
    """The words of a text in lower case, without possessive endings."""
    return WORD.findall(POSSESSIVE.sub("", text).lower())


def content_words(text: str) -> list[str]:
    """The words that are no stop words, each once, in order; all words where nothing else is left."""
    found = list(dict.fromkeys(words(text)))
    return [word for word in found if word not in STOP_WORDS] or found


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    from Stemmer import Stemmer

    return Stemmer("english")


def stems(tokens: list[str]) -> list[str]:
    """The stems of words (Porter's second English stemmer), in order."""
    return list(_stemmer().stemWords(tokens))


def match_any(tokens: list[str]) -> str:
    """An FTS5 query that matches any of the words."""
    return " OR ".join(f'"{token}"' for token in tokens)
