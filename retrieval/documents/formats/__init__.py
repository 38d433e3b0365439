"""Readers, one a format: the bytes of a file become Contents.

A reader takes bytes and yields a Content for each document in them, and an Unread for each part that gives
none; in both, names are what stands behind the file's own.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import PurePosixPath

from retrieval.documents.content import Content
from retrieval.documents.document import Unread

Reader = Callable[[bytes], Iterator[Content | Unread]]

# By the ending of the name: a module of this folder, and its function.
READERS = {
    ".txt": "plain:read_plain",
    ".md": "markdown:read_markdown",
    ".markdown": "markdown:read_markdown",
    ".jsonl": "json_documents:read_json_lines",
    ".json": "json_documents:read_json",
    ".csv": "tables:read_csv",
    ".tsv": "tables:read_csv",
    ".xlsx": "tables:read_xlsx",
    ".html": "html:read_html",
    ".htm": "html:read_html",
    ".xhtml": "html:read_html",
    ".mhtml": "mhtml:read_mhtml",
    ".mht": "mhtml:read_mhtml",
    ".pdf": "pdf:read_pdf",
    ".docx": "docx:read_docx",
    ".eml": "mail:read_mail",
}
# Plain text in one form or another, which needs no parser that could be fooled.
TRUSTED = frozenset({".txt", ".md", ".markdown", ".jsonl"})


def reader(name: str) -> Reader | None:
    """The reader for a file of that name, or None."""
    found = READERS.get(ending(name))
    if found is None:
        return None
    module, function = found.split(":")
    # Late: each needs a library of its own.
    made: Reader = getattr(import_module(f"{__name__}.{module}"), function)
    return made


def ending(name: str) -> str:
    """The ending of a file's name, with its dot, in lower case."""
    return PurePosixPath(name).suffix.lower()
