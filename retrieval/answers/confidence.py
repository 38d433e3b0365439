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
# The cross-encoder reads so many of the best sentences, and its log-odds count within ± LIMIT.
READ, LIMIT = 6, 6.0
# What the log-odds of an answer are made of: the meanings of the best sentences, one sentence that holds
# all the words of the question, a question that speaks of something the documents do not (a name that
# stands nowhere, the words of somebody who says nothing), and what the cross-encoder says of the sentence
# that it finds best and of its three best.
MEANING, COMPLETE, ASTRAY, TOP, TOPS, START = 0.446, 0.695, -0.736, 0.237, 0.181, 0.5
# Below this confidence the documents are said not to answer.
THRESHOLD = 0.5


def rank(found: Sequence[Sentence]) -> list[Sentence]:
    """The sentences, best first: by the weighted sum of their features, then by place."""
    return sorted(found, key=lambda s: (-_score(s), s.document.source, s.span.start))


def _score(sentence: Sentence) -> float:
    return sum(weight * sentence.features[name] for name, weight in WEIGHTS.items())


def confidence(ranked: Sequence[Sentence], logits: Sequence[float], words: int, astray: bool) -> float:
    """0..1: how sure it is that the best of the ranked sentences answer the question.

    `logits` are the cross-encoder's for the first READ of them; `words` is the number of the question's
    content words; `astray` tells that it names what the documents do not know.
    """
    if not ranked:
        return 0.0
    best = ranked[:BEST]
    meaning = sum(s.features["within"] + s.features["titled"] for s in best) / len(best)
    complete = words > 1 and any(s.features["exact"] > 0.95 for s in best)
    said = sorted((max(-LIMIT, min(LIMIT, logit)) for logit in logits), reverse=True)[:BEST]
    odds = MEANING * meaning + COMPLETE * complete + ASTRAY * astray
    odds += TOP * said[0] + TOPS * sum(said) / len(said) + START
    return 1 / (1 + math.exp(-odds))
