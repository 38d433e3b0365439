"""From a question to ranked passages."""

from dataclasses import replace

from retrieval.library.index import Index
from retrieval.library.passage import Passage
from retrieval.search.fusion import fuse
from retrieval.search.meaning import by_meaning
from retrieval.search.question import Question
from retrieval.search.words import by_words

DEPTH = 100


def search(index: Index, question: Question, k: int) -> list[Passage]:
    """The k best passages for a question, best first, each with its fused score."""
    depth = max(DEPTH, k)
    ranked = fuse(by_words(index, question, depth), by_meaning(index, question, depth))[:k]
    scores = dict(ranked)
    found = index.catalog.passages([id for id, _ in ranked])
    return [replace(passage, score=scores[passage.id]) for passage in found]
