"""Whether a gold answer stands in the first statement, or in any statement.

    contains = 1 if the normalised words of a gold answer stand side by side in the statement, else 0
Whole words: "10" is not in "2010". Source: D. Chen et al., Reading Wikipedia to Answer Open-Domain Questions,
2017 (has_answer), with SQuAD's normalisation (normalising.py). A gold answer cut by the border of two
statements is in neither.

A refusal and an empty answer hold nothing: nought. A case that is unanswerable or has no gold answers is
unscored.
"""

from collections.abc import Sequence

from eval.case import Case
from eval.metrics.metric import Named, TextOf
from eval.metrics.normalising import gold_answers, holds, tokens
from eval.metrics.wording import NO_ANSWERS, SAYS_NOTHING
from eval.score import Score, unscored, yes_or_no
from retrieval.answers.answer import Answer, Statement


def _first(case: Case, answer: Answer, text_of: TextOf) -> Score:
    return _contains(case, answer.statements[:1], "the first statement")


def _any(case: Case, answer: Answer, text_of: TextOf) -> Score:
    return _contains(case, answer.statements, "any statement")


def _contains(case: Case, statements: Sequence[Statement], where: str) -> Score:
    gold = gold_answers(case)
    if not gold or not case.answerable:
        return unscored(NO_ANSWERS)
    if not statements:
        return yes_or_no(False, SAYS_NOTHING)
    for number, statement in enumerate(statements, 1):
        said = tokens(statement.text)
        for phrase, words in gold:
            if holds(said, words):
                return yes_or_no(True, f"“{phrase}” stands in statement {number}.")
    return yes_or_no(False, f"None of {len(gold)} gold answers stands in {where}.")


CONTAINS_FIRST = Named("contains, first statement", _first)
CONTAINS_ANY = Named("contains, any statement", _any)
