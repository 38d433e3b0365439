"""Whether one of two texts denies what the other states, where that is plain to see."""

import re
from collections.abc import Sequence

from retrieval.search.terms import STOP_WORDS, stems

NEGATED = re.compile(
    r"(?:\b(?:not|never)|n't|\bcannot|\bno longer)(?: (?:\w+ly|been|be|have|yet|even|also|only|any))?"
    r" ([a-z]{3,})",
    re.IGNORECASE,
)
NEGATIVE = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|neither|nor|without|cannot|hardly|barely|den(?:y|ies|ied)|refus\w+"
    r"|fail\w*|lack\w*|reject\w*|declin\w+|only)\b|n't\b",
    re.IGNORECASE,
)


def contradiction(statement: str, quotes: Sequence[str]) -> str | None:
    """In words, that the statement denies a verb that every quote states, or the reverse; else None."""
    denied = _verbs(statement)
    if denied and all(not NEGATIVE.search(quote) and denied & _stems(quote) for quote in quotes):
        return "the statement is negated and the quote is not"
    if not NEGATIVE.search(statement):
        stated = _stems(statement)
        if quotes and all(_verbs(quote) & stated for quote in quotes):
            return "the quote is negated and the statement is not"
    return None


def _verbs(text: str) -> set[str]:
    """Stems of the words that a negation stands right before."""
    return set(stems([v.lower() for v in NEGATED.findall(text) if v.lower() not in STOP_WORDS]))


def _stems(text: str) -> set[str]:
    return set(stems(re.findall(r"[a-z]{3,}", text.lower())))
