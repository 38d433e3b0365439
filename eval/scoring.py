"""Score answers against cases: the right span cited, the unanswerable refused, citations exact."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from eval.case import Case
from eval.metrics.spans import covers
from retrieval.answers.answer import Answer, Citation
from retrieval.search.followups import Message

Ask = Callable[[str, Sequence[Message]], Answer]
TextOf = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Scored:
    """One case with its answer: `right` is the gold span cited, or the unanswerable refused."""

    case: Case
    answer: Answer
    right: bool
    exact: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over cases. `kept` are answerables that were not refused."""

    answerable: int
    right: int
    kept: int
    unanswerable: int
    refused: int
    citations: int
    inexact: int


def score(cases: Iterable[Case], ask: Ask, text_of: TextOf) -> Iterator[Scored]:
    """Ask each case and score its answer; `text_of` gives a document's text by its source."""
    for case in cases:
        answer = ask(case.question, case.history)
        right = hits_evidence(answer, case) if case.answerable else not answer.statements
        exact = all(text_of(c.source)[c.start : c.end] == c.quote for c in _citations(answer))
        yield Scored(case, answer, right, exact)


def hits_evidence(answer: Answer, case: Case) -> bool:
    """Whether the answer cites the gold spans: one of them, or in mode "all" each of them."""
    hit = [any(covers(c, gold) for c in _citations(answer)) for gold in case.evidence]
    return all(hit) and bool(hit) if case.evidence_mode == "all" else any(hit)


def _citations(answer: Answer) -> list[Citation]:
    return [citation for statement in answer.statements for citation in statement.citations]


def summarise(scored: Sequence[Scored]) -> Summary:
    """Count what was right."""
    answerable = [s for s in scored if s.case.answerable]
    others = [s for s in scored if not s.case.answerable]
    return Summary(
        len(answerable),
        sum(s.right for s in answerable),
        sum(bool(s.answer.statements) for s in answerable),
        len(others),
        sum(s.right for s in others),
        sum(len(_citations(s.answer)) for s in scored),
        sum(not s.exact for s in scored),
    )
