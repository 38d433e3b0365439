"""Which sentences are the best evidence, and whether they answer the question at all.

The weights come from eval/fitting.py, which fits them on sets of questions and on the tuning half of the
seed questions, rounded; docs/experiments.md tells what else was tried.
"""

import math
from collections.abc import Sequence

from retrieval.answers.evidence import Sentence

WEIGHTS = {
    "words": 0.30,
    "context": 0.50,
    "whole": 0.01,
    "within": 1.15,
    "titled": 0.72,
    "passage": 0.12,
    "kind": 0.18,
    # These two are set by hand. The sets hold no question for an author; and a headline is a proof, but
    # the story's own sentence is a better one.
    "byline": 1.0,
    "story": 0.2,
}
BEST = 3
SLOPE, MIDDLE = 6.0, 0.75
# What it adds to the evidence that one sentence holds all the words of the question, and what it takes
# that the question speaks of something the documents do not: a name that stands nowhere, or the words of
# somebody who says nothing.
COMPLETE, ASTRAY = 0.5, 0.6
# Below this confidence the documents are said not to answer.
THRESHOLD = 0.5


def rank(found: Sequence[Sentence]) -> list[Sentence]:
    """The sentences, best first: by the weighted sum of their features, then by place."""
    return sorted(found, key=lambda s: (-_score(s), s.document.source, s.span.start))


def _score(sentence: Sentence) -> float:
    return sum(weight * sentence.features[name] for name, weight in WEIGHTS.items())


def confidence(ranked: Sequence[Sentence], words: int, astray: bool) -> float:
    """0..1: how sure it is that the best of the ranked sentences answer the question.

    The meanings of the three best sentences tell the answerable from the unanswerable better than the
    share of common words does: an unanswerable question about known people shares many. `words` is the
    number of the question's content words; `astray` tells that it names what the documents do not know.
    """
    if not ranked:
        return 0.0
    best = ranked[:BEST]
    evidence = sum(s.features["within"] + s.features["titled"] for s in best) / len(best)
    if words > 1 and any(s.features["exact"] > 0.95 for s in best):
        evidence += COMPLETE
    if astray:
        evidence -= ASTRAY
    return 1 / (1 + math.exp(-SLOPE * (evidence - MIDDLE)))
