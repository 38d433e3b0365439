"""The index of one documents folder: the catalog, the vector store it points to, and their upkeep."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from retrieval.documents.document import Document, Unread
from retrieval.documents.read import read
from retrieval.errors import LibraryBusy, StateError, Unconfirmed, UnknownSource
from retrieval.library.catalog import Catalog
from retrieval.library.embedder import Confirm, Embedder, identity, pin
from retrieval.library.embedding import embed_pieces
from retrieval.library.folder import Changes, check, compare
from retrieval.library.generations import Generations, Progress
from retrieval.library.minilm import MiniLM
from retrieval.library.passages import header, pieces
from retrieval.library.staging import content_key

if TYPE_CHECKING:
    from retrieval.library.chroma import VectorStore

BATCH = 256


@dataclass(frozen=True, slots=True)
class Report:
    """What a sync did: numbers of files, of passages embedded, and seconds."""

    added: int
    changed: int
    removed: int
    unchanged: int
    embedded: int
    seconds: float


class Index:
    """The index of the folder `docs`, kept in the folder `state`.

    `embedder` makes the sentences' vectors, and those that search compares unless a `searcher` does.
    """

    def __init__(self, docs: Path, state: Path, embedder: MiniLM, searcher: Embedder | None = None) -> None:
        check(docs)
        self._searcher = searcher
        self.docs, self.state, self.embedder = docs.resolve(), state.resolve(), embedder
        if self.state == self.docs or self.docs in self.state.parents:
            raise StateError(
                f"The state folder {state} lies inside the documents folder {docs}; "
                "name another with --state."
            )
        try:
            self.state.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StateError(
                f"The state folder {state} cannot be made ({error.strerror}); name another with --state."
            ) from error
        self.catalog = Catalog(self.state / "catalog.sqlite")
        self._check_owner()
        self.generations = Generations(self.state / "chroma", self.catalog)

    def _check_owner(self) -> None:
        owner = self.catalog.fact("docs")
        if owner and owner != str(self.docs) and Path(owner).is_dir():
            raise StateError(
                f"The state folder {self.state} belongs to the documents in {owner}; "
                "name another with --state."
            )
        self._check_embedder()

    def _check_embedder(self) -> None:
        pinned = self.catalog.fact("embedder")
        if pinned is None or pin(self.searcher, pinned):
            return
        # Before anything was published, vectors of another embedder are merely of no use.
        if self.catalog.fact("generation") is not None:
            raise StateError(
                f"The index in {self.state} was made with the embedder {pinned}; go on with that one, or "
                f"run `onrecord --state FOLDER index` to build one with {self.searcher.name} in another "
                "folder."
            )

    @property
    def searcher(self) -> Embedder:
        """What makes the vectors that search compares."""
        return self._searcher or self.embedder

    def close(self) -> None:
        """Let go of all files."""
        self.generations.close()
        self.catalog.close()

    # Reading

    @property
    def store(self) -> "VectorStore":
        """The vector store that the catalog points to now."""
        if self.generations.outdated():
            self._check_embedder()
        return self.generations.store()

    def nearest(self, vector: list[float], k: int) -> list[tuple[int, float]]:
        """The k passages nearest to a unit vector, best first, as (id, cosine)."""
        try:
            return self.store.nearest(vector, k)
        # Chroma raises errors of many kinds on damaged files, and the remedy is one.
        except Exception as error:
            raise StateError(
                f"The vector store in {self.state} cannot be read ({type(error).__name__}); "
                "run `onrecord index --rebuild`, which embeds nothing."
            ) from error

    def is_whole(self) -> bool:
        """Whether Chroma holds a readable vector for exactly the passages of the catalog."""
        if not self.generations.is_published():
            return False
        try:
            return bool(self.store.holds(self.catalog.passage_ids()))
        # Chroma raises errors of many kinds on damaged files; each means the same here.
        except Exception:
            return False

    def document(self, source: str) -> Document:
        """The document of that name; raises UnknownSource."""
        document = self.catalog.document(source)
        if document is None:
            raise UnknownSource(f"No document is called {source}; `onrecord show` without a name lists them.")
        return document

    # Making it equal to the folder

    def sync(
        self, progress: Progress | None = None, rebuild: bool = False, confirm: Confirm | None = None
    ) -> Report:
        """Make the index equal to the folder; embeds only what has no vector yet.

        `rebuild` makes the vector store anew from the catalog, whatever its state. Where embedding costs
        money, `confirm` is asked first; raises Unconfirmed where it says no, or is not there.
        """
        tell = progress or (lambda what, done, total: None)
        began = time.monotonic()
        # Someone else may have pinned one since this index was opened.
        self._check_embedder()
        changes = self.changes()
        embedded = 0
        if rebuild or changes.any() or not self._is_current():
            with self._writing():
                # Someone else may have done the work while this process waited for its turn.
                self._check_embedder()
                changes = self.changes()
                embedded = self._apply(changes, tell, rebuild, confirm)
        return Report(
            len(changes.added),
            len(changes.changed),
            len(changes.removed),
            changes.unchanged + len(changes.touched),
            embedded,
            time.monotonic() - began,
        )

    def changes(self) -> Changes:
        """How the folder differs from the index."""
        return compare(self.docs, self.catalog.files(), self.catalog.unopened())

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with FileLock(self.state / "lock", timeout=0):
                yield
        except Timeout:
            raise LibraryBusy(
                f"Another OnRecord process is indexing {self.docs}; try again when it has finished."
            ) from None

    def _is_current(self) -> bool:
        return self.generations.is_published() and self.catalog.fact("docs") == str(self.docs)

    def _apply(self, changes: Changes, tell: Progress, rebuild: bool, confirm: Confirm | None) -> int:
        unopened = self._stage(changes, tell)
        self._agree(confirm)
        embedded = self._embed(tell)
        with self.catalog.transaction():
            removed, added = self.catalog.staging.publish([*changes.removed, *unopened])
            for file in changes.touched:
                self.catalog.touch(file)
            self.generations.build(removed, None if rebuild else added, tell)
            self.catalog.set_fact("docs", str(self.docs))
            if self.searcher.dimension:
                self.catalog.set_fact("embedder", identity(self.searcher))
            self.catalog.set_fact("layout", self.catalog.layout)
            # Vectors that were paid for stay: their folder may only be away.
            if removed and self.searcher is self.embedder:
                self.catalog.drop_unused_vectors()
        self.generations.sweep()
        return embedded

    def _stage(self, changes: Changes, tell: Progress) -> list[str]:
        """Read what changed into the staging tables; returns the files that could not be opened."""
        self.catalog.staging.begin()
        unopened = [found.source for found in changes.unread]
        for found in changes.unread:
            self.catalog.staging.add_unread(found.source, found)
        files = [*changes.added, *changes.changed]
        for done, file in enumerate(files):
            tell("reading", done, len(files))
            try:
                for one in read(self.docs / file.path, file.path):
                    self._stage_one(file.path, one)
            except OSError as error:
                # It went, or was closed to us, since the folder was looked at.
                gone = Unread(file.path, f"it cannot be opened: {error.strerror}")
                self.catalog.staging.add_unread(file.path, gone)
                unopened.append(file.path)
            else:
                self.catalog.staging.add_file(file)
        if files:
            tell("reading", len(files), len(files))
        return unopened

    def _stage_one(self, path: str, found: Document | Unread) -> None:
        if isinstance(found, Unread):
            self.catalog.staging.add_unread(path, found)
            return
        count = self.embedder.count_tokens
        above = header(found, count)
        made = [(content_key(self.searcher.name, piece), piece) for piece in pieces(found, above, count)]
        self.catalog.staging.add_document(path, found, above, made)

    def _agree(self, confirm: Confirm | None) -> None:
        """Have the bill for what will be embedded agreed to; raises Unconfirmed."""
        bill = self.searcher.bill(self.catalog.staging.texts_without_vector())
        if bill and not (confirm and confirm(bill)):
            raise Unconfirmed(f"Not done: {bill}; run `onrecord index --yes` to agree to it.")

    def _embed(self, tell: Progress) -> int:
        """Embed what is staged and has no vector; each portion is safe once it is stored."""
        total, done = self.catalog.staging.without_vector(), 0
        while batch := self.catalog.staging.next_without_vector(BATCH):
            for places in self.searcher.portions([piece.text for _, piece in batch]):
                tell("embedding", done, total)
                keys, pieces = zip(*(batch[place] for place in places), strict=True)
                made = embed_pieces(self.embedder, self.searcher, pieces)
                # At once, so that vectors of another dimension can never be stored beside these.
                self.catalog.set_fact("embedder", identity(self.searcher))
                self.catalog.add_vectors(keys, *made)
                done += len(keys)
        if total:
            tell("embedding", total, total)
        return done
