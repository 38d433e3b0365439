"""How sure a mean is, and a difference of two runs: intervals, and what could have been seen at all.

Everything here takes values with the group of each case; groups, not cases, are what was drawn from the
world. NumPy is all it needs, so a plain installation can compare runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from eval.resampling import Sample, bootstrap_errors, sample
from eval.significance import sign_flips

DRAWS, SEED = 10_000, 5
LEVEL, POWER = 0.95, 0.80

# Values with the group of each; and values before and after with the group of each.
Column = tuple[Sequence[float], Sequence[str]]
Pairs = tuple[Sequence[float], Sequence[float], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over n values of so many groups, with its 95 % interval; None where it cannot be reckoned."""

    n: int
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    groups: int = 0


@dataclass(frozen=True, slots=True)
class Paired:
    """Two means over the same cases, their difference (after - before), and how sure it is.

    `p` is two-sided, by the test named; `smallest` is the smallest difference that n could have shown.
    """

    before: Estimate
    after: Estimate
    difference: Estimate
    p: float | None = None
    test: str = "none"
    smallest: float | None = None


def estimates(columns: Sequence[Column], draws: int = DRAWS, seed: int = SEED) -> list[Estimate]:
    """The mean of each column of values with its interval.

    Values of 0 and 1 alone get Wilson's interval: of n cases where each is its own group, else of the
    effective number of cases p(1 - p)/error² and with Student's t (after Korn and Graubard 1998, Survey
    Methodology 24). Where all values are equal the groups are that number, as nothing tells how alike the
    cases of a group are. Other values get mean ± t times the bootstrap's standard error, kept within 0..1
    where all values are, and at 0 or above where all values are.
    """
    samples = [sample(*column) for column in columns]
    errors = bootstrap_errors(samples, draws, seed)
    return [_estimate(*one) for one in zip(columns, samples, errors, strict=True)]


def paired(pairs: Sequence[Pairs], draws: int = DRAWS, seed: int = SEED) -> list[Paired]:
    """Of each set of pairs both means, the difference, its interval, its test, and the smallest to be seen.

    The interval is the mean ± t(G - 1) times the standard error of the cluster bootstrap (Hesterberg 2015,
    section 4.1). Of the kinds tried it alone keeps its level with five or twenty groups as with three
    hundred, where percentiles and BCa are too narrow, and with few changed cases, where bootstrap-t is.
    It is symmetric: of a few changes it may just leave 0 out where the exact test has p above 0.05.
    """
    before = [(values, groups) for values, _, groups in pairs]
    after = [(values, groups) for _, values, groups in pairs]
    differences = [(_minus(new, old), groups) for old, new, groups in pairs]
    columns = [*before, *after, *differences]
    samples = [sample(*column) for column in columns]
    errors = bootstrap_errors(samples, draws, seed)
    made = list(zip(columns, samples, errors, strict=True))
    n = len(pairs)
    tests = sign_flips(
        samples[2 * n :], [set(values) <= {-1.0, 0.0, 1.0} for values, _ in differences], draws, seed
    )
    return [
        Paired(
            _estimate(*made[i]),
            _estimate(*made[n + i]),
            _around(one, error),
            *tests[i],
            _smallest(one, error),
        )
        for i, (_, one, error) in enumerate(made[2 * n :])
    ]


def _minus(after: Sequence[float], before: Sequence[float]) -> list[float]:
    return [new - old for new, old in zip(after, before, strict=True)]


@lru_cache(maxsize=4096)
def student(chance: float, degrees: int) -> float:
    """The quantile of Student's t at a chance of 0.5 or more.

    With t = √degrees · tan a the density is cos(a)^(degrees - 1), up to a factor; it is summed over a.
    """
    if degrees > 100_000:
        return NormalDist().inv_cdf(chance)
    # The density is nothing beyond 40 standard deviations, if the range reaches so far.
    angles = np.linspace(0, min(np.pi / 2, 40 / np.sqrt(degrees)), 200_001)
    density = np.cos(angles) ** (degrees - 1)
    area = np.concatenate(([0.0], np.cumsum((density[1:] + density[:-1]) / 2)))
    angle = np.interp(2 * chance - 1, area / area[-1], angles)
    return float(np.sqrt(degrees) * np.tan(angle))


def _estimate(column: Column, one: Sample, error: float) -> Estimate:
    values, _ = column
    if len(values) == 0:
        return Estimate(0)
    if set(values) <= {0.0, 1.0}:
        return _wilson(one, error)
    around, least, most = _around(one, error), min(values), max(values)
    if around.low is None or around.high is None or least < 0:
        return around
    high = min(around.high, 1.0) if most <= 1 else around.high
    return Estimate(around.n, around.mean, max(around.low, 0.0), high, around.groups)


def _around(one: Sample, error: float) -> Estimate:
    n = int(one.sizes.sum())
    if one.groups < 2:
        return Estimate(n, one.mean if n else None, groups=one.groups)
    half = student((1 + LEVEL) / 2, one.groups - 1) * error
    return Estimate(n, one.mean, one.mean - half, one.mean + half, one.groups)


def _wilson(one: Sample, error: float) -> Estimate:
    """Wilson 1927, Journal of the American Statistical Association 22."""
    n, share = int(one.sizes.sum()), one.mean
    spread = share * (1 - share)
    if one.groups == n:
        count, z = float(n), NormalDist().inv_cdf((1 + LEVEL) / 2)
    elif one.groups < 2:
        return Estimate(n, share, groups=one.groups)
    else:
        z = student((1 + LEVEL) / 2, one.groups - 1)
        count = float(one.groups) if spread == 0 else min(n, spread / max(error, 1e-9) ** 2)
    centre = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z / (1 + z**2 / count) * float(np.sqrt(spread / count + z**2 / (4 * count**2)))
    return Estimate(n, share, max(0.0, centre - half), min(1.0, centre + half), one.groups)


def _smallest(one: Sample, error: float) -> float | None:
    """The smallest true difference that a two-sided test at 5 % would have found with 80 % power.

    The minimum detectable effect (t(0.975) + t(0.80)) · error of Bloom 1995, Evaluation Review 19, with
    G - 1 degrees of freedom. None where no pair differs: then nothing tells how much they vary.
    """
    if one.groups < 2 or error == 0:
        return None
    degrees = one.groups - 1
    return (student((1 + LEVEL) / 2, degrees) + student(POWER, degrees)) * error
