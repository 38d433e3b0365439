"""AUROC of `confidence`: does it tell the answerable from the rest, the right answers from the wrong?

    AUROC = P(confidence of a positive > that of a negative) + ½ P(both are equal)
over all pairs of a positive and a negative case; ½ is chance. Source: J. A. Hanley and B. J. McNeil, The
Meaning and Use of the Area under a ROC Curve, 1982; it is the Mann–Whitney U over the number of pairs.

Ties count half, so no order is needed. Where all cases are positive, or all negative, it is unscored.
Refusals count by their confidence like any answer.
"""

from collections.abc import Sequence

import numpy as np

from eval.metrics.outcomes import Outcome
from eval.score import Score, unscored


def auroc(confidences: Sequence[float], positive: Sequence[bool]) -> float | None:
    """The area; None where one of the two kinds is missing. Both sequences are as long."""
    is_positive = np.asarray(positive, dtype=bool)
    pairs = int(is_positive.sum()) * int((~is_positive).sum())
    if not pairs:
        return None
    _, group, count = np.unique(np.asarray(confidences, dtype=float), return_inverse=True, return_counts=True)
    # The mean rank, 1-based, of each group of equal confidences.
    rank = np.cumsum(count) - (count - 1) / 2
    positives = int(is_positive.sum())
    above = float(rank[group][is_positive].sum()) - positives * (positives + 1) / 2
    return above / pairs


def answerable_auroc(found: Sequence[Outcome]) -> Score:
    """How well confidence tells answerable questions from unanswerable ones."""
    value = auroc([o.confidence for o in found], [o.answerable for o in found])
    return _told(value, sum(o.answerable for o in found), len(found), "answerable", "unanswerable")


def right_auroc(found: Sequence[Outcome]) -> Score:
    """How well confidence tells right answers from wrong ones, among what was answered.

    An answer is right from one half on.
    """
    given = [o for o in found if o.answered]
    right = [o.right >= 0.5 for o in given]
    return _told(auroc([o.confidence for o in given], right), sum(right), len(given), "right", "wrong")


def _told(value: float | None, positives: int, cases: int, this: str, that: str) -> Score:
    numbers = f"{positives} {this} and {cases - positives} {that}"
    if value is None:
        return unscored(f"Both kinds are needed, but there are {numbers}.")
    told = f"Of a pair of one {this} and one {that}, the {this} one has more confidence in {value:.0%}"
    return Score(value, f"{told} ({numbers}).")
