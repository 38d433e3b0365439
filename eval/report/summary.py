"""The report's numbers: means with intervals, the comparison of two runs, risk against coverage, seconds.

They are reckoned from the rows of the runs alone. A score without a value is kept out of n and mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eval.compare import Compared, Comparison, scores
from eval.metrics import DESCRIPTIVE
from eval.metrics.confidence import answerable_auroc, right_auroc
from eval.metrics.outcomes import outcomes
from eval.metrics.risk import RiskCoverage, risk_coverage
from eval.pairing import compare_runs
from eval.run import Run
from eval.statistics import Estimate, estimates

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric over all rows: an estimate a run, and of two runs how they compare.

    `share` says that all its values are in 0..1, `neutral` that neither more nor less is better.
    """

    name: str
    share: bool
    neutral: bool
    estimates: tuple[Estimate, ...]
    compared: Compared | None

    @property
    def scored(self) -> bool:
        """Whether any run has a value."""
        return any(estimate.n for estimate in self.estimates)


@dataclass(frozen=True, slots=True)
class Sureness:
    """What a run's confidence is worth; None where it cannot be told."""

    curve: RiskCoverage | None
    answerable: float | None
    right: float | None


def metrics(runs: Sequence[Run]) -> tuple[list[Metric], Comparison | None]:
    """Every metric that a row of a run names, in the order of the rows; and the comparison of two runs."""
    names = list(dict.fromkeys(name for run in runs for row in run.rows for name in row["scores"]))
    compared = compare_runs(*runs) if runs[1:] else None
    by_name = {one.metric: one for one in compared.metrics} if compared else {}
    values = [[scores(run.rows, name) for name in names] for run in runs]
    means = [_estimates(run, found) for run, found in zip(runs, values, strict=True)]
    return [
        Metric(
            name,
            all(0 <= value <= 1 for found in values for value in found[i].values()),
            name in DESCRIPTIVE,
            tuple(each[i] for each in means),
            by_name.get(name),
        )
        for i, name in enumerate(names)
    ], compared


def sureness(run: Run, main: str | None) -> Sureness:
    """The risk–coverage curve and both AUROCs of a run; nothing is told without a main metric."""
    found = outcomes(run.rows, main) if main else []
    return Sureness(risk_coverage(found), answerable_auroc(found).value, right_auroc(found).value)


def seconds(run: Run) -> Numbers:
    """How long each case took that was answered or refused, not those that failed."""
    return np.array([row["seconds"] for row in run.rows if not row.get("error")], dtype=np.float64)


def _estimates(run: Run, values: Sequence[dict[str, float]]) -> list[Estimate]:
    groups = {row["id"]: str(row["group"]) for row in run.rows}
    return estimates([(list(found.values()), [groups[id_] for id_ in found]) for found in values])
