"""The lines of a text as spans, the unit in which page furniture and headers are found."""

import re
from collections.abc import Iterator

from retrieval.documents.document import Span

# Only the characters that a text editor breaks lines at; str.splitlines knows more.
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


def lines(text: str) -> Iterator[Span]:
    """The non-blank lines, without the white space around them."""
    for match in LINE.finditer(text):
        content = match.group()
        stripped = content.strip()
        if stripped:
            start = match.start() + content.index(stripped)
            yield Span(start, start + len(stripped))
