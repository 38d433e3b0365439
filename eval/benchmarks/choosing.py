"""A part of a large set: cases spread evenly, and documents that belong to those cases.

A library of documents chosen without regard to the cases would make every question unanswerable. Where cases
name evidence, its documents are taken. Else the set must be a pool of what a search found for its questions,
as realtimeqa's is, and it is searched again: by the words of a question and of its right answer, over whole
documents, with SQLite's BM25. The first hit of every case is taken, then the second of every one, and so on;
what room is left then is filled with the first of the others. All systems are measured over the same
documents, but BM25's floor may be flattered by them; the full benchmark takes all.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TypeVar

from eval.case import Case
from retrieval.search.terms import content_words, match_any

HITS = 20
T = TypeVar("T")


def spread(things: Sequence[T], most: int | None) -> list[T]:
    """At most so many of them, at even distances, the first one included."""
    if most is None or len(things) <= most:
        return list(things)
    return [things[place * len(things) // most] for place in range(most)]


def documents_for(cases: Sequence[Case], source: Path, most: int, longest: int | None = None) -> bytes:
    """The lines of a docs.jsonl that belong to the cases, in the order of the file, filled up to `most`.

    Of documents of more than `longest` characters only those are taken that the cases' evidence stands in.
    """
    lines = source.read_bytes().splitlines(keepends=True)
    rows = [json.loads(line) for line in lines]
    place_of = {f"{source.name}#{row['id']}": place for place, row in enumerate(rows)}
    evidence = [place_of[gold.source] for case in cases for gold in case.evidence]
    found = _searched([case for case in cases if not case.evidence], [row["text"] for row in rows])
    others = [*_by_turns(found), *range(len(rows))]
    short = [place for place in others if longest is None or len(rows[place]["text"]) <= longest]
    wanted = dict.fromkeys([*evidence, *short])
    return b"".join(lines[place] for place in sorted(list(wanted)[:most]))


def _searched(cases: Sequence[Case], texts: Sequence[str]) -> Iterator[list[int]]:
    """For each case the places of the texts that hold its words, the best first."""
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE VIRTUAL TABLE pool USING fts5(text, tokenize = 'porter unicode61')")
        database.executemany("INSERT INTO pool (rowid, text) VALUES (?, ?)", enumerate(texts))
        for case in cases:
            query = match_any(content_words(" ".join([case.question, *case.answers])))
            order = "SELECT rowid FROM pool WHERE pool MATCH ? ORDER BY bm25(pool), rowid LIMIT ?"
            yield [place for (place,) in database.execute(order, (query, HITS))] if query else []


def _by_turns(found: Iterator[list[int]]) -> list[int]:
    return [place for turn in zip_longest(*found) for place in turn if place is not None]
