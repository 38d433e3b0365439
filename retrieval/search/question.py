"""A question as search sees it: standing on its own, its words weighed, its meaning as a vector."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.errors import BadQuestion, ModelError
from retrieval.library.embedder import Embedded
from retrieval.library.index import Index
from retrieval.library.minilm import Vectors
from retrieval.search.followups import Message, earlier_question, refers_back
from retrieval.search.terms import NAME, STOP_WORDS, content_words, match_any, words

# What the question before contributes to a follow-up's words and to its vector.
EARLIER = 0.5


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was understood.

    `weights` are inverse passage frequencies by content word; `names` must be found as they stand, and
    `unknown` are those of them that no passage holds. `vector` is the local model's, for the evidence;
    `sought` is what search compares with the passages, or None where there are none, or the embedder
    failed, which `trouble` then tells. `tokens` and `dollars` were paid for it.
    """

    text: str
    standalone: str
    weights: dict[str, float]
    names: frozenset[str]
    unknown: frozenset[str]
    vector: Vectors
    sought: Vectors | None
    trouble: str | None = None
    tokens: int = 0
    dollars: float | None = 0.0


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
    texts = [asked, standalone] if before else [asked]
    vector = _mixed(index.embedder.vectors(texts))
    sought, trouble = _sought(index, texts, vector) if total else (None, None)
    named = names(standalone)
    return Question(
        text=asked,
        standalone=standalone,
        weights=weights,
        names=named,
        unknown=frozenset(word for word in named if not frequency.get(word)),
        vector=vector,
        sought=_mixed(sought.vectors) if sought else None,
        trouble=trouble,
        tokens=sought.tokens if sought else 0,
        dollars=sought.dollars if sought else 0.0,
    )


def cleaned(text: str) -> str:
    """A question on one line; raises BadQuestion where there is nothing to look for."""
    # Half a surrogate pair, which a terminal may pass on, is no character.
    asked = " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
    if not re.search(r"\w", asked):
        raise BadQuestion("The question is empty; type what you want to know.")
    return asked


def _sought(index: Index, texts: list[str], local: Vectors) -> tuple[Embedded | None, str | None]:
    """The searcher's vectors of a question, or None and why there are none."""
    if index.searcher is index.embedder:
        return Embedded(local[None, :]), None
    try:
        return index.searcher.embed(texts, patient=False), None
    except ModelError as error:
        return None, f"{error} Search went by words alone."


def _mixed(vectors: Vectors) -> Vectors:
    """The vector of a question: of what was asked, and of it with the question before, where there is one."""
    mixed: Vectors = (1 - EARLIER) * vectors[0] + EARLIER * vectors[-1]
    return np.asarray(mixed / np.linalg.norm(mixed), dtype=np.float32)


def _rarity(frequency: int, total: int) -> float:
    """ln(1 + N / (n + ½)): N passages, n of which hold the word."""
    return math.log(1 + total / (frequency + 0.5))


def names(text: str) -> frozenset[str]:
    """Words that stand for one thing: capitalised within a sentence, or with a digit in them."""
    found = [*NAME.findall(text), *re.findall(r"\b\w*\d\w*", text)]
    return frozenset(word for name in found for word in words(name) if word not in STOP_WORDS)
