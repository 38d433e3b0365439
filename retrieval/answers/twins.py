"""One story in several documents counts once: a statement cites one of them and names the others."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from retrieval.answers.answer import Citation, Statement
from retrieval.documents.document import Document
from retrieval.library.index import Index


@dataclass(frozen=True, slots=True)
class Twin:
    """Another name of a document, or a near-duplicate of it, with its text, white space folded."""

    source: str
    text: str


def find_twins(index: Index, documents: Mapping[str, Document]) -> dict[str, list[Twin]]:
    """For each document that has any, its twins: files of the same bytes, then near-duplicates."""
    found: dict[str, list[Twin]] = {}
    for source, document in documents.items():
        names = index.catalog.names(source)[1:]
        near = index.catalog.story(source)
        if names or near:
            own = _folded(document.text) if names else ""
            twins = [Twin(name, own) for name in names]
            found[source] = twins + [Twin(name, _folded(index.document(name).text)) for name in near]
    return found


def count_once(statement: Statement, twins: Mapping[str, list[Twin]]) -> Statement:
    """The statement, where each citation tells in which twins of its document the quote stands as well.

    A citation of a twin that another citation of the same words names already is left out.
    """
    kept: list[Citation] = []
    for citation in statement.citations:
        quote = _folded(citation.quote)
        if any(citation.source in one.also_in and quote == _folded(one.quote) for one in kept):
            continue
        also = tuple(twin.source for twin in twins.get(citation.source, ()) if quote in twin.text)
        kept.append(replace(citation, also_in=also))
    return replace(statement, citations=tuple(kept))


def _folded(text: str) -> str:
    return " ".join(text.split())
