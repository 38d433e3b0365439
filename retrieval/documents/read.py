"""Read a file of the library into Documents, by the reader of its format."""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from retrieval.documents.content import Content
from retrieval.documents.describe import describe
from retrieval.documents.document import Document, Unread
from retrieval.documents.formats import READERS, ending, reader
from retrieval.documents.formats.json_documents import read_lines
from retrieval.documents.limits import LIMITS, Limits

# How a part of a file is named, behind the types that have parts.
PART = re.compile(r"\.(?:jsonl?|eml)#", re.IGNORECASE)
# Raised when readers or rules change: what was read by others is read anew.
VERSION = 4


def kind(path: str) -> str:
    """How a file of that name is read, told apart by version; empty for a type that nobody reads."""
    found = READERS.get(ending(path))
    return f"{found}-{VERSION}" if found else ""


def read(path: Path, source: str) -> Iterator[Document | Unread]:
    """The documents of a file, in order, and what of it could not be read; all in this process.

    `source` is the name to cite: the file's path relative to the library's folder, with `#name` behind it
    for one document of several in a file.
    """
    if ending(source) == ".jsonl" and not PART.search(source):
        with path.open("rb") as file:
            yield from _finish(source, read_lines(file), LIMITS)
    else:
        yield from read_bytes(path.read_bytes(), source)


def read_bytes(data: bytes, source: str, limits: Limits = LIMITS) -> Iterator[Document | Unread]:
    """As `read`, of a file's bytes. A reader that fails in an unforeseen way gives a reason as well."""
    if PART.search(source):
        yield Unread(source, "its name would be taken for a part of another file; rename it")
        return
    found = reader(source)
    if found is None:
        yield Unread(source, f"files of type {ending(source) or 'unknown'} are not read")
    elif not data:
        yield Unread(source, "the file is empty")
    else:
        yield from _finish(source, found(data), limits)


def _finish(source: str, contents: Iterator[Content | Unread], limits: Limits) -> Iterator[Document | Unread]:
    """A reader's Contents as Documents within the limits, and all under the file's name."""
    characters = documents = 0
    one: Content | Unread | None = None
    try:
        for one in contents:
            if isinstance(one, Unread):
                yield replace(one, source=source + one.source)
                continue
            documents += 1
            characters += len(one.text)
            if documents > limits.documents or characters > limits.file_characters:
                reason = limits.too_many() if documents > limits.documents else limits.too_much()
                yield Unread(source, reason, partly=documents > 1)
                return
            yield _document(f"{source}#{one.name}" if one.name else source, one, limits)
        if one is None:
            yield Unread(source, "it holds no documents")
    except RecursionError:
        yield Unread(source, "its parts lie too deep in one another; save it more simply")
    except (MemoryError, OSError):
        raise
    # A parser of foreign formats can fail in more ways than can be foreseen, and no file may stop the rest.
    except Exception as error:
        logging.getLogger(__name__).info("reading %s failed", source, exc_info=True)
        yield Unread(
            source, f"it cannot be read ({type(error).__name__}: {str(error)[:100]}); it may be damaged"
        )


def _document(source: str, content: Content, limits: Limits) -> Document | Unread:
    if not content.text.strip():
        return Unread(source, "it holds no text")
    if len(content.text) > limits.document_characters:
        return Unread(source, limits.too_long())
    try:
        content.text.encode("utf-8")
    except UnicodeEncodeError:
        return Unread(source, "its text holds half a surrogate pair, which is no character")
    return describe(source, content)
