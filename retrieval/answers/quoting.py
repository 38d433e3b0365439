"""With no model: answer in the documents' own sentences."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from retrieval.answers.answer import Statement
from retrieval.answers.citing import cite
from retrieval.answers.evidence import Sentence
from retrieval.search.terms import content_words, stems, words

MOST = 3
# Sentences tell the same thing when the shorter one shares this much of its words and both have the
# same figures.
SAME = 0.7
# How far down the ranking to look for other documents that tell the same.
TWINS = 12


def quote(ranked: Sequence[Sentence], names: AbstractSet[str]) -> tuple[Statement, ...]:
    """Up to three statements from sentences, best first.

    What two documents tell in nearly the same words is one statement with two citations; what one
    document tells twice is cited once. Where the question names several people or places, the last
    statement goes to the best sentence about one that the others leave out.
    """
    told: list[list[Sentence]] = []
    for sentence in ranked[:TWINS]:
        twins = next((group for group in told if _same(group[0].text, sentence.text)), None)
        if twins is None:
            if len(told) < MOST:
                told.append([sentence])
        elif all(sentence.document.source != twin.document.source for twin in twins):
            twins.append(sentence)
    if len(told) == MOST:
        covered = _about(*(group[0] for group in told))
        other = next((s for s in ranked if (names - covered) & _about(s)), None)
        if other is not None and names & covered:
            told[-1] = [other]
    return tuple(_statement(group) for group in told)


def _about(*sentences: Sentence) -> set[str]:
    """The words of the sentences and of their speakers' names."""
    return {word for s in sentences for word in words(f"{s.text} {s.speaker or ''}")}


def _same(one: str, other: str) -> bool:
    if sorted(re.findall(r"\d+", one)) != sorted(re.findall(r"\d+", other)):
        return False
    left, right = set(stems(content_words(one))), set(stems(content_words(other)))
    return len(left & right) >= SAME * min(len(left), len(right))


def _statement(group: list[Sentence]) -> Statement:
    citations = tuple(cite(sentence.document, sentence.span) for sentence in group)
    return Statement(citations[0].quote, citations, speaker=citations[0].speaker)
