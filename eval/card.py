"""The figures of a run: each metric's mean over its scored cases, and what only all cases together tell."""

from collections.abc import Sequence

from eval.metrics.confidence import answerable_auroc, right_auroc
from eval.metrics.outcomes import outcomes
from eval.metrics.risk import risk_area
from eval.run import Row
from eval.score import Score
from eval.statistics import Estimate, estimates


def card(rows: Sequence[Row]) -> dict[str, Estimate]:
    """Of each metric of the rows, in their order, the number of scored cases, the mean, and its interval."""
    names = list(dict.fromkeys(name for row in rows for name in row["scores"]))
    columns = []
    for name in names:
        found = [(row["scores"].get(name, {}).get("value"), row["group"]) for row in rows]
        scored = [(value, group) for value, group in found if value is not None]
        columns.append(([value for value, _ in scored], [group for _, group in scored]))
    return dict(zip(names, estimates(columns), strict=True))


def confidence_card(rows: Sequence[Row]) -> dict[str, Score]:
    """What a run's confidences are worth: no single case has such a figure."""
    found = outcomes(rows)
    return {
        "AUROC, answerable or not": answerable_auroc(found),
        "AUROC, right or wrong": right_auroc(found),
        "area under risk and coverage": risk_area(found),
    }
