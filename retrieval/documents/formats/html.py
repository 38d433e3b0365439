"""Web pages: all that a person sees of one, its menus and footers marked to be left out of passages."""

import re
from collections.abc import Iterator
from contextlib import suppress

from retrieval.documents.content import Content
from retrieval.documents.document import Span, Unread
from retrieval.documents.formats.decoding import decode
from retrieval.documents.formats.pages.blocks import Block, blocks
from retrieval.documents.formats.pages.facts import page_facts
from retrieval.documents.formats.pages.story import story
from retrieval.documents.formats.pages.tree import bare_text, parse

DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:\-]{1,40})", re.I
)
# Where a page declares its encoding; browsers look no further.
HEAD = 4096
# The blocks of a page must hold so much of its text, white space not counted.
ENOUGH = 0.5
MADE_LATER = "it may be made by a program in the browser: save it from there as text"


def read_html(data: bytes) -> Iterator[Content | Unread]:
    """The text of a page, a block a paragraph."""
    for found in decode_page(data):
        if isinstance(found, Unread):
            yield found
            continue
        tree = parse(found)
        seen = list(blocks(tree)) if tree is not None else []
        bare = bare_text(found)
        if not bare:
            yield Unread("", f"the page shows no text; {MADE_LATER}")
            return
        if tree is None or sum(len(block.text) for block in seen) < ENOUGH * len("".join(bare.split())):
            # Its markup is so broken that parsing loses text; a person still sees it.
            yield Content(bare)
            return
        text, spans = _written(seen)
        facts = page_facts(tree)
        # Last, since finding the story takes the tree apart.
        kept = story(tree, seen)
        omitted = tuple(span for span, keep in zip(spans, kept, strict=True) if not keep)
        yield Content(text, facts=facts, omitted=omitted, is_page=facts.title is None)


def decode_page(data: bytes) -> Iterator[str | Unread]:
    """The text of a page by its byte-order mark, its own declaration, or as any other text."""
    declared = DECLARED.search(data[:HEAD])
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        name = declared[1].decode("ascii", "replace").lower()
        # On the web these names mean Windows' superset of them.
        encoding = "cp1252" if name in ("iso-8859-1", "latin1", "latin-1", "ascii", "us-ascii") else name
        # Else it is not what it says it is.
        with suppress(LookupError, ValueError):
            yield data.decode(encoding).replace("\0", "")
            return
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    yield from decode(data if wide else data.replace(b"\0", b""))


def _written(seen: list[Block]) -> tuple[str, list[Span]]:
    """The blocks as one text, and where each stands in it."""
    parts: list[str] = []
    spans: list[Span] = []
    start = 0
    for block in seen:
        if parts:
            gap = "\n" if block.tight else "\n\n"
            parts.append(gap)
            start += len(gap)
        parts.append(block.text)
        spans.append(Span(start, start + len(block.text)))
        start += len(block.text)
    return "".join(parts), spans
