"""Stories: documents that are near-duplicates of one another, as an agency's report in several papers.

Two documents tell one story when they share most of their runs of five words: Jaccard similarity of the sets
of runs, estimated by MinHash (Broder, 1997), found among all by locality-sensitive hashing of bands of it.
What is a near-duplicate of a near-duplicate belongs to the story too. Figures may differ inside a story, so
it is for the answer to see whether a sentence stands in both.
"""

import hashlib
import re
import sqlite3

import numpy as np

from retrieval.documents.document import Document

PERMUTATIONS = 128
SEED = 1
RUN = 5
# Fewer tell too little of where a text is from.
LEAST_RUNS = 30
SAME = 0.6
# Documents of similarity .6 meet in one band at least with probability .87, of .7 with .99, of .3 with .06.
BANDS, ROWS = 25, 5
WORD = re.compile(r"[^\W_]+")

SCHEMA = """
CREATE TABLE IF NOT EXISTS bands (
    hash INTEGER NOT NULL, document INTEGER NOT NULL, PRIMARY KEY (hash, document)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS bands_by_document ON bands (document);
CREATE TABLE IF NOT EXISTS twins (
    one INTEGER NOT NULL, other INTEGER NOT NULL, PRIMARY KEY (one, other)) WITHOUT ROWID;
"""


def signature(document: Document) -> bytes | None:
    """The MinHash of a document's story as 128 little-endian uint32, or None where it has no word.

    A text too short to be told by its runs has the hash of all its words instead, which only the same has.
    """
    # Late: only indexing needs it.
    from rensa import RMinHash

    words = _words(document)
    runs = {" ".join(words[place : place + RUN]) for place in range(len(words) - RUN + 1)}
    if len(runs) < LEAST_RUNS:
        whole = " ".join(words).encode()
        return hashlib.shake_256(whole).digest(4 * PERMUTATIONS) if words else None
    sketch = RMinHash(PERMUTATIONS, SEED)
    sketch.update(sorted(runs))
    return np.array(sketch.digest(), dtype="<u4").tobytes()


def _words(document: Document) -> list[str]:
    kept = (WORD.findall(document.text, span.start, span.end) for span in document.kept())
    return [word.casefold() for words in kept for word in words]


def similarity(one: bytes, other: bytes) -> float:
    """The estimated Jaccard similarity of two signatures."""
    return float((np.frombuffer(one, "<u4") == np.frombuffer(other, "<u4")).mean())


def _hash(band: int, rows: bytes) -> int:
    """A band of a signature, told apart by its place, as an integer that SQLite can hold."""
    return int.from_bytes(hashlib.blake2b(rows, digest_size=8, salt=bytes([band])).digest(), signed=True)


class Stories:
    """Which documents of a catalog tell one story; kept up to date within the publishing transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def renew(self) -> None:
        """Forget the documents that went, find the twins of those that came, and tell all their story."""
        for table, column in (("bands", "document"), ("twins", "one"), ("twins", "other")):
            self._db.execute(f"DELETE FROM {table} WHERE {column} NOT IN (SELECT id FROM documents)")
        came = self._db.execute(
            "SELECT id, signature FROM documents WHERE signature IS NOT NULL"
            " AND id NOT IN (SELECT document FROM bands) ORDER BY id"
        ).fetchall()
        for id, sketch in came:
            self._meet(id, sketch)
        self._db.execute("UPDATE documents SET story = id WHERE story != id")
        for story, members in self._components().items():
            self._db.executemany(
                "UPDATE documents SET story = ? WHERE id = ?", [(story, member) for member in members]
            )

    def _meet(self, id: int, sketch: bytes) -> None:
        """Note a document's bands, and the earlier documents that are its twins."""
        width = 4 * ROWS
        hashes = [_hash(band, sketch[band * width : (band + 1) * width]) for band in range(BANDS)]
        marks = ",".join("?" * BANDS)
        met = self._db.execute(
            "SELECT DISTINCT d.id, d.signature FROM bands b JOIN documents d ON d.id = b.document"
            f" WHERE b.hash IN ({marks})",
            hashes,
        ).fetchall()
        twins = [(other, id) for other, theirs in met if similarity(sketch, theirs) >= SAME]
        self._db.executemany("INSERT OR IGNORE INTO twins VALUES (?, ?)", twins)
        self._db.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(h, id) for h in hashes])

    def _components(self) -> dict[int, set[int]]:
        """The stories of two documents or more, by the earliest of them."""
        member_of: dict[int, set[int]] = {}
        for one, other in self._db.execute("SELECT one, other FROM twins ORDER BY one, other"):
            joined = member_of.get(one, {one}) | member_of.get(other, {other})
            for member in joined:
                member_of[member] = joined
        return {min(members): members for members in member_of.values()}
