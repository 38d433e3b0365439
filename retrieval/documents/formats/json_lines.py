"""JSON lines: each line one document with "id" and "text", and what else it states."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from retrieval.documents.content import Content, Facts
from retrieval.documents.document import Unread
from retrieval.documents.formats.plain import BYTE_ORDER_MARK


def read_json_lines(lines: Iterable[bytes]) -> Iterator[Content | Unread]:
    """One document a line; a line that is none is told with its number."""
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8").removeprefix(BYTE_ORDER_MARK))
        except (ValueError, RecursionError):
            yield Unread(f":{number}", "the line is not JSON in UTF-8")
            continue
        reason = _refusal(row, seen)
        if reason:
            yield Unread(f":{number}", reason)
            continue
        seen.add(row["id"])
        yield row_content(row)


def row_content(row: dict[str, Any]) -> Content:
    """The document of a row that has an id and a text."""
    authors = row.get("authors")
    return Content(
        row["text"],
        row["id"],
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
        return f'the id "{row["id"]}" is empty or stands twice in the file'
    if not row["text"].strip():
        return "the document holds no text"
    try:
        (row["id"] + row["text"]).encode("utf-8")
    except UnicodeEncodeError:
        return "the text holds half a surrogate pair, which is no character"
    return None
