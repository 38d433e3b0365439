"""Whether the unanswerable is refused, and the answerable is not.

    unanswerable refused = refused / unanswerable        answerable kept = not refused / answerable
A system can have either for nothing, by refusing all or none, so they are only ever shown together
(TOGETHER). The two are specificity and sensitivity of "there is an answer"; source: P. Rajpurkar et al., Know
What You Don't Know, 2018 (NoAns), and J. Youden, 1950, for reading them together.

An answer refuses when it has no statements, whatever its status says. One that was stopped before anything
was proven is neither and stays unscored. Citations, even invalid ones, play no part.
"""

from eval.case import Case
from eval.metrics.metric import Named, TextOf
from eval.score import Score, unscored, yes_or_no
from retrieval.answers.answer import INTERRUPTED, Answer


def refuses(answer: Answer) -> bool:
    """Whether the answer says that the documents do not answer."""
    return not answer.statements and not answer.incomplete


def _refused(case: Case, answer: Answer, text_of: TextOf) -> Score:
    if case.answerable:
        return unscored("The documents answer this question.")
    return _told(answer, refuses(answer))


def _kept(case: Case, answer: Answer, text_of: TextOf) -> Score:
    if not case.answerable:
        return unscored("The documents do not answer this question.")
    return _told(answer, not refuses(answer))


def _told(answer: Answer, right: bool) -> Score:
    if answer.statements:
        return yes_or_no(right, f"Answered with {len(answer.statements)} statements.")
    return unscored(INTERRUPTED) if answer.incomplete else yes_or_no(right, "Refused.")


UNANSWERABLE_REFUSED = Named("unanswerable refused", _refused)
ANSWERABLE_KEPT = Named("answerable kept", _kept)
TOGETHER = (UNANSWERABLE_REFUSED.name, ANSWERABLE_KEPT.name)
