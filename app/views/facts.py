"""What the page's components are given: plain JSON made from answers and documents."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from app.render import spoken_date
from retrieval.answers.answer import REFUSAL, Answer, Citation, Statement
from retrieval.documents.cleaning import clean
from retrieval.documents.document import Document
from retrieval.library.passage import Passage

# Characters of a document that are shown on each side of the opened span.
MARGIN = 20_000


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, and what came of it: an answer, or the sentence of an error."""

    question: str
    answer: Answer | None = None
    error: str | None = None


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


def places(answer: Answer) -> list[Place]:
    """What can be opened from an answer, in the order of its numbers: citations, or the closest."""
    if not answer.statements:
        return [Place(p.source, p.start, p.end, p.text) for p in answer.closest]
    cited = [citation for statement in answer.statements for citation in statement.citations]
    return [Place(c.source, c.start, c.end, c.quote, c.speaker, c.location) for c in cited]


def turn_data(turn: Turn, opened: int | None, newest: bool) -> dict[str, Any]:
    """A turn as the component `turn` shows it; `opened` is the number that the viewer shows."""
    data: dict[str, Any] = {"question": shown(turn.question), "opened": opened, "newest": newest}
    answer = turn.answer
    if turn.error:
        return data | {"error": shown(turn.error)}
    if answer is None:
        return data | {"pending": True}
    statements, number = [], 1
    for statement in answer.statements:
        statements.append(_statement(statement, number))
        number += len(statement.citations)
    differs = answer.standalone_question != answer.question
    return data | {
        "searched": shown(answer.standalone_question) if differs else None,
        "statements": statements,
        "refusal": None if statements else REFUSAL,
        "closest": [_closest(n, p) for n, p in enumerate(answer.closest, 1)],
        "notes": [shown(note) for note in answer.notes],
    }


def _statement(statement: Statement, number: int) -> dict[str, Any]:
    text = statement.text
    return {
        "text": shown(text),
        "quoted": all(text == citation.quote for citation in statement.citations),
        "partly": statement.support == "partly",
        "citations": [_citation(n, c, text) for n, c in enumerate(statement.citations, number)],
    }


def _citation(number: int, citation: Citation, statement: str) -> dict[str, Any]:
    facts = (citation.speaker, citation.outlet, spoken_date(citation.date), citation.location)
    return {
        "number": number,
        "facts": joined(*facts),
        "source": shown(citation.source),
        "quote": None if citation.quote == statement else shown(citation.quote),
    }


def _closest(number: int, passage: Passage) -> dict[str, Any]:
    return {
        "number": number,
        "text": shown(" ".join(passage.text.split())),
        "facts": joined(passage.outlet, spoken_date(passage.date)) or joined(passage.title),
        "source": shown(passage.source),
    }


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


def masthead_data(docs: str, documents: int, engine: str, unread: list[tuple[str, str]]) -> dict[str, Any]:
    """What the head of the page says of the library."""
    count = f"{documents:,} document" + ("" if documents == 1 else "s")
    writer = "Quotes only, no language model" if engine == "quotes" else f"Written by {engine}"
    return {
        "folder": shown(re.split(r"[\\/]", docs.rstrip("\\/"))[-1] or docs),
        "path": shown(docs),
        "facts": [count, shown(writer)],
        "unread": [{"source": shown(source), "reason": shown(reason)} for source, reason in unread],
    }
