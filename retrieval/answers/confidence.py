"""How good the best sentences are, and how sure it is that the documents answer at all."""

from collections.abc import Sequence

from retrieval.answers.evidence import Sentence

# Fitted by eval/fitting.py; see docs/experiments.md.
WEIGHTS = {"words": 0.38, "context": 0.57, "meaning": 0.97, "passage": 0.31, "kind": 0.05}


def score(sentence: Sentence) -> float:
    """The weighted sum of a sentence's features: how likely it is the answer, among its peers."""
    return sum(weight * sentence.features[name] for name, weight in WEIGHTS.items())


def rank(found: Sequence[Sentence]) -> list[Sentence]:
    """The sentences, best first; ties by place."""
    return sorted(found, key=lambda s: (-score(s), s.document.source, s.span.start))


def confidence(ranked: Sequence[Sentence]) -> float:
    """0..1: how sure it is that the best sentences answer the question."""
    return min(1.0, max(0.0, score(ranked[0]) / 2)) if ranked else 0.0
