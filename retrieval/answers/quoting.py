"""With no model: answer in the documents' own sentences."""

import re
from collections.abc import Sequence

from retrieval.answers.answer import Statement
from retrieval.answers.citing import cite
from retrieval.answers.evidence import Sentence
from retrieval.search.terms import content_words, stems

MOST = 3
# Sentences that share this much of their words (Jaccard) and all figures tell the same thing.
SAME = 0.5
# How far down the ranking to look for other documents that tell the same.
TWINS = 12


def quote(ranked: Sequence[Sentence]) -> tuple[Statement, ...]:
    """Up to three statements from sentences, best first.

    What two documents tell in nearly the same words is one statement with two citations; what one
    document tells twice is cited once.
    """
    told: list[list[Sentence]] = []
    for sentence in ranked[:TWINS]:
        twins = next((group for group in told if _same(group[0].text, sentence.text)), None)
        if twins is None:
            if len(told) < MOST:
                told.append([sentence])
        elif all(sentence.document.source != twin.document.source for twin in twins):
            twins.append(sentence)
    return tuple(_statement(group) for group in told)


def _same(one: str, other: str) -> bool:
    if sorted(re.findall(r"\d+", one)) != sorted(re.findall(r"\d+", other)):
        return False
    left, right = set(stems(content_words(one))), set(stems(content_words(other)))
    return len(left & right) >= SAME * len(left | right)


def _statement(group: list[Sentence]) -> Statement:
    citations = tuple(cite(sentence.document, sentence.span) for sentence in group)
    return Statement(citations[0].quote, citations, speaker=citations[0].speaker)
