"""Which sentences are the best evidence, and whether they answer the question at all.

The weights come from eval/fitting.py, which fits them on sets of questions and on the tuning half of the
seed questions, rounded; docs/experiments.md tells what else was tried.
"""

import math
from collections.abc import Sequence

from retrieval.answers.evidence import Sentence

WEIGHTS = {
    "context": 0.231,
    "within": 0.571,
    "titled": 0.008,
    "passage": 0.184,
    "kind": 0.041,
    # Set by hand: the sets hold no question for an author.
    "byline": 1.0,
}
# What a unit of the cross-encoder's log-odds adds to that.
READER = 0.080
BEST = 3
# The cross-encoder reads so many passages; its log-odds count within ± LIMIT.
READ, LIMIT = 8, 8.0
# What the log-odds of an answer are made of: see `signs`; and what is added to them, which is raised so that
# about as many questions are answered as refused where they should be. The second is set by hand, for plain
# questions of a few words and questions to tables, which the sets do not hold (docs/experiments.md).
SIGNS, START = (1.066, 1.0, -0.054, 0.506, 0.255), -1.28
# Below this confidence the documents are said not to answer.
THRESHOLD = 0.5
# As sure as this at least where a rule knows the answer: a person's own words name the topic that they are
# asked about, or the author is asked for and the best sentence is a byline. Set by hand.
CERTAIN = 0.6


def rank(found: Sequence[Sentence]) -> list[Sentence]:
    """The sentences, best first: by the weighted sum of their features, then by place.

    Those that the cross-encoder has read are moved by what it says; the others count as its lowest.
    """
    said = [sentence.logit for sentence in found if sentence.logit is not None]
    lowest = min(said, default=0.0)

    def score(sentence: Sentence) -> float:
        logit = lowest if sentence.logit is None else sentence.logit
        return _score(sentence) + READER * limited(logit)

    return sorted(found, key=lambda s: (-score(s), s.document.source, s.span.start))


def _score(sentence: Sentence) -> float:
    return sum(weight * sentence.features[name] for name, weight in WEIGHTS.items())


def rank_passages(ranked: Sequence[Sentence]) -> dict[int, int]:
    """The place of each passage's id, 0 for the best, by its best sentence."""
    return {id: place for place, id in enumerate(dict.fromkeys(s.passage.id for s in ranked))}


def to_read(ranked: Sequence[Sentence]) -> tuple[list[Sentence], list[Sentence]]:
    """The sentences of the READ passages that rank best, each passage in its order; and the others."""
    places = {id: place for id, place in rank_passages(ranked).items() if place < READ}
    chosen = [sentence for sentence in ranked if sentence.passage.id in places]
    chosen.sort(key=lambda s: (places[s.passage.id], s.span.start))
    return chosen, [sentence for sentence in ranked if sentence.passage.id not in places]


def confidence(ranked: Sequence[Sentence], words: int, astray: bool) -> float:
    """0..1: how sure it is that the best of the ranked sentences answer the question; see `signs`."""
    if not ranked:
        return 0.0
    weighed = zip(SIGNS, signs(ranked, words, astray), strict=True)
    return 1 / (1 + math.exp(-START - sum(weight * sign for weight, sign in weighed)))


def signs(ranked: Sequence[Sentence], words: int, astray: bool) -> list[float]:
    """What tells whether the best of some sentences answer a question of so many content words.

    The mean meaning of the best; whether one of them holds all the words; whether the question goes `astray`
    (it speaks of a name that stands nowhere, or of the words of somebody who says nothing); and what the
    cross-encoder says: the log-odds that any sentence answers, and those of the one that it finds best.
    """
    best = ranked[:BEST]
    meaning = sum(s.features["within"] + s.features["titled"] for s in best) / len(best)
    complete = words > 1 and any(s.features["exact"] > 0.95 for s in best)
    said = [limited(sentence.logit) for sentence in ranked if sentence.logit is not None]
    return [meaning, float(complete), float(astray), math.log(sum(map(math.exp, said))), max(said)]


def limited(logit: float) -> float:
    """A log-odds within the bounds in which it counts."""
    return max(-LIMIT, min(LIMIT, logit))
