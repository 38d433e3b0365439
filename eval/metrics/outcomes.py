"""What became of each case of a run: how sure the answer was, and whether it was right."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval.right import Row, verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """`right` is 0..1, and 0 for a refusal and for any answer to an unanswerable question."""

    id: str
    confidence: float
    answerable: bool
    answered: bool
    right: float


def outcomes(rows: Sequence[Row], measured_by: str | None) -> list[Outcome]:
    """The outcomes of rows, in order of id; see eval/right.py for what `measured_by` is.

    Rows that failed, or of which nothing says whether they are right, are left out.
    """
    found = []
    for row in rows:
        judged = verdict(row, measured_by)
        if judged in ("failed", "open"):
            continue
        answer = row["answer"]
        answered = bool(answer["statements"])
        right = float(answered and judged == "right")
        found.append(Outcome(row["id"], answer["confidence"], bool(row["answerable"]), answered, right))
    return sorted(found, key=lambda outcome: outcome.id)
