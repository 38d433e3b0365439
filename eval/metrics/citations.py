"""Whether citations are what they claim, and how many statements have one; no model is asked.

    resolvable = citations that name a document and a span within it / citations
    verbatim   = citations whose quote is that very span / citations
    coverage   = statements with a valid citation / statements
    cited characters a statement = characters that valid citations of a statement hold, each once,
                                   on the mean over statements
A citation is valid when it is verbatim: 0 ≤ start < end ≤ the text's length and text[start:end] == quote; so
an empty one is invalid, and so are negative offsets. Verbatim implies resolvable: one below 1 in "verbatim"
is an answer with an invalid citation. Coverage follows H. Rashkin et al., Measuring Attribution in Natural
Language Generation Models, 2023, and T. Gao et al., ALCE, 2023, with the exact span in place of a model's
judgement. The last one only describes: neither more nor less is better.

A refusal, and an answer without citations, has none to be right or wrong: resolvable and verbatim are
unscored. Coverage of a statement without citations is nought; a refusal has no statements and is unscored.
"""

from collections.abc import Callable

from eval.case import Case
from eval.metrics.metric import Named, TextOf
from eval.metrics.spans import merge, size
from eval.score import Score, counted, unscored
from retrieval.answers.answer import Answer, Citation
from retrieval.errors import UnknownSource

NO_CITATIONS = "The answer cites nothing."
NO_STATEMENTS = "The answer has no statements."


def cited(answer: Answer) -> list[Citation]:
    """All citations of an answer, in order."""
    return [citation for statement in answer.statements for citation in statement.citations]


def resolves(citation: Citation, text_of: TextOf) -> bool:
    """Whether the document exists and the span lies within it and holds something."""
    text = _text(citation.source, text_of)
    return text is not None and 0 <= citation.start < citation.end <= len(text)


def is_valid(citation: Citation, text_of: TextOf) -> bool:
    """Whether the quote is exactly what stands at the span."""
    if not resolves(citation, text_of):
        return False
    return text_of(citation.source)[citation.start : citation.end] == citation.quote


def _text(source: str, text_of: TextOf) -> str | None:
    try:
        return text_of(source)
    except (UnknownSource, KeyError):
        return None


def _resolvable(case: Case, answer: Answer, text_of: TextOf) -> Score:
    return _share_of_citations(answer, lambda c: resolves(c, text_of), "point into a document")


def _verbatim(case: Case, answer: Answer, text_of: TextOf) -> Score:
    return _share_of_citations(answer, lambda c: is_valid(c, text_of), "quote their span exactly")


def _share_of_citations(answer: Answer, holds: Callable[[Citation], bool], what: str) -> Score:
    citations = cited(answer)
    if not citations:
        return unscored(NO_CITATIONS)
    wrong = [citation for citation in citations if not holds(citation)]
    told = f"{len(citations) - len(wrong)} of {len(citations)} citations {what}."
    if wrong:
        first = wrong[0]
        told += f" Not so: {first.source}, characters {first.start} to {first.end}."
    return counted(len(citations) - len(wrong), len(citations), told)


def _coverage(case: Case, answer: Answer, text_of: TextOf) -> Score:
    if not answer.statements:
        return unscored(NO_STATEMENTS)
    proven = sum(any(is_valid(c, text_of) for c in s.citations) for s in answer.statements)
    told = f"{proven} of {len(answer.statements)} statements have a valid citation."
    return counted(proven, len(answer.statements), told)


def _cited_characters(case: Case, answer: Answer, text_of: TextOf) -> Score:
    if not answer.statements:
        return unscored(NO_STATEMENTS)
    sizes = [size(merge(c for c in s.citations if is_valid(c, text_of))) for s in answer.statements]
    told = f"{sum(sizes)} characters are validly cited for {len(sizes)} statements."
    return counted(sum(sizes), len(sizes), told)


RESOLVABLE = Named("resolvable", _resolvable)
VERBATIM = Named("verbatim", _verbatim)
COVERAGE = Named("coverage", _coverage)
CITED_CHARACTERS = Named("cited characters a statement", _cited_characters)
