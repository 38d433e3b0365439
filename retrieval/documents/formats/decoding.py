"""From bytes to text: by a byte-order mark, as strict UTF-8, or, told as a guess, as Windows-1252."""

import codecs
import re
from collections.abc import Iterator

from retrieval.documents.document import Unread

MARKS = (
    # Those of UTF-32 begin with those of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What no text holds: controls other than white space and the escape of terminals' colours.
BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
GUESSED = Unread("", "its encoding is not declared; read as Windows-1252, which is a guess", partly=True)


def decode(data: bytes) -> Iterator[str | Unread]:
    """The text of `data`, and GUESSED where that is a guess; or why it is none, with the remedy."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            try:
                yield data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                yield Unread("", f"not the {encoding} text that it says it is (byte {error.start}); {SAVE}")
            return
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        # Undefined in Windows-1252, or none of its letters: then it is something else.
        if BINARY.search(data) or (guess := _windows(data)) is None:
            yield Unread("", f"not UTF-8 text (byte {error.start}); {SAVE}")
        else:
            yield guess
            yield GUESSED
        return
    if "\0" in text:
        yield Unread("", f"not text: it holds NUL characters, as UTF-16 does; {SAVE}")
    else:
        yield text


SAVE = "save it as UTF-8"


def _windows(data: bytes) -> str | None:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return None
