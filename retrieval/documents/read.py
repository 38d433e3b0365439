"""Read a file into Documents: plain text, or JSON lines with one document each."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from retrieval.documents.boilerplate import furniture
from retrieval.documents.document import Document, Unread
from retrieval.documents.metadata import Facts, find_facts
from retrieval.documents.speakers import find_turns

SUFFIXES = frozenset({".txt", ".jsonl"})
BYTE_ORDER_MARK = "\ufeff"


def read(path: Path, source: str) -> Iterator[Document | Unread]:
    """The documents of a file, in order, and what of it could not be read.

    `source` is the name to cite: the file's path relative to the library's folder, with `#id` behind it
    for one document of a JSON lines file.
    """
    suffix = path.suffix.lower()
    if ".jsonl#" in source:
        yield Unread(source, "its name would be taken for a line of a .jsonl file; rename it")
    elif suffix == ".jsonl":
        yield from _json_lines(path, source)
    elif suffix == ".txt":
        yield _plain_text(path, source)
    else:
        yield Unread(source, f"files of type {suffix or 'unknown'} are not read yet")


def _plain_text(path: Path, source: str) -> Document | Unread:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return Unread(source, f"not UTF-8 text (byte {error.start}); save it as UTF-8")
    text = text.removeprefix(BYTE_ORDER_MARK)
    return document(source, text) if text.strip() else Unread(source, "the file holds no text")


def _json_lines(path: Path, source: str) -> Iterator[Document | Unread]:
    seen: set[str] = set()
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            place = f"{source}:{number}"
            try:
                row = json.loads(line.decode("utf-8").removeprefix(BYTE_ORDER_MARK))
            except (ValueError, RecursionError):
                yield Unread(place, "the line is not JSON in UTF-8")
                continue
            reason = _refusal(row, seen)
            if reason:
                yield Unread(place, reason)
                continue
            seen.add(row["id"])
            yield document(f"{source}#{row['id']}", row["text"], row)


def _refusal(row: Any, seen: set[str]) -> str | None:
    """Why a row is no document, or None."""
    if not isinstance(row, dict) or not all(isinstance(row.get(k), str) for k in ("id", "text")):
        return 'the line has no string "id" and "text"'
    if not row["id"] or row["id"] in seen:
        return f'the id "{row["id"]}" is empty or stands twice in the file'
    if not row["text"].strip():
        return "the document holds no text"
    try:
        (row["id"] + row["text"]).encode("utf-8")
    except UnicodeEncodeError:
        return "the text holds half a surrogate pair, which is no character"
    return None


def document(source: str, text: str, stated: dict[str, Any] | None = None) -> Document:
    """A Document of `text`; facts in `stated` (title, date, url, authors, outlet) go before found ones."""
    row = stated or {}
    menus = furniture(text)
    # A row that states its title holds the story alone: its first line is no headline of a page.
    found = Facts(None, None, None, (), ()) if row.get("title") else find_facts(text, menus)
    title = _string(row.get("title")) or found.title
    omitted = tuple(sorted([*menus, *found.headers]))
    authors = row.get("authors")
    names = tuple(filter(None, map(_string, authors))) if isinstance(authors, list) else ()
    return Document(
        source=source,
        text=text,
        title=title,
        outlet=_string(row.get("outlet")) or found.outlet,
        date=_string(row.get("date")) or found.date,
        authors=names or found.authors,
        url=_string(row.get("url")),
        omitted=omitted,
        turns=find_turns(text, title, list(omitted)),
    )


def _string(value: object) -> str | None:
    """A fact as one line of storable text, or None."""
    if not isinstance(value, str):
        return None
    line = " ".join(value.encode("utf-8", "replace").decode("utf-8").split())
    return line or None
