"""Chroma holds what the catalog holds, and it is Chroma that answers."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import state_of

from retrieval import Library
from retrieval.library.chroma import VectorStore
from retrieval.search.meaning import by_meaning
from retrieval.search.question import understand


def _ranked(library: Library) -> list[int]:
    question = understand("Who blocked the proposal?", [], library.index)
    return list(by_meaning(library.index, question, 10))


@pytest.fixture
def seeds_library(seeds_copy: Path) -> Iterator[Library]:
    """A library of one's own over the sample documents."""
    with Library.open(seeds_copy, state_of(seeds_copy)) as library:
        library.sync()
        yield library


def test_altered_vectors_in_the_catalog_change_no_result(seeds_library: Library) -> None:
    before = _ranked(seeds_library)
    with sqlite3.connect(seeds_library.index.state / "catalog.sqlite") as catalog:
        catalog.execute("UPDATE vectors SET vector = (SELECT vector FROM vectors LIMIT 1)")
    assert _ranked(seeds_library) == before


def test_altered_vectors_in_chroma_change_the_results(seeds_library: Library) -> None:
    before = _ranked(seeds_library)
    index = seeds_library.index
    ids = index.catalog.passage_ids()
    texts = index.catalog.embedded_texts(ids)
    index.store.remove(ids)
    index.store.add(ids, texts, index.catalog.vectors(list(reversed(ids))))
    assert _ranked(seeds_library) != before


def test_chroma_ranks_as_exact_search_does(seeds_library: Library) -> None:
    index = seeds_library.index
    ids = np.array(index.catalog.passage_ids())
    question = understand("How many attacks were prevented?", [], index)
    cosines = index.catalog.vectors(ids.tolist()) @ question.vector
    exact = ids[np.argsort(-cosines)][:10].tolist()
    assert list(by_meaning(index, question, 10)) == exact


def test_more_rows_than_chroma_takes_at_once_are_stored(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "chroma")
    rows = 6000
    vectors = np.random.default_rng(0).normal(size=(rows, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    for place in range(0, rows, 1000):
        ids = range(place, place + 1000)
        store.add(list(ids), [f"text {n}" for n in ids], vectors[place : place + 1000])
    assert store.holds(range(rows))
    store.remove(list(range(0, rows, 2)))
    assert store.holds(range(1, rows, 2))
    store.close()
