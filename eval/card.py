"""The figures of a run: each metric's mean over its scored cases, and what only all cases together tell."""

from collections.abc import Mapping, Sequence
from typing import Any

from eval.metrics.confidence import answerable_auroc, right_auroc
from eval.metrics.outcomes import outcomes
from eval.metrics.risk import risk_area
from eval.right import Row, measure, value, verdict
from eval.score import Score
from eval.statistics import Estimate, estimates


def card(rows: Sequence[Row]) -> dict[str, Estimate]:
    """Of each metric of the rows, in their order, the number of scored cases, the mean, and its interval."""
    names = dict.fromkeys(name for row in rows for name in row["scores"])
    return _estimates({name: [(row, value(row, name)) for row in rows] for name in names})


def kinds_card(rows: Sequence[Row]) -> dict[str, Estimate]:
    """Of each kind of case, and of each tag, the share that went well, as eval/right.py has it.

    Only what it can be told of counts. A case may have a kind and several tags, so the parts may overlap.
    """
    by = measure(rows)
    parts: dict[str, list[tuple[Row, float | None]]] = {}
    for row in rows:
        judged = verdict(row, by)
        went_well = float(judged == "right") if judged in ("right", "wrong") else None
        for name in _kinds(row["case"]):
            parts.setdefault(name, []).append((row, went_well))
    return _estimates(dict(sorted(parts.items())))


def _kinds(case: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(name for name in (case.get("kind"), *(case.get("tags") or ())) if name))


def _estimates(columns: Mapping[str, Sequence[tuple[Row, float | None]]]) -> dict[str, Estimate]:
    scored = [[(row, found) for row, found in each if found is not None] for each in columns.values()]
    made = estimates([([v for _, v in each], [str(row["group"]) for row, _ in each]) for each in scored])
    return dict(zip(columns, made, strict=True))


def confidence_card(rows: Sequence[Row]) -> dict[str, Score]:
    """What a run's confidences are worth, which no single case tells.

    Where nothing says whether answers are right, only whether confidence tells the answerable from the rest
    is told.
    """
    by = measure(rows)
    found = outcomes(rows, by)
    if by is None:
        return {"AUROC, answerable or not": answerable_auroc(found)}
    return {
        "AUROC, answerable or not": answerable_auroc(found),
        f"AUROC, right or wrong ({by})": right_auroc(found),
        f"area under risk and coverage ({by})": risk_area(found),
    }
