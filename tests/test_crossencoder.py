"""The cross-encoder reads as it was trained, and tells an answer from what only looks like one."""

import math
from dataclasses import replace

import pytest

from retrieval.answers.confidence import READ, rank, to_read
from retrieval.answers.crossencoder import CrossEncoder
from retrieval.answers.evidence import FEATURES, Sentence
from retrieval.documents.document import Document
from retrieval.documents.sentences import sentences
from retrieval.library.minilm import MiniLM
from retrieval.library.passage import Passage

READER = CrossEncoder(MiniLM())
TEXT = (
    "The port has silted up for years. The work will cost 12 million euros, the mayor said. "
    "It begins in June."
)
DOCUMENT = Document("harbour.txt", "Ferries wait for high water.\n" + TEXT, title="Harbour to be dredged")


def _passage(document: Document, start: int, id: int = 1, end: int | None = None) -> list[Sentence]:
    """The sentences of a passage of the document, none of which is like the question."""
    end = len(document.text) if end is None else end
    passage = Passage(id, document.source, start, end, document.text[start:end])
    spans = list(sentences(document.text, start, end))
    texts = ["", *(document.text[span.start : span.end] for span in spans)]
    features = dict.fromkeys(FEATURES, 0.0)
    return [
        Sentence(passage, document, span, "Anna Berg" if n == 1 else None, texts[n], features)
        for n, span in enumerate(spans)
    ]


HARBOUR = _passage(DOCUMENT, 29)


@pytest.mark.parametrize(
    ("question", "logits"),
    [
        # As PyTorch gives them in float32 with the weights of model.onnx.
        ("How much will the dredging cost?", [-3.63139, 2.34439, -4.99735]),
        ("Who opposed the plan?", [-6.81729, -6.23406, -6.92754]),
        ("When does the work begin?", [-3.46615, -0.04915, 4.47028]),
    ],
)
def test_the_logits_are_those_of_the_trained_model(question: str, logits: list[float]) -> None:
    assert READER.logits(question, HARBOUR) == pytest.approx(logits, abs=0.02)


def test_the_best_sentence_is_the_one_that_answers() -> None:
    for question, place in (("How much will the dredging cost?", 1), ("When does the work begin?", 2)):
        logits = READER.logits(question, HARBOUR)
        assert logits.index(max(logits)) == place
    unanswered = max(READER.logits("Who opposed the plan?", HARBOUR))
    assert unanswered < max(READER.logits("When does the work begin?", HARBOUR))


def test_passages_are_read_each_by_itself() -> None:
    bridge = Document("bridge.txt", "The bridge is shut. Lorries take the ferry until its piers are mended.")
    other = _passage(bridge, 0, id=2)
    question = "When does the work begin?"
    together = READER.logits(question, [*HARBOUR, *other])
    alone = [*READER.logits(question, HARBOUR), *READER.logits(question, other)]
    assert together == pytest.approx(alone, abs=1e-3)


def test_no_sentences_have_no_logits() -> None:
    assert READER.logits("When?", []) == []
    assert READER.read("When?", []) == []


def test_a_passage_longer_than_it_reads_is_cut() -> None:
    long = Document("a", "word " * 5000 + ". " + "Another sentence follows. " * 300)
    found = READER.logits("What " * 500 + "?", _passage(long, 0))
    assert len(found) > 300
    assert all(map(math.isfinite, found))


def test_only_the_best_passages_are_read() -> None:
    found = [
        replace(sentence, features={**sentence.features, "within": -number / 100})
        for number in range(READ + 2)
        for sentence in _passage(DOCUMENT, 29, id=number)
    ]
    read = READER.read("How much will the dredging cost?", found)
    assert sorted(s.passage.id for s in read if s.logit is not None) == sorted([*range(READ)] * len(HARBOUR))
    assert sorted(s.passage.id for s in read if s.logit is None) == sorted([READ, READ + 1] * len(HARBOUR))
    assert rank(read)[0].text == HARBOUR[1].text
    chosen, rest = to_read(rank(found))
    assert [s.span.start for s in chosen[: len(HARBOUR)]] == [s.span.start for s in HARBOUR]
    assert len(chosen) + len(rest) == len(found)
