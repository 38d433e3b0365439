"""Read a file of the library into Documents, by the reader of its format."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from retrieval.documents.content import Content
from retrieval.documents.describe import describe
from retrieval.documents.document import Document, Unread
from retrieval.documents.formats.json_lines import read_json_lines
from retrieval.documents.formats.plain import read_plain

# How a part of a file is named, behind the types that have parts.
PART = re.compile(r"\.(?:jsonl?|eml)#", re.IGNORECASE)


# Raised when readers or rules change: what was read by others is read anew.
VERSION = 2
KINDS = {".txt": "plain", ".jsonl": "json_lines"}


def kind(path: str) -> str:
    """How a file of that name is read, told apart by version; empty for a type that nobody reads."""
    name = KINDS.get(Path(path).suffix.lower())
    return f"{name}-{VERSION}" if name else ""


def read(path: Path, source: str) -> Iterator[Document | Unread]:
    """The documents of a file, in order, and what of it could not be read.

    `source` is the name to cite: the file's path relative to the library's folder, with `#name` behind it
    for one document of several in a file.
    """
    suffix = path.suffix.lower()
    if PART.search(source):
        yield Unread(source, "its name would be taken for a part of another file; rename it")
        return
    if suffix == ".jsonl":
        with path.open("rb") as file:
            yield from finish(source, read_json_lines(file))
    elif suffix == ".txt":
        yield from finish(source, read_plain(path.read_bytes()))
    else:
        yield Unread(source, f"files of type {suffix or 'unknown'} are not read yet")


def finish(source: str, found: Iterator[Content | Unread]) -> Iterator[Document | Unread]:
    """A reader's Contents as Documents, and all under the file's name."""
    for one in found:
        if isinstance(one, Unread):
            yield replace(one, source=source + one.source)
            continue
        name = f"{source}#{one.name}" if one.name else source
        yield describe(name, one) if one.text.strip() else Unread(name, "the file holds no text")
