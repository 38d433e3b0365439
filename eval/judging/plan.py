"""What judging a run takes: which grades are to be asked for, and what that costs at most."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval.case import Case
from eval.judging.correct import CORRECT
from eval.judging.grading import TOKENS, most_tokens
from eval.judging.kept import key
from eval.judging.metric import JudgedMetric
from eval.judging.supported import SUPPORTED
from eval.run import Row
from eval.score import Score, unscored
from prompts import Prompt
from retrieval.answers.answer import Answer
from retrieval.answers.model import LanguageModel

JUDGED = (CORRECT, SUPPORTED)


@dataclass(frozen=True, slots=True)
class Judge:
    """A language model, and each metric that it judges by with its prompt."""

    model: LanguageModel
    metrics: Sequence[tuple[JudgedMetric, Prompt]]


@dataclass(frozen=True, slots=True)
class Question:
    """One grade to be asked for: by which metric, and what the prompt is filled with."""

    key: str
    metric: JudgedMetric
    prompt: Prompt
    given: dict[str, str]


@dataclass(frozen=True, slots=True)
class Bill:
    """What judging will cost at most; `dollars` is None where the price is unknown."""

    model: str
    grades: int
    tokens: int
    dollars: float | None

    def __str__(self) -> str:
        what = "1 grade" if self.grades == 1 else f"{self.grades:,} grades"
        cost = "price unknown" if self.dollars is None else f"at most ${self.dollars:,.4f}"
        return f"{what} to be given by {self.model}, at most {self.tokens:,} tokens, {cost}"


def plan(row: Row, judge: Judge) -> dict[str, Question | Score]:
    """By the name of each metric what is to be asked, or the score that needs no asking."""
    planned: dict[str, Question | Score] = {}
    case = Case.from_json(row["case"])
    for metric, prompt in judge.metrics:
        if row["error"] or not row["answer"]:
            planned[metric.name] = unscored(f"Not answered: {row['error']}")
            continue
        given = metric.fill(case, Answer.from_json(row["answer"]))
        if isinstance(given, Score):
            planned[metric.name] = given
        elif most_tokens(judge.model, prompt, given) > judge.model.window - TOKENS:
            planned[metric.name] = unscored("The answer is too long for the judge's window.")
        else:
            place = key(metric, prompt, judge.model.name, given)
            planned[metric.name] = Question(place, metric, prompt, given)
    return planned


def bill(model: LanguageModel, questions: Sequence[Question]) -> Bill:
    """What asking these costs at most."""
    prompt = sum(most_tokens(model, one.prompt, one.given) for one in questions)
    said = TOKENS * len(questions)
    return Bill(model.name, len(questions), prompt + said, model.price(prompt, said))
