"""What a judge's metric is: a prompt, what it is filled with, and the grades that may come back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from eval.case import Case
from eval.score import Score
from retrieval.answers.answer import Answer

# By this the names of all judges' metrics begin, which is how the gate knows what to leave out.
BEGINS = "judge: "


@dataclass(frozen=True, slots=True)
class JudgedMetric:
    """A metric that a language model decides.

    `fill` gives what the prompt's variables are filled with, or the score where nobody need be asked.
    `grades` are the grades that a model may give and the value of each; any other leaves the case unscored.
    """

    name: str
    prompt: str
    variables: frozenset[str]
    grades: Mapping[str, float]
    fill: Callable[[Case, Answer], dict[str, str] | Score]

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of what the model is to say."""
        reason = {"type": "string", "description": "one sentence"}
        grade = {"type": "string", "enum": list(self.grades)}
        return {
            "type": "object",
            "properties": {"reason": reason, "grade": grade},
            "required": ["reason", "grade"],
            "additionalProperties": False,
        }


def is_judged(name: str) -> bool:
    """Whether a metric of this name was decided by a language model."""
    return name.startswith(BEGINS)
