"""Fuse two rankings by a weighted sum of their scores.

The sum keeps what rank fusion throws away, how much better one passage is than the next; measured
beside reciprocal rank fusion in docs/experiments.md.
"""

from collections.abc import Mapping

WORDS = 0.4


def fuse(words: Mapping[int, float], meaning: Mapping[int, float]) -> list[tuple[int, float]]:
    """All ids of both rankings, best first, as (id, score 0..1); ties are broken by id.

    A passage that one search did not return gets no words score, and the lowest meaning score seen.
    """
    floor = min(meaning.values(), default=0.0)
    scores = {
        id: WORDS * words.get(id, 0.0) + (1 - WORDS) * meaning.get(id, floor) for id in {*words, *meaning}
    }
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
