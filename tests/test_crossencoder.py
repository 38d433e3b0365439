"""The cross-encoder reads as it was trained, and tells an answer from what only looks like one."""

import pytest

from retrieval.answers.crossencoder import CrossEncoder
from retrieval.answers.evidence import Sentence
from retrieval.documents.document import Document, Span
from retrieval.library.minilm import MiniLM
from retrieval.library.passage import Passage

READER = CrossEncoder(MiniLM())
TEXT = (
    "The port has silted up for years. The work will cost 12 million euros, the mayor said. "
    "It begins in June."
)


def _sentence(own: str, before: str = "", after: str = "") -> Sentence:
    start = TEXT.index(own)
    span = Span(start, start + len(own))
    document = Document("harbour.txt", TEXT, title="Harbour to be dredged")
    passage = Passage(1, "harbour.txt", 0, len(TEXT), TEXT)
    return Sentence(passage, document, span, "Anna Berg", before, after, {})


COST = _sentence(
    "The work will cost 12 million euros, the mayor said.",
    before="The port has silted up for years.",
    after="It begins in June.",
)


@pytest.mark.parametrize(
    ("question", "logit"),
    [
        # As PyTorch gave them with the weights that were trained, in float32.
        ("How much will the dredging cost?", -1.50978),
        ("Who opposed the plan?", -6.06427),
        ("When does the work begin?", -2.46425),
    ],
)
def test_the_logits_are_those_of_the_trained_model(question: str, logit: float) -> None:
    assert READER.logits(question, [COST])[0] == pytest.approx(logit, abs=0.01)


def test_sentences_are_read_each_by_itself() -> None:
    june = _sentence("It begins in June.", before="The work will cost 12 million euros, the mayor said.")
    question = "When does the work begin?"
    together = READER.logits(question, [COST, june])
    alone = [READER.logits(question, [sentence])[0] for sentence in (COST, june)]
    assert together == pytest.approx(alone, abs=1e-4)


def test_no_sentences_have_no_logits() -> None:
    assert READER.logits("When?", []) == []


def test_a_sentence_longer_than_it_reads_is_cut() -> None:
    long = Sentence(COST.passage, Document("a", "word " * 5000), Span(0, 25_000), None, "", "", {})
    assert len(READER.logits("What " * 500 + "?", [long])) == 1
