"""The embedder's vectors are all-MiniLM-L6-v2's, however texts are batched."""

import hashlib
from pathlib import Path

import numpy as np

from retrieval.library.minilm import MODEL, MiniLM

EMBEDDER = MiniLM()


def test_the_model_files_are_the_ones_whose_provenance_is_written_down() -> None:
    told = (MODEL / "README.md").read_text(encoding="utf-8")
    for name in ("model.onnx", "tokenizer.json", "words.npz"):
        assert hashlib.sha256((MODEL / name).read_bytes()).hexdigest() in told, name
    assert (MODEL / "LICENSE").is_file()


def test_vectors_are_those_of_the_published_model() -> None:
    # Cosines that the published weights give in their authors' library.
    expected = np.load(Path(__file__).parent / "data" / "minilm-reference.npz")
    made = EMBEDDER.vectors([str(text) for text in expected["texts"]])
    assert np.abs((made * expected["vectors"]).sum(axis=1) - 1).max() < 1e-5


def test_a_vector_does_not_depend_on_its_batch() -> None:
    texts = ["short", "a somewhat longer text about the harbour " * 8, "", "third"]
    together = EMBEDDER.vectors(texts)
    alone = np.vstack([EMBEDDER.vectors([text]) for text in texts])
    assert np.abs(together - alone).max() < 1e-5
    assert np.allclose(np.linalg.norm(together, axis=1), 1)


def test_a_text_longer_than_the_window_is_cut_and_not_refused() -> None:
    assert EMBEDDER.vectors(["word " * 5000]).shape == (1, 384)


def test_it_is_a_langchain_embedder() -> None:
    from langchain_core.embeddings import Embeddings

    assert isinstance(EMBEDDER, Embeddings)
    assert len(EMBEDDER.embed_query("harbour")) == 384
    assert len(EMBEDDER.embed_documents(["a", "b"])) == 2
