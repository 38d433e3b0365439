"""A floor: retrieval as LangChain's tutorial builds it, over the same documents with the same embedder.

RecursiveCharacterTextSplitter (1,000 characters, 200 of them shared), a Chroma collection as it comes,
similarity search with k = 5. What it finds is quoted as the other floors quote, see systems.py.
"""

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import chromadb
from chromadb.api import ClientAPI
from chromadb.config import Settings
from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_text_splitters import RecursiveCharacterTextSplitter

from eval.systems import System, quoting
from retrieval.api import Library
from retrieval.library.minilm import MiniLM
from retrieval.library.passage import Passage

SIZE, OVERLAP, K = 1000, 200, 5
COLLECTION = "tutorial"
PORTION = 256

# Told (how many are done, how many there are).
Tell = Callable[[int, int], None]


def tutorial(library: Library, folder: Path, tell: Tell = lambda done, total: None) -> System:
    """The tutorial's pipeline over the library's documents; its store is made in `folder` where missing.

    `folder` must be another one where the documents are others.
    """
    if not folder.exists():
        _build(library, folder, tell)
    store = _store(_client(folder))
    titles = {source: library.document(source) for source in library.sources()}

    def find(question: str) -> list[Passage]:
        found = store.similarity_search_with_score(question, k=K)
        return [_passage(chunk, distance) for chunk, distance in found]

    def _passage(chunk: Document, distance: float) -> Passage:
        source, start = chunk.metadata["source"], chunk.metadata["start_index"]
        facts, end = titles[source], start + len(chunk.page_content)
        # Chroma's own distance is the squared one; between unit vectors it is 2 - 2 cos.
        score = min(1.0, max(0.0, 1.0 - distance / 2.0))
        return Passage(
            0, source, start, end, chunk.page_content, facts.title, facts.outlet, facts.date, score
        )

    return quoting(find, "floor:langchain-tutorial")


def chunks(texts: Iterable[tuple[str, str]]) -> list[Document]:
    """The chunks of (source, text), each with its source and `start_index` in characters."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=SIZE, chunk_overlap=OVERLAP, add_start_index=True)
    return splitter.split_documents([Document(text, metadata={"source": source}) for source, text in texts])


def _build(library: Library, folder: Path, tell: Tell) -> None:
    beside = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    made = chunks((source, library.document(source).text) for source in library.sources())
    client = _client(beside)
    store = _store(client)
    for place in range(0, len(made), PORTION):
        tell(place, len(made))
        store.add_documents(made[place : place + PORTION])
    tell(len(made), len(made))
    client.close()  # type: ignore[attr-defined]  # the client has it, its protocol does not
    beside.rename(folder)


def _client(folder: Path) -> ClientAPI:
    settings = Settings(anonymized_telemetry=False, is_persistent=True)
    return chromadb.PersistentClient(path=str(folder), settings=settings)


def _store(client: ClientAPI) -> Chroma:
    return Chroma(collection_name=COLLECTION, client=client, embedding_function=MiniLM())
