"""A Library: a folder of documents and its index, to search and to read."""

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from retrieval.documents.document import Document, Unread
from retrieval.library.embedder import Confirm, Embedder
from retrieval.library.generations import Progress
from retrieval.library.index import Index
from retrieval.library.minilm import MiniLM
from retrieval.library.passage import Passage
from retrieval.library.plan import Plan, Report
from retrieval.search.followups import Message
from retrieval.search.question import understand
from retrieval.search.search import search

if TYPE_CHECKING:
    from retrieval.search.retriever import LibraryRetriever


class Library:
    """A folder of documents and its index. Any thread may use it; calls wait for one another."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.lock = threading.RLock()

    @classmethod
    def open(
        cls,
        docs: Path | str,
        state: Path | str,
        embedder: Embedder | None = None,
        follow_links: bool = False,
    ) -> "Library":
        """Open the library of the folder `docs`, whose index is kept in the folder `state`.

        `embedder` makes the vectors that search compares; without one the local model does. Links in the
        folder, which may lead anywhere, are followed only with `follow_links`.
        """
        return cls(Index(Path(docs), Path(state), MiniLM(), embedder, follow_links))

    def close(self) -> None:
        """Let go of all files."""
        with self.lock:
            self.index.close()

    def __enter__(self) -> "Library":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def plan(self) -> Plan:
        """What a sync would do now; reads what changed, embeds nothing, and leaves all as it is."""
        with self.lock:
            return self.index.plan()

    def sync(
        self, progress: Progress | None = None, rebuild: bool = False, confirm: Confirm | None = None
    ) -> Report:
        """Make the index equal to the folder; `progress` is told (what, done, all) on the way.

        `rebuild` makes the vector store anew from the catalog, without embedding anything. `confirm` is
        asked before anything is paid for; without one, such work raises Unconfirmed.
        """
        with self.lock:
            return self.index.sync(progress, rebuild, confirm)

    def search(self, question: str, k: int = 10, history: Sequence[Message] = ()) -> list[Passage]:
        """The k passages that fit a question best, best first.

        Where the embedder fails, words alone find them, and a warning is logged.
        """
        with self.lock, self.index.catalog.snapshot():
            understood = understand(question, history, self.index)
            if understood.trouble:
                logging.getLogger(__name__).warning(understood.trouble)
            return search(self.index, understood, k)

    def as_retriever(self, k: int = 10) -> "LibraryRetriever":
        """The search as a LangChain retriever."""
        from retrieval.search.retriever import LibraryRetriever

        return LibraryRetriever(find=self.search, k=k)

    def document(self, source: str) -> Document:
        """The document of that name; raises UnknownSource."""
        with self.lock:
            return self.index.document(source)

    def sources(self) -> list[str]:
        """The names of all documents, in order."""
        with self.lock:
            return self.index.catalog.sources()

    def names(self, source: str) -> list[str]:
        """All names of a document, first the one that it is cited by: files of the same bytes are one."""
        with self.lock:
            return self.index.catalog.names(source)

    def story(self, source: str) -> list[str]:
        """The other documents that are near-duplicates of this one, by name."""
        with self.lock:
            names = self.index.catalog.names(source)
            return self.index.catalog.story(names[0]) if names else []

    def unread(self) -> list[Unread]:
        """The files, and lines of files, that could not be read, and why."""
        with self.lock:
            return self.index.catalog.unread()

    def counts(self) -> dict[str, int]:
        """The number of documents, passages and vectors."""
        with self.lock:
            return self.index.catalog.counts()
