"""The figures of a run: each metric's mean over its scored cases, and what only all cases together tell."""

from collections.abc import Sequence

from eval.metrics.choice import CHOICE_ACCURACY
from eval.metrics.confidence import answerable_auroc, right_auroc
from eval.metrics.contains import CONTAINS_ANY
from eval.metrics.evidence import GOLD_CITED
from eval.metrics.outcomes import outcomes
from eval.metrics.risk import risk_area
from eval.run import Row
from eval.score import Score
from eval.statistics import Estimate, estimates

RIGHT = (GOLD_CITED.name, CHOICE_ACCURACY.name, CONTAINS_ANY.name)


def card(rows: Sequence[Row]) -> dict[str, Estimate]:
    """Of each metric of the rows, in their order, the number of scored cases, the mean, and its interval."""
    names = list(dict.fromkeys(name for row in rows for name in row["scores"]))
    columns = []
    for name in names:
        found = [(_value(row, name), row["group"]) for row in rows]
        scored = [(value, group) for value, group in found if value is not None]
        columns.append(([value for value, _ in scored], [group for _, group in scored]))
    return dict(zip(names, estimates(columns), strict=True))


def confidence_card(rows: Sequence[Row]) -> dict[str, Score]:
    """What a run's confidences are worth, which no single case tells.

    An answer is right by the first of RIGHT that any row has a value of; without one only whether confidence
    tells the answerable from the rest is told.
    """
    right = next((name for name in RIGHT if any(_value(row, name) is not None for row in rows)), None)
    found = outcomes(rows, right or RIGHT[0])
    if right is None:
        return {"AUROC, answerable or not": answerable_auroc(found)}
    return {
        "AUROC, answerable or not": answerable_auroc(found),
        f"AUROC, right or wrong ({right})": right_auroc(found),
        f"area under risk and coverage ({right})": risk_area(found),
    }


def _value(row: Row, name: str) -> float | None:
    value: float | None = row["scores"].get(name, {}).get("value")
    return value
