"""Search by words: BM25 over the catalog's full-text index."""

from retrieval.library.index import Index
from retrieval.search.question import Question
from retrieval.search.terms import match_any


def by_words(index: Index, question: Question, limit: int) -> dict[int, float]:
    """Passage ids with their BM25 score relative to the best one, 0..1."""
    found = index.catalog.match(match_any(list(question.weights)), limit)
    best = max((score for _, score in found), default=0.0)
    return {id: score / best if best > 0 else 0.0 for id, score in found}
