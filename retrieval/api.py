"""The two objects that programs use: a Library to search, and an Assistant that answers from it."""

import logging
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from retrieval.answers.answer import Answer, Seconds, Statement, Usage
from retrieval.answers.attribution import lacks_speaker
from retrieval.answers.confidence import THRESHOLD, confidence, rank
from retrieval.answers.evidence import gather
from retrieval.answers.quoting import quote
from retrieval.documents.document import Document, Unread
from retrieval.errors import ModelError
from retrieval.library.embedder import Confirm, Embedder
from retrieval.library.index import Index, Progress, Report
from retrieval.library.minilm import MiniLM
from retrieval.library.passage import Passage
from retrieval.search.followups import Message
from retrieval.search.question import understand
from retrieval.search.search import search

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from retrieval.search.retriever import LibraryRetriever

PASSAGES = 16
CLOSEST = 3


class Library:
    """A folder of documents and its index. Any thread may use it; calls wait for one another."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.lock = threading.RLock()

    @classmethod
    def open(cls, docs: Path | str, state: Path | str, embedder: Embedder | None = None) -> "Library":
        """Open the library of the folder `docs`, whose index is kept in the folder `state`.

        `embedder` makes the vectors that search compares; without one the local model does.
        """
        return cls(Index(Path(docs), Path(state), MiniLM(), embedder))

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

    def unread(self) -> list[Unread]:
        """The files, and lines of files, that could not be read, and why."""
        with self.lock:
            return self.index.catalog.unread()

    def counts(self) -> dict[str, int]:
        """The number of documents, passages and vectors."""
        with self.lock:
            return self.index.catalog.counts()


class Assistant:
    """Answers questions from a library: with a language model where one is given, else by quoting."""

    def __init__(self, library: Library, model: "BaseChatModel | None" = None, name: str = "") -> None:
        self.library, self.model = library, model
        self.engine = f"openai:{name}" if model else "quotes"

    def ask(self, question: str, history: Sequence[Message] = ()) -> Answer:
        """Answer a question; `history` holds the turns before, {"role": …, "content": …} each."""
        with self.library.lock, self.library.index.catalog.snapshot():
            return self._ask(question, history)

    def _ask(self, text: str, history: Sequence[Message]) -> Answer:
        index, began = self.library.index, time.monotonic()
        question = understand(text, history, index)
        passages = search(index, question, PASSAGES)
        searched = time.monotonic()
        ranked = rank(gather(index, question, passages))
        astray = bool(question.unknown) or lacks_speaker(question.text, ranked)
        sure = confidence(ranked, len(question.weights), astray)
        statements: tuple[Statement, ...] = ()
        usage, notes, engine = Usage(), [], self.engine
        if self.model is not None:
            from retrieval.answers.writing import write

            try:
                written = write(self.model, index, question.standalone, passages)
                statements, usage = written.statements, written.usage
                if written.dropped:
                    notes.append(_dropped(written.dropped))
            except ModelError as error:
                engine = "quotes"
                notes.append(f"{error} The answer quotes the documents instead.")
        usage = usage.with_embedding(question.tokens, question.dollars)
        if question.trouble:
            notes.insert(0, question.trouble)
        if engine == "quotes" and sure >= THRESHOLD:
            statements = quote(ranked, question.names)
        done = time.monotonic()
        return Answer(
            question=question.text,
            standalone_question=question.standalone,
            status="answered" if statements else "not_in_documents",
            statements=statements,
            passages=tuple(passages),
            closest=() if statements else tuple(passages[:CLOSEST]),
            confidence=round(sure, 4),
            engine=engine,
            seconds=Seconds(searched - began, done - searched, done - began),
            notes=tuple(notes),
            usage=usage,
        )


def _dropped(count: int) -> str:
    what = "1 statement was" if count == 1 else f"{count} statements were"
    return f"{what} dropped because no passage holds the quote given for it."
