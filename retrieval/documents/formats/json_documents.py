"""Documents as JSON: a line each, a list of them, or one; each with "text", and what else it states."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import IO, Any

from retrieval.documents.content import Content, Facts
from retrieval.documents.document import Unread

BYTE_ORDER_MARK = "\ufeff"
EXPECTED = 'documents as {"id", "text", "title"?, "date"?, …}, one, a list, or under "documents"'


def read_json_lines(data: bytes) -> Iterator[Content | Unread]:
    """One document a line; a line that is none is told with its number."""
    yield from read_lines(BytesIO(data))


def read_lines(lines: IO[bytes]) -> Iterator[Content | Unread]:
    """As `read_json_lines`, never holding more than a line."""
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = _parse(line)
        except (ValueError, RecursionError):
            yield Unread(f":{number}", "the line is not JSON in UTF-8")
            continue
        yield _document(row, f":{number}", seen)


def read_json(data: bytes) -> Iterator[Content | Unread]:
    """The documents of a file; a document alone needs no id, and is named as the file is."""
    try:
        value = _parse(data)
    except (ValueError, RecursionError):
        yield Unread("", f"it is not JSON in UTF-8; what is read is {EXPECTED}")
        return
    rows = value.get("documents", value) if isinstance(value, dict) else value
    if isinstance(rows, dict):
        seen: set[str] = set()
        if "id" not in rows and isinstance(rows.get("text"), str) and rows["text"].strip():
            yield _content(rows, "")
        elif isinstance(rows.get("text"), str):
            yield _document(rows, "", seen)
        else:
            yield Unread("", f"it holds no documents; what is read is {EXPECTED}")
    elif isinstance(rows, list) and rows:
        seen = set()
        for number, row in enumerate(rows, 1):
            yield _document(row, f":{number}", seen)
    else:
        yield Unread("", f"it holds no documents; what is read is {EXPECTED}")


def _parse(data: bytes) -> Any:
    return json.loads(data.decode("utf-8").removeprefix(BYTE_ORDER_MARK))


def _document(row: Any, place: str, seen: set[str]) -> Content | Unread:
    reason = _refusal(row, seen)
    if reason:
        return Unread(place, reason)
    seen.add(row["id"])
    return _content(row, row["id"])


def _content(row: dict[str, Any], name: str) -> Content:
    authors = row.get("authors")
    return Content(
        row["text"],
        name,
        Facts(
            title=_string(row.get("title")),
            outlet=_string(row.get("outlet")),
            date=_string(row.get("date")),
            authors=tuple(filter(None, map(_string, authors))) if isinstance(authors, list) else (),
            url=_string(row.get("url")),
            language=_string(row.get("language")),
        ),
        # A row that states its title holds the story alone.
        is_page=not _string(row.get("title")),
    )


def _string(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _refusal(row: Any, seen: set[str]) -> str | None:
    """Why a row is no document, or None."""
    if not isinstance(row, dict) or not all(isinstance(row.get(k), str) for k in ("id", "text")):
        return 'the line has no string "id" and "text"'
    if not row["id"] or row["id"] in seen:
        return f'the id "{row["id"][:80]}" is empty or stands twice in the file'
    if not row["text"].strip():
        return "the document holds no text"
    try:
        (row["id"] + row["text"]).encode("utf-8")
    except UnicodeEncodeError:
        return "the text holds half a surrogate pair, which is no character"
    return None
