"""Whether an answer says what is right, as a language model reads it.

    judge: correct = 1 where it is graded "correct", ½ where "partly", 0 where "wrong"
What is right are the case's short answers, or its long reference. Source: reference-guided grading as in
L. Zheng et al., Judging LLM-as-a-Judge with MT-Bench and Chatbot Arena, 2023; three grades, reason first.

A refusal and an empty answer say nothing: nought, and nobody is asked. A case that is unanswerable, or names
nothing that is right, is unscored. Citations, even invalid ones, play no part.
"""

from eval.case import Case
from eval.judging.metric import BEGINS, JudgedMetric
from eval.metrics.metric import said
from eval.metrics.wording import SAYS_NOTHING
from eval.score import Score, unscored
from retrieval.answers.answer import Answer
from retrieval.documents.cleaning import clean


def _fill(case: Case, answer: Answer) -> dict[str, str] | Score:
    right = [*(f"- {one}" for one in case.answers), *([case.reference] if case.reference.strip() else [])]
    if not case.answerable or not right:
        return unscored("The case names nothing that is right.")
    if not said(answer).strip():
        return Score(0.0, SAYS_NOTHING)
    turns = [f"{turn['role']}: {turn['content']}" for turn in case.history]
    asked = "\n".join([*turns, case.question])
    return {"question": clean(asked), "right": clean("\n".join(right)), "answer": clean(said(answer))}


CORRECT = JudgedMetric(
    f"{BEGINS}correct",
    "judge_correct",
    frozenset({"question", "right", "answer"}),
    {"correct": 1.0, "partly": 0.5, "wrong": 0.0},
    _fill,
)
