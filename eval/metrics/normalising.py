"""SQuAD's normalisation of a short answer: case, punctuation, articles and spaces do not count.

Source: P. Rajpurkar et al., SQuAD, 2016, and its evaluation script: lower case, then punctuation deleted
(not replaced by a space: "U.S." is "us"), then the words a, an and the taken out, then spaces made one. The
script deletes ASCII's punctuation; the typographic quotes and dashes that news text has are deleted here too.
"""

import re
import string
import unicodedata
from functools import lru_cache

from eval.case import Case

ARTICLES = re.compile(r"\b(?:a|an|the)\b")


@lru_cache(maxsize=8192)
def tokens(text: str) -> tuple[str, ...]:
    """The normalised words of a text, in order."""
    bare = "".join(mark for mark in text.lower() if not _is_punctuation(mark))
    return tuple(ARTICLES.sub(" ", bare).split())


def gold_answers(case: Case) -> list[tuple[str, tuple[str, ...]]]:
    """The case's short answers with their normalised words, without those of which nothing is left."""
    return [(answer, tokens(answer)) for answer in case.answers if tokens(answer)]


def holds(text: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Whether the words of the phrase stand in the text, whole words and side by side."""
    width = len(phrase)
    return any(text[at : at + width] == phrase for at in range(len(text) - width + 1))


def _is_punctuation(mark: str) -> bool:
    return mark in string.punctuation or unicodedata.category(mark).startswith("P")
