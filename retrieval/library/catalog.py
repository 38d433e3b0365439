"""The catalog: one SQLite file that holds the truth about a library.

Files, documents, passages with their offsets, the full-text index, and every vector by the content that
it stands for. Everything else in the state folder can be made from it again without embedding anything.
Writers stage documents first (staging.py), so that what readers see changes in one transaction.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np

from retrieval.documents.document import Document, Place, Span, Turn, Unread
from retrieval.errors import StateError
from retrieval.library import stories
from retrieval.library.file import File
from retrieval.library.minilm import Vectors
from retrieval.library.passage import Passage
from retrieval.library.staging import Staging

LAYOUT = "2"
SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL, changed INTEGER NOT NULL,
    seen INTEGER NOT NULL, content TEXT NOT NULL, shown_as TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS files_by_name ON files (shown_as);
CREATE TABLE IF NOT EXISTS unread (
    path TEXT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, partly INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL, source TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL, title TEXT, outlet TEXT, date TEXT, authors TEXT NOT NULL, url TEXT, language TEXT,
    omitted TEXT NOT NULL, turns TEXT NOT NULL, places TEXT NOT NULL, breaks TEXT NOT NULL,
    header TEXT NOT NULL, signature BLOB, story INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS documents_by_path ON documents (path);
CREATE INDEX IF NOT EXISTS documents_by_story ON documents (story);
CREATE TABLE IF NOT EXISTS passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL REFERENCES documents (id),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, key BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS passages_by_document ON passages (document);
CREATE INDEX IF NOT EXISTS passages_by_key ON passages (key);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
    text, title, tokenize = "porter unicode61 remove_diacritics 2");
CREATE TABLE IF NOT EXISTS vectors (
    key BLOB PRIMARY KEY, vector BLOB NOT NULL, sentences BLOB NOT NULL) WITHOUT ROWID;
"""


