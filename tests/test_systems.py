"""Floors: what the product is measured beside answers by its stated rule, and cites exactly."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.systems import QUOTED, System, best_sentences, bm25, dense
from eval.tutorial import chunks, tutorial
from retrieval import Library
from retrieval.library.passage import Passage

QUESTION = "How much does the harbour work cost?"


def _tutorial(library: Library) -> System:
    return tutorial(library, library.index.state / "tutorial")


@pytest.mark.parametrize("floor", [bm25, dense, _tutorial])
def test_a_floor_quotes_exact_sentences_of_what_it_found(
    own_library: Library, floor: Callable[[Library], System]
) -> None:
    answer = floor(own_library)(QUESTION, ())
    assert answer.status == "answered"
    assert answer.engine.startswith("floor:")
    assert "12 million euros" in answer.text
    for passage in answer.passages:
        text = own_library.document(passage.source).text
        assert text[passage.start : passage.end] == passage.text
        assert 0 <= passage.score <= 1
    for citation in (c for statement in answer.statements for c in statement.citations):
        text = own_library.document(citation.source).text
        assert text[citation.start : citation.end] == citation.quote
    assert answer.confidence == round(answer.passages[0].score, 4)


def test_vectors_alone_rank_by_cosine_and_the_tutorial_does_the_same(own_library: Library) -> None:
    vector = own_library.index.embedder.vectors([QUESTION])[0]
    for floor in (dense, _tutorial):
        for passage in floor(own_library)(QUESTION, ()).passages:
            if floor is _tutorial:
                cosine = float(own_library.index.embedder.vectors([passage.text])[0] @ vector)
                assert passage.score == pytest.approx(max(0.0, cosine), abs=1e-4)
        scores = [passage.score for passage in floor(own_library)(QUESTION, ()).passages]
        assert scores == sorted(scores, reverse=True)


def test_the_tutorials_store_is_made_once(own_library: Library, tmp_path: Path) -> None:
    told: list[int] = []
    for _ in range(2):
        tutorial(own_library, tmp_path / "store", lambda done, total: told.append(done))
    assert told == [0, 2]


def test_words_alone_refuse_what_shares_no_word(own_library: Library) -> None:
    answer = bm25(own_library)("Quetzalcoatl?", ())
    assert answer.status == "not_in_documents"
    assert answer.statements == ()
    assert answer.confidence == 0.0


def test_the_best_sentences_share_most_words_and_equals_keep_the_passages_order() -> None:
    text = "Boats sail. The mayor sailed a boat. Cats sleep. A boat sank. The mayor slept."
    passages = [Passage(1, "a", 100, 100 + len(text), text), Passage(2, "a", 100, 100 + len(text), text)]
    found = best_sentences("Did the mayor sail boats?", passages)
    assert [citation.quote for citation in found] == [
        "The mayor sailed a boat.",
        "Boats sail.",
        "A boat sank.",
    ]
    assert found[0].start == 100 + text.index("The mayor sailed")
    assert len(found) == QUOTED
    assert best_sentences("Quetzalcoatl?", passages) == []


@given(st.lists(st.text(alphabet="ab .\n\r\té", max_size=3000), max_size=3))
def test_a_chunk_stands_where_it_says(texts: list[str]) -> None:
    for chunk in chunks((str(place), text) for place, text in enumerate(texts)):
        start = chunk.metadata["start_index"]
        text = texts[int(chunk.metadata["source"])]
        assert text[start : start + len(chunk.page_content)] == chunk.page_content
        assert len(chunk.page_content) <= 1000
