"""Risk against coverage: how wrong a system would be if it answered only what it is surest of.

Cases are ordered by confidence, the surest first, refusals behind all answers. With loss 1 − right:
    coverage_i = i / n        risk_i = (loss_1 + … + loss_i) / i
    area       = (1 / n) Σ risk_i                      smaller is better
    excess     = area − the area of the same losses in their best order
The excess is what confidence alone could mend. Sources: R. El-Yaniv and Y. Wiener, On the Foundations of
Noise-free Selective Classification, 2010; Y. Geifman et al., Bias-Reduced Uncertainty Estimation, 2019
(AURC and E-AURC).

A refused case has loss 1: had it been answered from what was found, nothing of it would be right. An answer
to an unanswerable question has loss 1, too. Where confidences are equal each case takes the mean loss of its
equals; the area is then the expected one over all their orders, and depends on no id. Without cases there is
no curve.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eval.metrics.outcomes import Outcome
from eval.score import Score, unscored


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """The curve, a point a case: `coverage` rises to 1. `answered` is the coverage that was chosen."""

    coverage: tuple[float, ...]
    risk: tuple[float, ...]
    answered: float
    area: float
    excess: float


def risk_coverage(found: Sequence[Outcome]) -> RiskCoverage | None:
    """The curve of these outcomes; None where there are none."""
    if not found:
        return None
    levels: dict[tuple[bool, float], list[float]] = {}
    for outcome in found:
        level = (outcome.answered, outcome.confidence)
        levels.setdefault(level, []).append(1 - outcome.right if outcome.answered else 1.0)
    losses = [
        sum(levels[level]) / len(levels[level])
        for level in sorted(levels, reverse=True)
        for _ in levels[level]
    ]
    risk = _risks(losses)
    best = _risks(sorted(loss for level in levels.values() for loss in level))
    steps = np.arange(1, len(losses) + 1) / len(losses)
    answered = sum(outcome.answered for outcome in found) / len(found)
    area = float(risk.mean())
    return RiskCoverage(
        tuple(steps.tolist()), tuple(risk.tolist()), answered, area, area - float(best.mean())
    )


def risk_area(found: Sequence[Outcome]) -> Score:
    """The area under the curve, in words; smaller is better."""
    curve = risk_coverage(found)
    if curve is None:
        return unscored("There are no cases.")
    told = f"On the mean over all coverages {curve.area:.1%} of what would be answered is wrong"
    return Score(curve.area, f"{told}; {curve.excess:.1%} is due to the order of confidence.")


def _risks(losses: Sequence[float]) -> npt.NDArray[np.float64]:
    return np.cumsum(np.asarray(losses, dtype=float)) / np.arange(1, len(losses) + 1)
