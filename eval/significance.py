"""Whether a difference may be chance: sign-flip tests over groups, exact where that can be, and Holm's rule.

If two systems are alike, a group's total difference is as likely above 0 as below, so its sign may be
flipped. A test asks how often flipped signs lead as far from 0 as the signs that were found.
"""

from collections.abc import Sequence

import numpy as np

from eval.resampling import Numbers, Sample, as_far_as, flipped_as_far


def sign_flips(
    samples: Sequence[Sample], yes_no: Sequence[bool], draws: int, seed: int
) -> list[tuple[float | None, str]]:
    """The two-sided p-value of each sample of differences, and the test's name; None of an empty sample.

    `yes_no` says of which samples all differences are -1, 0 or 1. Those are tested exactly, and others too
    where no more than `draws` flips are to be tried; else so many are drawn.
    """
    found: dict[int, tuple[float | None, str]] = {}
    rest: list[int] = []
    for place, one in enumerate(samples):
        if one.groups == 0:
            found[place] = (None, "none")
        elif yes_no[place]:
            kind = "exact McNemar" if one.groups == one.sizes.sum() else "exact sign flip of groups"
            found[place] = (exact_flip(one.sums), kind)
        elif 2 ** int(np.count_nonzero(one.sums)) <= draws:
            found[place] = (_every_flip(one.sums), "exact sign flip of groups")
        else:
            rest.append(place)
    counts = flipped_as_far([samples[place] for place in rest], draws, seed)
    for place, count in zip(rest, counts, strict=True):
        # The signs as they are count as one draw: Phipson and Smyth 2010, so p is never 0.
        found[place] = ((count + 1) / (draws + 1), "sign flip of groups")
    return [found[place] for place in range(len(samples))]


def exact_flip(sums: Numbers) -> float:
    """The p-value of the sign flip over groups whose totals are whole numbers, over all signs.

    The distribution of the flipped total is built up group by group. With totals of -1, 0 and 1 this is
    McNemar's exact test, a binomial of the changed cases (McNemar 1947, Psychometrika 12).
    """
    totals = np.abs(np.rint(sums)).astype(int)
    reach = int(totals.sum())
    chances = np.zeros(2 * reach + 1)
    chances[reach] = 1.0
    for total in totals[totals > 0]:
        # Ends hold nothing yet that could wrap around.
        chances = (np.roll(chances, total) + np.roll(chances, -total)) / 2
    far = np.abs(np.arange(-reach, reach + 1)) >= abs(round(float(sums.sum())))
    return min(1.0, float(chances[far].sum()))


def _every_flip(sums: Numbers) -> float:
    totals = np.zeros(1)
    for moved in sums[sums != 0]:
        totals = np.concatenate((totals + moved, totals - moved))
    return float((np.abs(totals) >= as_far_as(sums)).mean())


def holm(values: Sequence[float | None]) -> list[float | None]:
    """P-values made larger so that the chance of any false alarm among them stays at the level.

    Holm's step-down: the i-th smallest of m is multiplied by m - i + 1, never below the one before, and cut
    at 1 (Holm 1979, Scandinavian Journal of Statistics 6). None stays None and is not counted.
    """
    ranked = sorted((p, place) for place, p in enumerate(values) if p is not None)
    adjusted: list[float | None] = [None] * len(values)
    highest = 0.0
    for rank, (p, place) in enumerate(ranked):
        highest = max(highest, min(1.0, p * (len(ranked) - rank)))
        adjusted[place] = highest
    return adjusted
