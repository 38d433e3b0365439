"""Passages and citations are exact spans, whatever the document."""

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval import Assistant, Library
from retrieval.documents.content import Content
from retrieval.documents.describe import describe
from retrieval.documents.document import Document, Span
from retrieval.documents.sentences import sentences
from retrieval.library.minilm import MiniLM
from retrieval.library.passages import WINDOW, header, passages

EMBEDDER = MiniLM()
WORDS = st.sampled_from(
    ["Minister", "said", "that", "the", "harbour", "12", "U.S.", "é", "东京", "مرحبا", "😀", "\u200b", "\x00"]
)
GAPS = st.sampled_from([" ", "  ", ". ", "! ", "\n", "\r\n", "\n\n", ".\n", '" ', "\t", "\u2028", "\x0c", ""])
LINES = st.sampled_from(["All news", "Advanced settings", "Sat, 21 May 2022", "Read more"])
TEXTS = st.one_of(
    st.text(max_size=400),
    st.lists(st.one_of(st.tuples(WORDS, GAPS).map("".join), LINES.map("\n{}\n".format)), max_size=120).map(
        "".join
    ),
)


def _passages(found: Document) -> list[Span]:
    return list(passages(found, header(found, EMBEDDER.count_tokens), EMBEDDER.count_tokens))


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_passages_are_ordered_spans_that_fit_and_cross_nothing_omitted(text: str) -> None:
    found = describe("a.txt", Content(text))
    made = _passages(found)
    above = header(found, EMBEDDER.count_tokens)
    for before, after in pairwise(made):
        assert before.end <= after.start
    for span in made:
        piece = text[span.start : span.end]
        assert piece.strip() == piece != ""
        assert EMBEDDER.count_tokens([above + piece])[0] <= WINDOW
        assert not any(o.start < span.end and span.start < o.end for o in found.omitted)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_every_visible_character_is_in_a_passage_or_omitted(text: str) -> None:
    found = describe("a.txt", Content(text))
    kept = {i for s in _passages(found) for i in range(s.start, s.end)}
    left = {i for s in found.omitted for i in range(s.start, s.end)}
    assert all(i in kept or i in left for i, c in enumerate(text) if not c.isspace())


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_sentences_are_disjoint_spans_without_white_space_around(text: str) -> None:
    end = 0
    for span in sentences(text):
        assert end <= span.start < span.end
        assert text[span.start : span.end].strip() == text[span.start : span.end]
        end = span.end


def test_a_text_without_spaces_is_cut_to_fit() -> None:
    found = describe("a.txt", Content("ab1" * 20_000))
    made = _passages(found)
    assert made[0].start == 0
    assert made[-1].end == 60_000
    assert all(EMBEDDER.count_tokens([found.text[s.start : s.end]])[0] <= WINDOW for s in made)


def test_a_wrapped_sentence_is_one_and_a_headline_stands_alone() -> None:
    text = (
        "Harbour to be dredged\nThe harbour of the town will be dredged in June so that larger\n"
        "ships can enter. The work costs 12 million euros, the U.S. firm said.\n"
    )
    assert [text[s.start : s.end] for s in sentences(text)] == [
        "Harbour to be dredged",
        "The harbour of the town will be dredged in June so that larger\nships can enter.",
        "The work costs 12 million euros, the U.S. firm said.",
    ]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(TEXTS, min_size=1, max_size=3), st.sampled_from(["What did the minister say?", "harbour 12?"])
)
def test_every_citation_is_the_documents_own_text(texts: list[str], question: str) -> None:
    with TemporaryDirectory() as place:
        docs = Path(place) / "docs"
        docs.mkdir()
        for n, text in enumerate(texts):
            (docs / f"{n}.txt").write_bytes(text.encode("utf-8"))
        with Library.open(docs, Path(place) / "index") as library:
            library.sync()
            answer = Assistant(library).ask(question)
            citations = [c for s in answer.statements for c in s.citations]
            for part in [*citations, *answer.passages]:
                raw = (docs / part.source).read_bytes().decode("utf-8").removeprefix("\ufeff")
                words = part.text if hasattr(part, "text") else part.quote
                assert raw[part.start : part.end] == words
