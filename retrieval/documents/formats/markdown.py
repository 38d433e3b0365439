"""Markdown: the document is the decoded file; its front matter and its first heading state facts."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from retrieval.documents.content import Content, Facts
from retrieval.documents.dates import iso_date
from retrieval.documents.document import Span, Unread
from retrieval.documents.formats.decoding import decode

FRONT_MATTER = re.compile(
    r"---[ \t]*\r?\n(?P<yaml>.{0,20000}?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S | re.M
)
HEADING = re.compile(r"^ {0,3}#[ \t]+(?P<title>[^\r\n]+?)[ \t]*#*[ \t]*$", re.M)
# A heading further down is one of a section.
TOP = 2000


def read_markdown(data: bytes) -> Iterator[Content | Unread]:
    """The text of a file; the front matter is left out of passages."""
    for found in decode(data):
        if isinstance(found, Unread):
            yield found
            continue
        matter = FRONT_MATTER.match(found)
        stated = _front_matter(matter["yaml"]) if matter else {}
        after = matter.end() if matter else 0
        heading = HEADING.search(found, after, after + TOP)
        yield Content(
            found,
            facts=Facts(
                title=_text(stated.get("title")) or (heading["title"] if heading else None),
                date=iso_date(str(stated.get("date", ""))),
                authors=_names(stated.get("authors", stated.get("author"))),
                url=_text(stated.get("url")),
                language=_text(stated.get("lang", stated.get("language"))),
            ),
            omitted=(Span(0, after),) if after else (),
        )


def _front_matter(text: str) -> dict[str, Any]:
    try:
        stated = yaml.load(text, Loader=yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        # Then it is text like any other, that states no facts.
        return {}
    return stated if isinstance(stated, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _names(value: object) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value]
    named = [one.get("name") if isinstance(one, dict) else one for one in given]
    return tuple(filter(None, map(_text, named)))
