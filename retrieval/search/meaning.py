"""Search by meaning: the passages whose vectors lie nearest to the question's, from Chroma."""

from retrieval.library.index import Index
from retrieval.search.question import Question


def by_meaning(index: Index, question: Question, limit: int) -> dict[int, float]:
    """Passage ids with their cosine to the question, at least 0; none where it has no vector for search."""
    if question.sought is None:
        return {}
    return {id: max(0.0, cosine) for id, cosine in index.nearest(question.sought.tolist(), limit)}
