"""From a question to ranked passages."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from retrieval.documents.sentences import sentences
from retrieval.library.index import Index
from retrieval.library.passage import Passage
from retrieval.search.fusion import fuse
from retrieval.search.meaning import by_meaning
from retrieval.search.question import Question
from retrieval.search.words import by_words

DEPTH = 100
# So many times more than asked for are looked at, since some tell the same.
SPARE = 2


def search(index: Index, question: Question, k: int) -> list[Passage]:
    """The k best passages for a question, best first, each with its fused score.

    What several near-duplicates of one story tell in the same words counts once, for the best of them.
    """
    depth = max(DEPTH, k)
    scores = dict(fuse(by_words(index, question, depth), by_meaning(index, question, depth))[: SPARE * k])
    found = index.catalog.passages(list(scores))
    once = told_once(found, index.catalog.shared_stories(list(scores)))
    return [replace(passage, score=scores[passage.id]) for passage in islice(once, k)]


def told_once(passages: Iterable[Passage], stories: Mapping[int, int]) -> Iterator[Passage]:
    """The passages in order, less those of which others of their story have told every sentence.

    `stories` gives the story of a passage by its id, where its document has near-duplicates. A passage that
    differs in a sentence, and be it by one figure, stays.
    """
    told: dict[int, dict[str, set[str]]] = {}
    for passage in passages:
        story = stories.get(passage.id)
        if story is not None:
            own = {" ".join(passage.text[s.start : s.end].split()) for s in sentences(passage.text)}
            own.discard(passage.title or "")
            by_source = told.setdefault(story, {})
            if own <= {s for source, said in by_source.items() if source != passage.source for s in said}:
                continue
            by_source.setdefault(passage.source, set()).update(own)
        yield passage
