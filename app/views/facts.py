"""What the head and the viewer are given: plain JSON; and text made fit for the screen."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from app.render import spoken_date
from retrieval.documents.cleaning import clean
from retrieval.documents.document import Document

# Characters of a document that are shown on each side of the opened span.
MARGIN = 20_000


@dataclass(frozen=True, slots=True)
class Place:
    """A span to open in its document; `quote` is the text that must stand there."""

    source: str
    start: int
    end: int
    quote: str
    speaker: str | None = None
    location: str | None = None


def shown(text: str) -> str:
    """A copy for the screen, without control characters and marks that reverse or hide text."""
    return clean(text.replace("\f", "\n\n"))


def joined(*facts: str | None) -> str:
    """The facts that are known, in one line."""
    return " · ".join(shown(" ".join(fact.split())) for fact in facts if fact)


def document_data(document: Document, place: Place) -> dict[str, Any]:
    """A document opened at a place, as the component `viewer` shows it."""
    found = document.text[place.start : place.end] == place.quote
    facts = (document.outlet, spoken_date(document.date), place.speaker, place.location)
    return {
        "name": shown(place.source),
        "title": joined(document.title) or None,
        "facts": joined(*facts),
        "notice": None if found else "The document has changed since this answer was given.",
        "segments": segments(document, place.start, place.end) if found else [],
    }


def segments(document: Document, start: int, end: int, margin: int = MARGIN) -> list[dict[str, str]]:
    """The text around [start, end) cut into pieces, each "mark", "omitted", "cut" or "text".

    "cut" stands for what lies further than `margin` characters away and is not sent to the page.
    """
    low, high = max(0, start - margin), min(len(document.text), end + margin)
    omitted = [(span.start, span.end) for span in document.omitted]
    edges = {low, high, start, end}.union(*omitted)
    cuts = sorted(edge for edge in edges if low <= edge <= high)
    pieces = [{"kind": "cut", "text": "…"}] if low else []
    for left, right in pairwise(cuts):
        if start <= left and right <= end:
            kind = "mark"
        else:
            kind = "omitted" if any(a <= left and right <= b for a, b in omitted) else "text"
        piece = shown(document.text[left:right])
        if pieces and pieces[-1]["kind"] == kind:
            pieces[-1]["text"] += piece
        else:
            pieces.append({"kind": kind, "text": piece})
    return pieces + ([{"kind": "cut", "text": "…"}] if high < len(document.text) else [])


def masthead_data(
    docs: str, documents: int | None, engine: str, unread: list[tuple[str, str]]
) -> dict[str, Any]:
    """What the head of the page says of the library; `documents` is None while they are being read."""
    count = [] if documents is None else [f"{documents:,} document" + ("" if documents == 1 else "s")]
    writer = "Quotes only, no language model" if engine == "quotes" else f"Written by {engine}"
    return {
        "folder": shown(re.split(r"[\\/]", docs.rstrip("\\/"))[-1] or docs),
        "path": shown(docs),
        "facts": [*count, shown(writer)],
        "unread": [{"source": shown(source), "reason": shown(reason)} for source, reason in unread],
    }
