"""Plain text: the document is the decoded file."""

from collections.abc import Iterator

from retrieval.documents.content import Content
from retrieval.documents.document import Unread

BYTE_ORDER_MARK = "\ufeff"


def read_plain(data: bytes) -> Iterator[Content | Unread]:
    """The text of a file in UTF-8."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        yield Unread("", f"not UTF-8 text (byte {error.start}); save it as UTF-8")
        return
    yield Content(text.removeprefix(BYTE_ORDER_MARK))
