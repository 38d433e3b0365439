"""Plain text: the document is the decoded file."""

from collections.abc import Iterator

from retrieval.documents.content import Content
from retrieval.documents.document import Unread
from retrieval.documents.formats.decoding import decode


def read_plain(data: bytes) -> Iterator[Content | Unread]:
    """The text of a file."""
    for found in decode(data):
        yield found if isinstance(found, Unread) else Content(found)
