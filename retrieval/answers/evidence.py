"""The sentences of the found passages, each measured against the question."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.answers.kinds import holds_kind, wanted_kind
from retrieval.documents.document import Document, Span
from retrieval.documents.sentences import sentences
from retrieval.library.index import Index
from retrieval.library.passage import Passage
from retrieval.search.question import Question
from retrieval.search.similarity import alike
from retrieval.search.terms import words

FEATURES = ("words", "context", "whole", "exact", "meaning", "passage", "kind")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that might answer: its place in the document, its speaker, its features."""

    passage: Passage
    document: Document
    span: Span
    speaker: str | None
    features: dict[str, float]

    @property
    def text(self) -> str:
        """The sentence as it stands in the document."""
        return self.document.text[self.span.start : self.span.end]


def gather(index: Index, question: Question, passages: Sequence[Passage]) -> list[Sentence]:
    """Measure every sentence of the passages. Features, each 0..1 (meaning -1..1):

    words: the question's words found in the sentence, or words like them, by weight;
    context: the same where words in the sentences beside, the title and the speaker's name help;
    whole: the least of the names' and figures' cover in the whole passage (1 where there are none);
    exact: the question's words found as they stand, by weight;
    meaning: cosine of the question and the sentence with the one before it;
    passage: the passage's score; kind: whether it holds what is asked for (a date, a number, a name).
    """
    placed: list[tuple[Passage, Document, list[Span], int]] = []
    texts: list[str] = []
    documents: dict[str, Document] = {}
    for passage in passages:
        document = documents.setdefault(passage.source, index.document(passage.source))
        spans = list(sentences(document.text, passage.start, passage.end))
        for n, span in enumerate(spans):
            placed.append((passage, document, spans, n))
            texts.append(document.text[spans[max(0, n - 1)].start : span.end])
    meaning = index.embedder.vectors(texts) @ question.vector
    cover = Cover(question)
    kind = wanted_kind(question.text)
    return [
        _measure(cover, kind, passage, document, spans, n, float(cosine))
        for (passage, document, spans, n), cosine in zip(placed, meaning, strict=True)
    ]


def _measure(
    cover: "Cover",
    kind: str | None,
    passage: Passage,
    document: Document,
    spans: list[Span],
    n: int,
    cosine: float,
) -> Sentence:
    span = spans[n]
    text = document.text[span.start : span.end]
    speaker = document.speaker(span.start, span.end)
    own = cover.of(text)
    beside = spans[max(0, n - 1) : n] + spans[n + 1 : n + 2]
    around = " ".join(document.text[other.start : other.end] for other in beside)
    context = cover.of(" ".join(filter(None, (around, document.title, speaker))))
    whole = np.maximum(cover.of(passage.text), np.maximum(context, own))
    features = {
        "words": cover.share(own),
        "context": cover.share(np.maximum(own, 0.7 * context)),
        "whole": cover.names_found(whole),
        "exact": cover.share((own >= 1).astype(np.float32)),
        "meaning": cosine,
        "passage": passage.score,
        "kind": float(kind is None or holds_kind(kind, text)),
    }
    return Sentence(passage, document, span, speaker, features)


class Cover:
    """How far a text covers the words of one question."""

    def __init__(self, question: Question) -> None:
        self.words = list(question.weights)
        self.weights = np.array([question.weights[word] for word in self.words], dtype=np.float32)
        self.exact = [word in question.names for word in self.words]

    def of(self, text: str) -> npt.NDArray[np.float32]:
        """For each word of the question, 0..1: how well the best word of the text matches it."""
        given = list(dict.fromkeys(words(text)))
        if not given:
            return np.zeros(len(self.words), dtype=np.float32)
        best: npt.NDArray[np.float32] = alike(self.words, given, self.exact).max(axis=1)
        return best

    def share(self, covered: npt.NDArray[np.float32]) -> float:
        """The covered share of the question's weight."""
        total = float(self.weights.sum())
        return float(covered @ self.weights) / total if total else 0.0

    def names_found(self, covered: npt.NDArray[np.float32]) -> float:
        """The least cover of any name or figure; 1 where the question has none."""
        found = [float(c) for c, exact in zip(covered, self.exact, strict=True) if exact]
        return min(found, default=1.0)
