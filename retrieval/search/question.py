"""A question as search sees it: standing on its own, its words weighed, its meaning as a vector."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.errors import BadQuestion
from retrieval.library.index import Index
from retrieval.library.minilm import Vectors
from retrieval.search.followups import Message, earlier_question, refers_back
from retrieval.search.terms import STOP_WORDS, content_words, match_any, words

# What the question before contributes to a follow-up's words and to its vector.
EARLIER = 0.5


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was understood.

    `weights` are inverse passage frequencies by content word; `names` must be found as they stand, and
    `unknown` are those of them that no passage holds.
    """

    text: str
    standalone: str
    weights: dict[str, float]
    names: frozenset[str]
    unknown: frozenset[str]
    vector: Vectors


def understand(text: str, history: Sequence[Message], index: Index) -> Question:
    """Make a Question of what a person typed; raises BadQuestion where there is nothing to look for."""
    asked = cleaned(text)
    before = earlier_question(history) if refers_back(asked, history) else None
    standalone = f"{before} {asked}" if before else asked
    total = index.catalog.counts()["passages"]
    frequency = {
        word: index.catalog.frequency(match_any([word]))
        for word in dict.fromkeys([*content_words(asked), *content_words(standalone)])
    }
    weights = {word: _rarity(frequency[word], total) for word in content_words(asked)}
    if before:
        for word in content_words(before):
            weights.setdefault(word, EARLIER * _rarity(frequency[word], total))
    vectors = index.embedder.vectors([asked, standalone])
    mixed = (1 - EARLIER) * vectors[0] + EARLIER * vectors[1]
    named = names(standalone)
    return Question(
        text=asked,
        standalone=standalone,
        weights=weights,
        names=named,
        unknown=frozenset(word for word in named if not frequency.get(word)),
        vector=mixed / np.linalg.norm(mixed),
    )


def cleaned(text: str) -> str:
    """A question on one line; raises BadQuestion where there is nothing to look for."""
    # Half a surrogate pair, which a terminal may pass on, is no character.
    asked = " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
    if not re.search(r"\w", asked):
        raise BadQuestion("The question is empty; type what you want to know.")
    return asked


def _rarity(frequency: int, total: int) -> float:
    """ln(1 + N / (n + ½)): N passages, n of which hold the word."""
    return math.log(1 + total / (frequency + 0.5))


def names(text: str) -> frozenset[str]:
    """Words that stand for one thing: capitalised within a sentence, or with a digit in them."""
    found = re.findall(r"(?<![.?!] )(?<!^)\b[A-Z][\w'’]*|\b\w*\d\w*", text)
    return frozenset(word for name in found for word in words(name) if word not in STOP_WORDS)
