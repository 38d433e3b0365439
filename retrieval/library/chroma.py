"""The vector store: a Chroma collection in a folder of its own, one folder a generation.

A published generation is never written again. A new one is built beside it, by copying the old one or
from nothing, and checked vector by vector; the catalog then points to it. So a kill while Chroma saves
its index, which can wedge a collection for good, meets only a generation that nobody reads.
"""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import chromadb
import numpy as np
from chromadb.api.collection_configuration import CreateHNSWConfiguration
from chromadb.config import Settings
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings

from retrieval.library.minilm import Vectors

COLLECTION = "passages"
# Cosine over unit vectors; recall against exact search is measured in docs/evaluation.md.
INDEX: CreateHNSWConfiguration = {
    "space": "cosine",
    "max_neighbors": 32,
    "ef_construction": 200,
    "ef_search": 200,
}
PAGE = 2000


class Prepared(Embeddings):
    """Hands over vectors that were made before: what Chroma gets is what the catalog holds."""

    def __init__(self, texts: Sequence[str], vectors: Vectors) -> None:
        self._vectors = dict(zip(texts, vectors.tolist(), strict=True))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of texts that were given at the start."""
        return [self._vectors[text] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Questions are embedded elsewhere."""
        raise TypeError("search by vector instead")


class VectorStore:
    """One generation of the collection, opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        settings = Settings(anonymized_telemetry=False, is_persistent=True)
        self._client = chromadb.PersistentClient(path=str(folder), settings=settings)
        try:
            self._store = self._collection()
        except BaseException:
            # Left open, the client would keep hold of a folder that is about to be made anew.
            self.close()
            raise

    def _collection(self, embeddings: Embeddings | None = None) -> Chroma:
        return Chroma(
            collection_name=COLLECTION,
            client=self._client,
            embedding_function=embeddings,
            collection_configuration={"hnsw": INDEX},
        )

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()  # type: ignore[attr-defined]  # the client has it, its protocol does not

    def add(self, ids: Sequence[int], texts: Sequence[str], vectors: Vectors) -> None:
        """Add passages; `texts` are as they were embedded, `vectors` float32 [len(ids), dimension]."""
        store = self._collection(Prepared(texts, vectors))
        store.add_texts(list(texts), ids=[str(id) for id in ids])

    def remove(self, ids: Sequence[int]) -> None:
        """Take passages out."""
        for place in range(0, len(ids), PAGE):
            self._store.delete([str(id) for id in ids[place : place + PAGE]])

    def nearest(self, vector: list[float], k: int) -> list[tuple[int, float]]:
        """The k passages nearest to a unit vector, best first, as (id, cosine)."""
        found = self._store.similarity_search_by_vector_with_relevance_scores(vector, k)
        return [(int(document.id or 0), 1.0 - distance) for document, distance in found]

    def stored(self) -> Iterator[tuple[int, Vectors]]:
        """Every id with the vector that Chroma holds for it; raises where one is lost."""
        offset = 0
        while True:
            page = self._store.get(limit=PAGE, offset=offset, include=["embeddings"])
            if not page["ids"]:
                return
            rows = np.asarray(page["embeddings"], dtype=np.float32)
            yield from ((int(id), row) for id, row in zip(page["ids"], rows, strict=True))
            offset += len(page["ids"])

    def holds(self, ids: Sequence[int]) -> bool:
        """Whether exactly these ids are there, each with a vector that can be read."""
        return sorted(id for id, _ in self.stored()) == sorted(ids)


def prepare_folder(folder: Path, previous: Path | None) -> None:
    """Make the folder of a new generation: a copy of the previous one, or empty."""
    shutil.rmtree(folder, ignore_errors=True)
    if previous is None:
        folder.mkdir(parents=True)
    else:
        shutil.copytree(previous, folder)
