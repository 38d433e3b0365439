"""What counts as right: one rule for the terminal, the page, the figures by kind and those of confidence.

A refusal is right where the documents do not answer, and wrong where they do; an answer to what they do not
answer is wrong. Any other answer is right by a metric: of RIGHT the one that most of the rows have a value
of, the first of equals. It is chosen once for all rows that are told together, so that cases of one page are
never judged by different rules.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from eval.metrics.choice import CHOICE_ACCURACY
from eval.metrics.contains import CONTAINS_ANY
from eval.metrics.evidence import GOLD_CITED

# Each of them gives 1 or nought.
RIGHT = (GOLD_CITED.name, CHOICE_ACCURACY.name, CONTAINS_ANY.name)

Row = Mapping[str, Any]
# "open": it was answered, or begun, and nothing says whether that is right; "failed": there is no answer.
Verdict = Literal["right", "wrong", "open", "failed"]


def value(row: Row, metric: str) -> float | None:
    """What a metric gives a row; None where it is unscored, or was not measured."""
    found: float | None = (row["scores"].get(metric) or {}).get("value")
    return found


def measure(rows: Iterable[Row]) -> str | None:
    """The metric by which answers among these rows are right; None where they have a value of none."""
    counts = dict.fromkeys(RIGHT, 0)
    for row in rows:
        for metric in RIGHT:
            counts[metric] += value(row, metric) is not None
    best = max(RIGHT, key=lambda metric: counts[metric])
    return best if counts[best] else None


def verdict(row: Row, measured_by: str | None) -> Verdict:
    """Whether a case went well, by the metric that `measure` chose."""
    answer = row.get("answer")
    if row.get("error") or not answer:
        return "failed"
    if not answer["statements"]:
        if answer.get("incomplete"):
            return "open"
        return "wrong" if row["answerable"] else "right"
    if not row["answerable"]:
        return "wrong"
    found = value(row, measured_by) if measured_by else None
    if found is None:
        return "open"
    return "right" if found >= 0.5 else "wrong"


def verdicts(rows: Sequence[Row]) -> list[Verdict]:
    """The verdict on each row."""
    by = measure(rows)
    return [verdict(row, by) for row in rows]
