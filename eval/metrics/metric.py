"""What a metric is: a name, and a function from a case and its answer to a Score."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from eval.case import Case
from eval.score import Score
from retrieval.answers.answer import Answer

# A document's text by its source; raises UnknownSource or KeyError where there is no such document.
TextOf = Callable[[str], str]


class Metric(Protocol):
    """Scores one answer; the same case and answer always give the same score."""

    @property
    def name(self) -> str:
        """The column's name, such as "recall@5"."""
        ...

    def __call__(self, case: Case, answer: Answer, text_of: TextOf) -> Score:
        """The score, or an unscored one with the reason; raises nothing for a poor answer."""
        ...


@dataclass(frozen=True, slots=True)
class Named:
    """A metric that is a plain function of the case, the answer and the documents' texts."""

    name: str
    measure: Callable[[Case, Answer, TextOf], Score]

    def __call__(self, case: Case, answer: Answer, text_of: TextOf) -> Score:
        """What the function says."""
        return self.measure(case, answer, text_of)


def said(answer: Answer) -> str:
    """What an answer says, a statement a line; nothing where it refuses, not the words of refusal."""
    return "\n".join(statement.text for statement in answer.statements)
