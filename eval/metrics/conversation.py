"""Follow-ups: is the question found better on its own feet than as it was typed?

For a case with turns before it, a retrieval metric is taken three times, over the passages that
    typed       a search for the last turn alone, without what came before, gives
    standalone  a search for the answer's `standalone_question` gives
    asked       the answer itself was made from
"standalone" − "typed" is what rewriting is worth, "asked" − "standalone" what search makes of the turns
beyond it. Source: the last-turn and rewritten settings of Y. Katsis et al., MTRAG, 2025.

A stored answer holds the passages of one search only, so without a search at hand "asked" alone is scored
(rescoring a run, say). A case without earlier turns is unscored throughout, and so is one without evidence.
A refusal is scored by the passages that were searched.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from eval.case import Case
from eval.metrics.metric import Metric, Named, TextOf
from eval.score import Score, unscored
from retrieval.answers.answer import Answer
from retrieval.library.passage import Passage

Search = Callable[[str], Sequence[Passage]]

FIRST_TURN = "The case is no follow-up."
NO_SEARCH = "There is no search at hand, and the answer holds one search's passages only."


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One retrieval metric over three searches for the same follow-up."""

    typed: Score
    standalone: Score
    asked: Score


def follow_up(
    metric: Metric, case: Case, answer: Answer, text_of: TextOf, search: Search | None = None
) -> FollowUp:
    """The metric over the passages of each way to ask; `search` knows no history."""
    if not case.history:
        none = unscored(FIRST_TURN)
        return FollowUp(none, none, none)
    asked = metric(case, answer, text_of)
    if search is None:
        return FollowUp(unscored(NO_SEARCH), unscored(NO_SEARCH), asked)

    def over(question: str) -> Score:
        return metric(case, replace(answer, passages=tuple(search(question))), text_of)

    typed = over(case.question)
    if answer.standalone_question == case.question:
        return FollowUp(typed, typed, asked)
    return FollowUp(typed, over(answer.standalone_question), asked)


def of_follow_ups(metric: Metric) -> Named:
    """The metric for cases with earlier turns alone, under the name "follow-up …"."""

    def measure(case: Case, answer: Answer, text_of: TextOf) -> Score:
        return follow_up(metric, case, answer, text_of).asked

    return Named(f"follow-up {metric.name}", measure)
