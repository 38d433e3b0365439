"""Make a Citation of a span, from the document's own text."""

from retrieval.answers.answer import Citation
from retrieval.documents.document import Document, Span


def cite(document: Document, span: Span) -> Citation:
    """The citation of document.text[span.start:span.end]."""
    return Citation(
        document.source,
        span.start,
        span.end,
        document.text[span.start : span.end],
        document.title,
        document.outlet,
        document.date,
        document.speaker(span.start, span.end),
        document.location(span.start, span.end),
    )
