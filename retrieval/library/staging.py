"""Staging: what was read of the folder waits in temporary tables, which only its writer sees.

Documents are read and embedded while readers go on with what is published; then all of it takes the place
of the files' former documents within one transaction.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import astuple
from typing import Any

from retrieval.documents.document import Document, Span, Unread
from retrieval.library.folder import Changes
from retrieval.library.passages import Piece

TABLES = """
DROP TABLE IF EXISTS temp.new_unread; DROP TABLE IF EXISTS temp.new_documents;
DROP TABLE IF EXISTS temp.new_passages;
CREATE TEMP TABLE new_unread (path, source, reason, partly);
CREATE TEMP TABLE new_documents (
    id INTEGER PRIMARY KEY, path, source, text, title, outlet, date, authors, url, language, omitted, turns,
    places, breaks, header, signature);
CREATE TEMP TABLE new_passages (
    document, start, "end", key, embedded, sentences, titled, text, title);
"""
WITHOUT_VECTOR = "FROM new_passages p WHERE NOT EXISTS (SELECT 1 FROM vectors v WHERE v.key = p.key)"


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

    def add_unread(self, path: str, unread: Unread) -> None:
        """Stage a file, or a part of it, that could not be read."""
        row = (path, unread.source, unread.reason, unread.partly)
        self._db.execute("INSERT INTO new_unread VALUES (?, ?, ?, ?)", row)

    def unread(self) -> list[Unread]:
        """What is staged as unread, in the order in which it was met."""
        rows = self._db.execute("SELECT source, reason, partly FROM new_unread ORDER BY rowid")
        return [Unread(source, reason, bool(partly)) for source, reason, partly in rows]

    def add_document(
        self,
        path: str,
        document: Document,
        header: str,
        signature: bytes | None,
        pieces: Iterable[tuple[bytes, Piece]],
    ) -> None:
        """Stage a document with its signature, its passages and the keys of their vectors."""
        d = document
        spans: list[Sequence[Any]] = [[astuple(part) for part in parts] for parts in (d.omitted, d.turns)]
        spans += [[astuple(place) for place in d.places], d.breaks]
        facts = (d.title, d.outlet, d.date, json.dumps(d.authors), d.url, d.language)
        made = self._db.execute(
            f"INSERT INTO new_documents VALUES (NULL{', ?' * 15})",
            (path, d.source, d.text, *facts, *map(json.dumps, spans), header, signature),
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

    def publish(self, changes: Changes, lost: AbstractSet[str]) -> tuple[list[int], list[int]]:
        """Put what is staged in the place of what went, and name what moved; inside a transaction.

        Files that were `lost` between looking and reading are not known, so that they are tried again.
        Returns the ids of the passages that went and of those that came.
        """
        # By way of names that no file has, since two files may have changed places.
        for number, (old, _) in enumerate(changes.renamed):
            self._rename(old, f"\0{number}")
        removed = self._remove(changes.gone)
        for number, (_, new) in enumerate(changes.renamed):
            self._rename(f"\0{number}", new)
        if changes.files or changes.left():
            self._db.execute("DELETE FROM files")
            rows = [astuple(file) for file in changes.files if file.shown_as not in lost]
            self._db.executemany("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        for path in [*changes.recovered, *(found.source for found in changes.unread)]:
            self._db.execute("DELETE FROM unread WHERE path = ?", (path,))
        self._db.execute("INSERT INTO unread SELECT * FROM new_unread")
        return removed, self._insert_staged()

    def _rename(self, old: str, new: str) -> None:
        """Give the documents of a file, and what of it could not be read, another name."""
        for table in ("documents", "unread"):
            self._db.execute(
                f"UPDATE {table} SET path = ?2, source = ?2 || substr(source, length(path) + 1)"
                " WHERE path = ?1",
                (old, new),
            )

    def _remove(self, paths: Sequence[str]) -> list[int]:
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
            for table in ("documents", "unread"):
                self._db.execute(f"DELETE FROM {table} WHERE path = ?", (path,))
        return removed

    def _insert_staged(self) -> list[int]:
        last = self._db.execute("SELECT MAX(seq) FROM sqlite_sequence WHERE name = 'documents'").fetchone()
        first_document = last[0] or 0
        self._db.execute(
            "INSERT INTO documents SELECT ? + id, path, source, text, title, outlet, date, authors, url,"
            " language, omitted, turns, places, breaks, header, signature, ? + id"
            " FROM new_documents ORDER BY id",
            (first_document, first_document),
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
