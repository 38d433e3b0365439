"""What became of each case of a run: how sure the answer was, and whether it was right."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from eval.metrics.evidence import GOLD_CITED


@dataclass(frozen=True, slots=True)
class Outcome:
    """`right` is 0..1, and 0 for a refusal and for any answer to an unanswerable question."""

    id: str
    confidence: float
    answerable: bool
    answered: bool
    right: float


def outcomes(rows: Iterable[Mapping[str, Any]], right: str = GOLD_CITED.name) -> list[Outcome]:
    """The outcomes of a run's rows, in order of id; `right` names the metric, of 0..1, that says so.

    Rows without an answer, and answered rows that are answerable but unscored by that metric, are left out.
    """
    found = []
    for row in rows:
        answer = row.get("answer")
        if not answer:
            continue
        answered, answerable = bool(answer["statements"]), bool(row["answerable"])
        value = row["scores"].get(right, {}).get("value") if answered and answerable else 0.0
        if value is not None:
            found.append(Outcome(row["id"], answer["confidence"], answerable, answered, value))
    return sorted(found, key=lambda outcome: outcome.id)
