"""The sentences of the found passages, each measured against the question."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.answers.kinds import asks_for_author, holds_kind, wanted_kind
from retrieval.documents.document import Document, Span
from retrieval.documents.sentences import sentences
from retrieval.library.embedding import WAYS
from retrieval.library.index import Index
from retrieval.library.passage import Passage
from retrieval.search.question import Question
from retrieval.search.similarity import alike
from retrieval.search.terms import words

FEATURES = ("context", "exact", "within", "titled", "passage", "kind", "byline")

# What a word found beside the sentence counts, where one found in it counts 1.
CONTEXT = 0.7


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that might answer: its place, its speaker, the sentence before it, its features.

    `logit` is the log-odds that it answers, as the cross-encoder says that read it.
    """

    passage: Passage
    document: Document
    span: Span
    speaker: str | None
    before: str
    features: dict[str, float]
    logit: float | None = None

    @property
    def text(self) -> str:
        """The sentence as it stands in the document."""
        return self.document.text[self.span.start : self.span.end]


def gather(index: Index, question: Question, passages: Sequence[Passage]) -> list[Sentence]:
    """Measure every sentence of the passages. Features, each 0..1 (cosines -1..1):

    context: the question's words found in the sentence, or words like them, by weight; the sentence before,
    the title and the speaker's name help at a discount;
    exact: the question's words found in the sentence as they stand, by weight;
    within, titled: cosine of the question and the sentence as it stands in its passage, and alone with
    title and speaker in front; passage: the passage's score;
    kind: whether it holds what is asked for (a date, a number, a name);
    byline: whether the author is asked for, and it is the line that names one.

    A headline is no evidence where there is a story under it.
    """
    cover = Cover(question)
    kind, by = wanted_kind(question.text), asks_for_author(question.text)
    documents: dict[str, Document] = {}
    found: list[Sentence] = []
    for passage in passages:
        if passage.source not in documents:
            documents[passage.source] = index.document(passage.source)
        document = documents[passage.source]
        vectors = index.catalog.sentence_vectors(passage.id, WAYS, index.embedder.dimension)
        cosines = vectors @ question.vector
        spans = list(sentences(document.text, passage.start, passage.end))
        texts = ["", *(document.text[span.start : span.end] for span in spans)]
        for n, span in enumerate(spans):
            before, text = texts[n : n + 2]
            if _is_heading(text) or (text == document.title and len(spans) > 1):
                continue
            speaker = document.speaker(span.start, span.end)
            beside = " ".join(filter(None, (before, document.title, speaker)))
            features = cover.measure(text, beside)
            features["within"], features["titled"] = (float(way[n]) for way in cosines)
            features["passage"] = passage.score
            features["kind"] = float(kind is None or holds_kind(kind, text))
            features["byline"] = float(by and _is_byline(text, document))
            found.append(Sentence(passage, document, span, speaker, before, features))
    return found


# "MOSCOW, April 4."
PLACE_AND_DAY = re.compile(r"[^\Wa-z][^a-z]*,\s+[A-Z][a-z]+\.?\s+\d{1,2}(?:,?\s+\d{4})?\.?")


def _is_heading(text: str) -> bool:
    """Whether a line is one word, or names what follows, or where and when it was written; no byline is."""
    if PLACE_AND_DAY.fullmatch(text) or len(text.split()) == 1:
        return True
    return len(text.split()) < 6 and text[0].isalnum() and text[-1] not in ".!?…\"”’'"


def _is_byline(text: str, document: Document) -> bool:
    """Whether a line says little more than who wrote the document."""
    return len(text.split()) < 12 and any(author in text for author in document.authors)


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

    def measure(self, text: str, beside: str) -> dict[str, float]:
        """The features of a sentence that rest on words; `beside` is its context."""
        own = self.of(text)
        return {
            "context": self.share(np.maximum(own, CONTEXT * self.of(beside))),
            "exact": self.share((own >= 1).astype(np.float32)),
        }

    def share(self, covered: npt.NDArray[np.float32]) -> float:
        """The covered share of the question's weight."""
        total = float(self.weights.sum())
        return float(covered @ self.weights) / total if total else 0.0