class Catalog:
    """An open catalog. One thread at a time may use it."""

    layout = LAYOUT

    def __init__(self, path: Path) -> None:
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(SCHEMA + stories.SCHEMA)
        except sqlite3.Error as error:
            raise StateError(
                f"The catalog {path} cannot be opened ({error}); delete its folder and run "
                "`onrecord index` to build it anew."
            ) from error
        self.staging, self.stories = Staging(self._db), stories.Stories(self._db)
        if self.fact("layout") not in (None, LAYOUT):
            raise StateError(
                f"The catalog {path} was written by another version of OnRecord; delete its folder "
                "and run `onrecord index` to build it anew."
            )

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def fact(self, key: str) -> str | None:
        """A single fact about the whole library: its folder, embedder, generation."""
        row = self._db.execute("SELECT value FROM facts WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def set_fact(self, key: str, value: str) -> None:
        """Set a fact about the whole library."""
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (key, value))

    def flaw(self) -> str | None:
        """What SQLite finds wrong with the file, or None; reads all of it."""
        found = self._db.execute("PRAGMA quick_check(1)").fetchone()[0]
        return None if found == "ok" else str(found)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside become visible at once, or not at all."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reads inside see the library as it is at the first one, whatever is published meanwhile."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("COMMIT")

    # What is there

    def files(self) -> dict[str, File]:
        """The files that the index holds, by path."""
        return {row[0]: File(*row) for row in self._db.execute("SELECT * FROM files")}

    def unopened(self) -> dict[str, str]:
        """The files that could not even be opened, which the index does not hold, and why."""
        rows = self._db.execute("SELECT path, reason FROM unread WHERE path NOT IN (SELECT path FROM files)")
        return dict(rows.fetchall())

    def unread(self, without: AbstractSet[str] = frozenset()) -> list[Unread]:
        """What could not be read, and why, by name; not of the files `without`."""
        rows = self._db.execute("SELECT path, source, reason, partly FROM unread ORDER BY source, rowid")
        return [
            Unread(source, reason, bool(partly))
            for path, source, reason, partly in rows
            if path not in without
        ]

    def counts(self) -> dict[str, int]:
        """The number of documents, passages and vectors."""
        tables = ("documents", "passages", "vectors")
        count = "SELECT COUNT(*) FROM "
        return {table: self._db.execute(count + table).fetchone()[0] for table in tables}

    def sources(self) -> list[str]:
        """The names of all documents, in order."""
        return [row[0] for row in self._db.execute("SELECT source FROM documents ORDER BY source")]

    def document(self, source: str) -> Document | None:
        """The document of that name, or None."""
        row = self._db.execute(
            "SELECT source, text, title, outlet, date, authors, url, language, omitted, turns, places, breaks"
            " FROM documents WHERE source = ?",
            (source,),
        ).fetchone()
        if row is None:
            return None
        authors, omitted, turns, places, breaks = map(json.loads, (row[5], *row[8:]))
        return Document(
            source=row[0],
            text=row[1],
            title=row[2],
            outlet=row[3],
            date=row[4],
            authors=tuple(authors),
            url=row[6],
            language=row[7],
            omitted=tuple(Span(*span) for span in omitted),
            turns=tuple(Turn(*turn) for turn in turns),
            places=tuple(Place(*place) for place in places),
            breaks=tuple(breaks),
        )

    def names(self, source: str) -> list[str]:
        """All names of a document, first the one that it is cited by; [] where there is none.

        `source` may be any of them: the names are those of files of the same bytes.
        """
        for place in [len(source), *(n for n, mark in enumerate(source) if mark == "#")]:
            rows = self._db.execute(
                "SELECT other.path FROM files f JOIN files other ON other.shown_as = f.shown_as"
                " WHERE f.path = ? ORDER BY other.path != other.shown_as, other.path",
                (source[:place],),
            ).fetchall()
            if rows:
                return [path + source[place:] for (path,) in rows]
        return []

    def story(self, source: str) -> list[str]:
        """The other documents that tell the same story as this one, by name."""
        rows = self._db.execute(
            "SELECT o.source FROM documents d JOIN documents o ON o.story = d.story AND o.id != d.id"
            " WHERE d.source = ? ORDER BY o.source",
            (source,),
        )
        return [row[0] for row in rows]

    def shared_stories(self, ids: Sequence[int]) -> dict[int, int]:
        """For those of these passages whose document has near-duplicates, a number of its story."""
        return {
            id: story
            for place in range(0, len(ids), 500)
            for id, story in self._db.execute(
                "SELECT p.id, d.story FROM passages p JOIN documents d ON d.id = p.document"
                " WHERE EXISTS (SELECT 1 FROM documents o WHERE o.story = d.story AND o.id != d.id)"
                f" AND p.id IN ({','.join('?' * len(ids[place : place + 500]))})",
                ids[place : place + 500],
            )
        }

    def copies(self) -> list[list[str]]:
        """The files of the same bytes as another, by group, first the one that is cited."""
        rows = self._db.execute(
            "SELECT shown_as, path FROM files WHERE shown_as IN"
            " (SELECT shown_as FROM files GROUP BY shown_as HAVING COUNT(*) > 1)"
            " ORDER BY shown_as, path != shown_as, path"
        )
        return [[path for _, path in group] for _, group in groupby(rows, key=itemgetter(0))]

    def stories_told(self) -> list[list[str]]:
        """The documents that are near-duplicates of another, by story."""
        rows = self._db.execute(
            "SELECT story, source FROM documents WHERE story IN"
            " (SELECT story FROM documents GROUP BY story HAVING COUNT(*) > 1) ORDER BY story, source"
        )
        return [[source for _, source in group] for _, group in groupby(rows, key=itemgetter(0))]

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """The passages of these ids, in the order of the ids; ids that are gone are left out."""
        found: dict[int, Passage] = {}
        for place in range(0, len(ids), 500):
            chunk = ids[place : place + 500]
            rows = self._db.execute(
                'SELECT p.id, d.source, p.start, p."end", w.text, d.title, d.outlet, d.date'
                " FROM passages p JOIN documents d ON d.id = p.document JOIN words w ON w.rowid = p.id"
                f" WHERE p.id IN ({','.join('?' * len(chunk))})",
                chunk,
            )
            found.update((row[0], Passage(*row)) for row in rows)
        return [found[id] for id in ids if id in found]

    def match(self, query: str, limit: int) -> list[tuple[int, float]]:
        """Passages that match a full-text query, best first, as (id, BM25 ≥ 0)."""
        rows = self._db.execute(
            "SELECT rowid, -bm25(words) AS score FROM words WHERE words MATCH ?"
            " ORDER BY score DESC, rowid LIMIT ?",
            (query, limit),
        )
        return [(row[0], row[1]) for row in rows]

    def frequency(self, query: str) -> int:
        """In how many passages a full-text query matches."""
        row = self._db.execute("SELECT COUNT(*) FROM words WHERE words MATCH ?", (query,)).fetchone()
        return int(row[0])

    # Vectors

    def add_vectors(self, keys: Sequence[bytes], vectors: Vectors, sentences: Sequence[Vectors]) -> None:
        """Store vectors; safe at once, whatever becomes of the rest of the work.

        `sentences` holds for each passage an array [ways of embedding, sentences, dimension].
        """
        with self.transaction():
            self._db.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                [
                    (key, vector.tobytes(), parts.astype(np.float16).tobytes())
                    for key, vector, parts in zip(keys, vectors, sentences, strict=True)
                ],
            )

    def vectors(self, ids: Sequence[int]) -> Vectors:
        """The vectors of these passages, float32 [len(ids), dimension]."""
        rows = [self._vector_row("vector", id) for id in ids]
        return np.frombuffer(b"".join(rows), dtype=np.float32).reshape(len(ids), -1)

    def sentence_vectors(self, id: int, ways: int, dimension: int) -> Vectors:
        """The vectors of a passage's sentences, float32 [ways of embedding, sentences, dimension]."""
        stored = np.frombuffer(self._vector_row("sentences", id), dtype=np.float16)
        return stored.astype(np.float32).reshape(ways, -1, dimension)

    def _vector_row(self, column: str, id: int) -> bytes:
        found = f"SELECT v.{column} FROM passages p JOIN vectors v ON v.key = p.key WHERE p.id = ?"
        return bytes(self._db.execute(found, (id,)).fetchone()[0])

    def embedded_texts(self, ids: Sequence[int]) -> list[str]:
        """The texts that the vectors of these passages stand for: header and passage."""
        text = (
            "SELECT d.header || w.text FROM passages p JOIN documents d ON d.id = p.document"
            " JOIN words w ON w.rowid = p.id WHERE p.id = ?"
        )
        return [self._db.execute(text, (id,)).fetchone()[0] for id in ids]

    def passage_ids(self) -> list[int]:
        """The ids of all passages, in order."""
        return [row[0] for row in self._db.execute("SELECT id FROM passages ORDER BY id")]

    # Changing it

    def drop_unused_vectors(self) -> None:
        """Forget the vectors of texts that no passage holds any more."""
        self._db.execute("DELETE FROM vectors WHERE key NOT IN (SELECT key FROM passages)")
