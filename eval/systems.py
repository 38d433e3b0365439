"""Systems under test: anything that makes an Answer of a question and the turns before it.

The product is `Assistant.ask`. Here are a stored run, which answers as it did, and two floors that search
the library's own passages by one means alone; tutorial.py has a third. Floors take the question as it was
typed, and never refuse while any sentence shares a word with it.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from eval.run import Run
from retrieval.answers.answer import Answer, Citation, Seconds, Statement
from retrieval.api import Library
from retrieval.documents.sentences import sentences
from retrieval.errors import BadRun
from retrieval.library.passage import Passage
from retrieval.search.followups import Message
from retrieval.search.question import cleaned
from retrieval.search.terms import content_words, match_any, stems, words

System = Callable[[str, Sequence[Message]], Answer]
# Gives passages for a question, best first, each with a score of 0..1.
Find = Callable[[str], Sequence[Passage]]

PASSAGES = 16
# A floor quotes so many sentences, from so many of its first passages.
QUOTED, READ = 3, 5


def stored(run: Run) -> System:
    """Answers as the run did; raises BadRun at a question that it was not asked, or did not answer."""
    known = {_key(row["question"], row["history"]): row["answer"] for row in reversed(run.rows)}

    def ask(question: str, history: Sequence[Message]) -> Answer:
        answer = known.get(_key(question, history))
        if answer is None:
            raise BadRun(f"The run {run.name} has no answer to this question: {question}")
        return Answer.from_json(answer)

    return ask


def _key(question: str, history: Sequence[Message]) -> tuple[str, str]:
    return question, json.dumps([dict(turn) for turn in history], sort_keys=True)


def bm25(library: Library, k: int = PASSAGES) -> System:
    """BM25 alone: any of the question's content words, in the library's full-text index."""

    def find(question: str) -> list[Passage]:
        found = library.index.catalog.match(match_any(content_words(question)), k)
        # BM25 knows no upper end; only the order counts.
        return _read(library, [(id, score / (1.0 + score)) for id, score in found])

    return _snapshot(library, quoting(find, "floor:bm25"))


def dense(library: Library, k: int = PASSAGES) -> System:
    """Vectors alone: the passages nearest to the question by cosine, with the library's embedder."""

    def find(question: str) -> list[Passage]:
        vector = library.index.searcher.embed([question]).vectors[0]
        found = library.index.nearest(vector.tolist(), k)
        return _read(library, [(id, min(1.0, max(0.0, cosine))) for id, cosine in found])

    return _snapshot(library, quoting(find, "floor:dense"))


def _read(library: Library, found: Sequence[tuple[int, float]]) -> list[Passage]:
    scores = dict(found)
    passages = library.index.catalog.passages(list(scores))
    return [replace(passage, score=scores[passage.id]) for passage in passages]


def _snapshot(library: Library, system: System) -> System:
    def ask(question: str, history: Sequence[Message]) -> Answer:
        with library.lock, library.index.catalog.snapshot():
            return system(question, history)

    return ask


def quoting(find: Find, engine: str) -> System:
    """A floor: the passages that `find` gives, and their best sentences as statements.

    Its confidence is the score of the first passage. See `best_sentences` for what it quotes.
    """

    def ask(question: str, history: Sequence[Message]) -> Answer:
        began = time.monotonic()
        asked = cleaned(question)
        passages = tuple(find(asked))
        searched = time.monotonic()
        statements = tuple(Statement(c.quote, (c,)) for c in best_sentences(asked, passages[:READ]))
        ended = time.monotonic()
        return Answer(
            question=asked,
            standalone_question=asked,
            status="answered" if statements else "not_in_documents",
            statements=statements,
            passages=passages,
            closest=() if statements else passages[:QUOTED],
            confidence=round(passages[0].score, 4) if passages else 0.0,
            engine=engine,
            seconds=Seconds(searched - began, ended - searched, ended - began),
        )

    return ask


def best_sentences(question: str, passages: Sequence[Passage]) -> list[Citation]:
    """The sentences that share most of the question's content words, compared by their stems.

    At most three, each with one word or more; of equals the one of the better passage, then the earlier.
    """
    wanted = set(stems(content_words(question)))
    found: dict[tuple[str, int, int], tuple[int, Citation]] = {}
    for sentence in _sentences(passages):
        shared = len(wanted & set(stems(words(sentence.quote))))
        if shared:
            found.setdefault((sentence.source, sentence.start, sentence.end), (shared, sentence))
    # Python's sort keeps the order of equals.
    best = sorted(found.values(), key=lambda pair: -pair[0])
    return [sentence for _, sentence in best[:QUOTED]]


def _sentences(passages: Sequence[Passage]) -> Iterator[Citation]:
    for p in passages:
        for span in sentences(p.text):
            quote = p.text[span.start : span.end]
            start, end = p.start + span.start, p.start + span.end
            yield Citation(p.source, start, end, quote, p.title, p.outlet, p.date, None)
