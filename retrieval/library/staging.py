"""Staging: what was read of the folder waits in temporary tables, which only its writer sees.

Documents are read and embedded while readers go on with what is published; then all of it takes the place
of the files' former documents within one transaction.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from retrieval.documents.document import Document, Span, Unread
from retrieval.library.passages import Piece

TABLES = """
DROP TABLE IF EXISTS temp.new_files; DROP TABLE IF EXISTS temp.new_unread;
DROP TABLE IF EXISTS temp.new_documents; DROP TABLE IF EXISTS temp.new_passages;
CREATE TEMP TABLE new_files (path, size, modified, sha256);
CREATE TEMP TABLE new_unread (path, source, reason);
CREATE TEMP TABLE new_documents (
    id INTEGER PRIMARY KEY, path, source, text, title, outlet, date, authors, url, omitted, turns,
    header);
CREATE TEMP TABLE new_passages (
    document, start, "end", key, embedded, sentences, titled, text, title);
"""
WITHOUT_VECTOR = "FROM new_passages p WHERE NOT EXISTS (SELECT 1 FROM vectors v WHERE v.key = p.key)"


@dataclass(frozen=True, slots=True)
class File:
    """A file of the folder as it was when read; `modified` is in nanoseconds since 1970."""

    path: str
    size: int
    modified: int
    sha256: str


def content_key(embedder: str, piece: Piece) -> bytes:
    """The key of a passage's vectors: the same texts under the same embedder are embedded once."""
    return hashlib.sha256("\0".join([embedder, piece.text, *piece.titled]).encode()).digest()


class Staging:
    """The staged files and documents of one writer, on the catalog's connection."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def begin(self) -> None:
        """Empty the staging tables, which only this connection sees."""
        self._db.executescript(TABLES)

    def add_file(self, file: File) -> None:
        """Stage a file that was read."""
        row = (file.path, file.size, file.modified, file.sha256)
        self._db.execute("INSERT INTO new_files VALUES (?, ?, ?, ?)", row)

    def add_unread(self, path: str, unread: Unread) -> None:
        """Stage a file, or a line of it, that could not be read."""
        row = (path, unread.source, unread.reason)
        self._db.execute("INSERT INTO new_unread VALUES (?, ?, ?)", row)

    def add_document(
        self, path: str, document: Document, header: str, pieces: Sequence[tuple[bytes, Piece]]
    ) -> None:
        """Stage a document with its passages and the keys of their vectors."""
        d = asdict(document)
        omitted, turns = (
            json.dumps([list(part.values()) for part in d[name]]) for name in ("omitted", "turns")
        )
        row = (path, d["source"], d["text"], d["title"], d["outlet"], d["date"])
        made = self._db.execute(
            "INSERT INTO new_documents VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, json.dumps(d["authors"]), d["url"], omitted, turns, header),
        )
        self._db.executemany(
            "INSERT INTO new_passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *(made.lastrowid, piece.span.start, piece.span.end, key, piece.text),
                    json.dumps([(span.start, span.end) for span in piece.sentences]),
                    json.dumps(piece.titled),
                    *(document.text[piece.span.start : piece.span.end], document.title),
                )
                for key, piece in pieces
            ],
        )

    def without_vector(self) -> int:
        """How many staged texts have no vector yet."""
        return int(self._db.execute(f"SELECT COUNT(DISTINCT p.key) {WITHOUT_VECTOR}").fetchone()[0])

    def texts_without_vector(self) -> Iterator[str]:
        """The staged texts that have no vector yet, as they will be embedded."""
        rows = self._db.execute(f"SELECT embedded {WITHOUT_VECTOR} GROUP BY key ORDER BY MIN(p.rowid)")
        yield from (row[0] for row in rows)

    def next_without_vector(self, limit: int) -> list[tuple[bytes, Piece]]:
        """The next staged passages without vectors, by key."""
        rows = self._db.execute(
            'SELECT key, start, "end", embedded, sentences, titled'
            f" {WITHOUT_VECTOR} GROUP BY key ORDER BY MIN(p.rowid) LIMIT ?",
            (limit,),
        )
        return [
            (
                key,
                Piece(
                    Span(start, end),
                    text,
                    tuple(Span(*span) for span in json.loads(spans)),
                    tuple(json.loads(titled)),
                ),
            )
            for key, start, end, text, spans, titled in rows
        ]

    def publish(self, gone: Sequence[str]) -> tuple[list[int], list[int]]:
        """Put what is staged in the place of these files' documents; inside a transaction.

        Returns the ids of the passages that went and of those that came.
        """
        paths = [*gone, *(row[0] for row in self._db.execute("SELECT path FROM new_files"))]
        removed: list[int] = []
        for path in paths:
            ids = self._db.execute(
                "SELECT p.id FROM passages p JOIN documents d ON d.id = p.document WHERE d.path = ?",
                (path,),
            )
            removed += [row[0] for row in ids]
        for id in removed:
            self._db.execute("DELETE FROM words WHERE rowid = ?", (id,))
            self._db.execute("DELETE FROM passages WHERE id = ?", (id,))
        for path in paths:
            for table in ("documents", "unread", "files"):
                self._db.execute(f"DELETE FROM {table} WHERE path = ?", (path,))
        self._db.execute("INSERT INTO files SELECT * FROM new_files")
        self._db.execute("INSERT INTO unread SELECT * FROM new_unread")
        return removed, self._insert_staged()

    def _insert_staged(self) -> list[int]:
        highest = self._db.execute("SELECT COALESCE(MAX(id), 0) FROM documents").fetchone()
        first_document = highest[0]
        self._db.execute(
            "INSERT INTO documents SELECT ? + id, path, source, text, title, outlet, date, authors, url,"
            " omitted, turns, header FROM new_documents ORDER BY id",
            (first_document,),
        )
        last = self._db.execute("SELECT MAX(seq) FROM sqlite_sequence WHERE name = 'passages'").fetchone()
        first_passage = last[0] or 0
        self._db.execute(
            'INSERT INTO passages SELECT ? + rowid, ? + document, start, "end", key'
            " FROM new_passages ORDER BY rowid",
            (first_passage, first_document),
        )
        self._db.execute(
            "INSERT INTO words (rowid, text, title) SELECT ? + rowid, text, COALESCE(title, '')"
            " FROM new_passages ORDER BY rowid",
            (first_passage,),
        )
        rows = self._db.execute("SELECT ? + rowid FROM new_passages ORDER BY rowid", (first_passage,))
        return [row[0] for row in rows]
