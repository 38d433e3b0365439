"""The index of one documents folder: the catalog, the vector store it points to, and their upkeep."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from retrieval.documents.document import Document, Unread
from retrieval.documents.jail import Readers
from retrieval.errors import LibraryBusy, StateError, Unconfirmed, UnknownSource
from retrieval.library.catalog import Catalog
from retrieval.library.embedder import Confirm, Embedder, identity, pin
from retrieval.library.embedding import embed_pieces
from retrieval.library.folder import Changes, arrange, check, look
from retrieval.library.generations import Generations, Progress
from retrieval.library.minilm import MiniLM
from retrieval.library.passages import header, pieces
from retrieval.library.plan import Plan, Report, summary
from retrieval.library.staging import content_key
from retrieval.library.stories import signature

if TYPE_CHECKING:
    from retrieval.library.chroma import VectorStore

BATCH = 256
# Passages, from which the pace of embedding is told.
SAMPLE = 16


class Index:
    """The index of the folder `docs`, kept in the folder `state`.

    `embedder` makes the sentences' vectors, and those that search compares unless a `searcher` does.
    """

    def __init__(
        self,
        docs: Path,
        state: Path,
        embedder: MiniLM,
        searcher: Embedder | None = None,
        follow_links: bool = False,
    ) -> None:
        check(docs)
        self._searcher, self.follow_links = searcher, follow_links
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

    def document(self, source: str) -> Document:
        """The document of that name; raises UnknownSource."""
        names = self.catalog.names(source)
        document = self.catalog.document(names[0]) if names else None
        if document is None:
            raise UnknownSource(f"No document is called {source}; `onrecord show` without a name lists them.")
        return document

    # Making it equal to the folder

    def plan(self) -> Plan:
        """What a sync would do now; reads what changed, and leaves everything as it is."""
        changes = self.changes()
        self._stage(changes, lambda what, done, total: None)
        return self._planned(changes)

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
        plan = None
        if rebuild or changes.any() or not self._is_current():
            with self._writing():
                # Someone else may have done the work while this process waited for its turn.
                self._check_embedder()
                changes = self.changes()
                plan = self._apply(changes, tell, rebuild, confirm)
        plan = plan or summary(changes, tuple(self.catalog.unread()))
        return Report(plan, time.monotonic() - began)

    def changes(self) -> Changes:
        """How the folder differs from the index."""
        known = self.catalog.files()
        return arrange(known, self.catalog.unopened(), *look(self.docs, known, self.follow_links))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with FileLock(self.state / "lock", timeout=0):
                yield
        except Timeout:
            raise LibraryBusy(
                f"Another OnRecord process is indexing {self.docs}; try again when it has finished."
            ) from None
        except (OSError, sqlite3.Error) as error:
            raise StateError(
                f"The index in {self.state} cannot be written ({error}); it is as it was. Look whether the "
                "disk is full, and run `onrecord index` again."
            ) from error

    def _is_current(self) -> bool:
        return self.generations.is_whole() and self.catalog.fact("docs") == str(self.docs)

    def _apply(self, changes: Changes, tell: Progress, rebuild: bool, confirm: Confirm | None) -> Plan:
        lost = self._stage(changes, tell)
        plan = self._planned(changes)
        if plan.bill and not (confirm and confirm(plan.bill)):
            raise Unconfirmed(f"Not done: {plan.bill}; run `onrecord index --yes` to agree to it.")
        self._embed(tell)
        with self.catalog.transaction():
            removed, added = self.catalog.staging.publish(changes, lost)
            if changes.gone or changes.to_read:
                self.catalog.stories.renew()
            self.generations.build(removed, None if rebuild else added, tell)
            self.catalog.set_fact("docs", str(self.docs))
            if self.searcher.dimension:
                self.catalog.set_fact("embedder", identity(self.searcher))
            self.catalog.set_fact("layout", self.catalog.layout)
            self.catalog.set_fact("published", datetime.now(UTC).isoformat(timespec="seconds"))
            # Vectors that were paid for stay: their folder may only be away.
            if removed and self.searcher is self.embedder:
                self.catalog.drop_unused_vectors()
        self.generations.sweep()
        return replace(plan, unread=tuple(self.catalog.unread()))

    def _planned(self, changes: Changes) -> Plan:
        """What applying these changes comes to, once they are staged."""
        staging = self.catalog.staging
        told_anew = {*changes.gone, *changes.recovered, *(found.source for found in changes.unread)}
        unread = [*self.catalog.unread(without=told_anew), *staging.unread()]
        passages = staging.without_vector()
        return summary(
            changes,
            tuple(sorted(unread, key=lambda found: found.source)),
            passages,
            self._seconds(passages),
            self.searcher.bill(staging.texts_without_vector()) if passages else None,
        )

    def _seconds(self, passages: int) -> float | None:
        """About how long embedding takes: at the pace of the last time, else at that of a free sample."""
        if not passages:
            return 0.0
        pace = self.catalog.fact("pace")
        if pace is None and self.searcher is self.embedder:
            sample = [piece for _, piece in self.catalog.staging.next_without_vector(SAMPLE)]
            began = time.monotonic()
            embed_pieces(self.embedder, self.searcher, sample)
            pace = str(len(sample) / (time.monotonic() - began))
        return passages / float(pace) if pace else None

    def _stage(self, changes: Changes, tell: Progress) -> set[str]:
        """Read what is to be read into the staging tables; returns the files that could not be opened."""
        self.catalog.staging.begin()
        lost: set[str] = set()
        for missed in changes.unread:
            self.catalog.staging.add_unread(missed.source, missed)
        paths = [file.path for file in changes.to_read]
        with Readers() as readers:
            files = ((self._inside(path), path) for path in paths)
            for done, (path, documents) in enumerate(readers.read(files)):
                tell("reading", done, len(paths))
                try:
                    for one in documents:
                        self._stage_one(path, one)
                except OSError as error:
                    # It went, or was closed to us, since the folder was looked at.
                    gone = Unread(path, f"it cannot be opened: {error.strerror}")
                    self.catalog.staging.add_unread(path, gone)
                    lost.add(path)
        if paths:
            tell("reading", len(paths), len(paths))
        return lost

    def _inside(self, path: str) -> Path:
        """Where a file really is; outside the folder nothing is there, unless links are followed."""
        real = Path(os.path.realpath(self.docs / path))
        return real if self.follow_links or self.docs in real.parents else self.docs / path / "outside"

    def _stage_one(self, path: str, found: Document | Unread) -> None:
        if isinstance(found, Unread):
            self.catalog.staging.add_unread(path, found)
            return
        count = self.embedder.count_tokens
        above = header(found, count)
        made = ((content_key(self.searcher.name, piece), piece) for piece in pieces(found, above, count))
        self.catalog.staging.add_document(path, found, above, signature(found), made)

    def _embed(self, tell: Progress) -> None:
        """Embed what is staged and has no vector; each portion is safe once it is stored."""
        total, done, began = self.catalog.staging.without_vector(), 0, time.monotonic()
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
        if total >= SAMPLE:
            self.catalog.set_fact("pace", str(total / (time.monotonic() - began)))
