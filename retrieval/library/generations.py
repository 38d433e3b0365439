"""The vector store's generations: each is built beside the one before, checked, and then pointed to.

Chroma can be wedged for good by a kill while it writes, and does not show one process what another wrote.
So a published folder is never written again: readers notice that the catalog points elsewhere, close
what they hold and open that.
"""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import StateError
from retrieval.library.catalog import Catalog

if TYPE_CHECKING:
    from retrieval.library.chroma import VectorStore

BATCH = 1000

# Told of the work as (what, done, all), "reading" in files and the rest in passages.
Progress = Callable[[str, int, int], None]


class Generations:
    """The vector stores of a catalog, in numbered folders within `home`."""

    def __init__(self, home: Path, catalog: Catalog) -> None:
        self.home, self.catalog = home, catalog
        self._store: VectorStore | None = None
        self._opened: str | None = None
        self._replaced: str | None = None

    def close(self) -> None:
        """Let go of the open store."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def _number(self) -> str:
        return self.catalog.fact("generation") or "0"

    def is_whole(self) -> bool:
        """Whether the files that were published are all there, each of its size.

        What became of their bytes, only reading them all finds: see health.py.
        """
        written = self.catalog.fact("store")
        return written is not None and json.loads(written) == _written(self.home / self._number())

    def outdated(self) -> bool:
        """Whether the catalog points to another store than the one that is open."""
        return self._store is None or self._number() != self._opened

    def store(self) -> "VectorStore":
        """The store that the catalog points to now."""
        # Late: importing Chroma takes a second.
        from retrieval.library.chroma import VectorStore

        if self._store is None or self.outdated():
            self.close()
            self._opened = self._number()
            self._store = VectorStore(self.home / self._opened)
        return self._store

    def build(self, removed: list[int], added: list[int] | None, tell: Progress) -> None:
        """Build the vector store of a new generation, check it, and point the catalog to it.

        The old generation stays where no passage came or went. Else the new one is built from a copy of
        it, less `removed` and with `added`; or from nothing, where there is no old one, it is damaged,
        most of it would change, or `added` is None. Raises StateError if it cannot be made whole.
        """
        former, everything = self._number(), self.catalog.passage_ids()
        if self.is_whole() and added is not None and len(removed) <= len(everything) // 4:
            if not removed and not added:
                return
            try:
                self._fill(str(int(former) + 1), former, removed, added, everything, tell)
                return
            # The old generation may be damaged, which Chroma tells by errors of many kinds.
            except Exception:
                tell("rebuilding", 0, 1)
        try:
            # Two on, since this process may still hold what it could not open of the one between.
            self._fill(str(int(former) + 2), None, [], everything, everything, tell)
        # Chroma tells of a full disk by errors of many kinds as well.
        except Exception as error:
            raise StateError(
                f"The vector store in {self.home} cannot be written ({type(error).__name__}: {error}); the "
                "index is as it was. Look whether the disk is full, and run `onrecord index` again."
            ) from error

    def _fill(
        self,
        generation: str,
        previous: str | None,
        removed: list[int],
        added: list[int],
        everything: list[int],
        tell: Progress,
    ) -> None:
        """Write a generation's folder from `previous` or from nothing, read all back, point to it."""
        from retrieval.library.chroma import VectorStore, prepare_folder

        folder = self.home / generation
        prepare_folder(folder, self.home / previous if previous else None)
        store = VectorStore(folder)
        try:
            store.remove(removed)
            for place in range(0, len(added), BATCH):
                tell("publishing", place, len(added))
                ids = added[place : place + BATCH]
                store.add(ids, self.catalog.embedded_texts(ids), self.catalog.vectors(ids))
            if added:
                tell("publishing", len(added), len(added))
            if not store.holds(everything):
                raise RuntimeError(f"Chroma lost vectors while {folder} was built")
        finally:
            store.close()
        _settle(folder)
        self._replaced = self._number()
        self.catalog.set_fact("generation", generation)
        self.catalog.set_fact("store", json.dumps(_written(folder)))

    def sweep(self) -> None:
        """Remove all generations but the new one and the one before, which a reader may still hold."""
        if self._replaced is not None:
            for folder in self.home.iterdir():
                if folder.name not in (self._number(), self._replaced):
                    shutil.rmtree(folder, ignore_errors=True)
            self._replaced = None


def _written(folder: Path) -> dict[str, int]:
    """The files of a generation with their bytes; their times tell nothing, since opening touches them."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}


def _settle(folder: Path) -> None:
    """Have a generation's files on the disk before the catalog points to them."""
    for path in [*folder.rglob("*"), folder]:
        # Only to be synchronised: a folder cannot be opened for more, and on Windows not at all.
        if path.is_file() or os.name == "posix":
            handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
