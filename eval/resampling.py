"""Draws over groups of cases: the bootstrap and the sign flip, for many metrics at once.

Cases of one group (one article, one conversation) are not independent, so whole groups are drawn. A group
counts by the sum and the number of its values alone, which makes a draw of all metrics one matrix product.
The draws of a metric follow from the seed and its number of groups, not from the metrics beside it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
# Weights held at once: 8 MiB of them as float64.
CELLS = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Values added up by group: `sums` and `sizes` have shape [groups], in the order of the groups' names."""

    sums: Numbers
    sizes: Numbers

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return len(self.sums)

    @property
    def mean(self) -> float:
        """The mean of all values; there must be one."""
        return float(self.sums.sum() / self.sizes.sum())


def sample(values: Sequence[float], groups: Sequence[str]) -> Sample:
    """Add values up by the group of their case; raises ValueError where one is not finite."""
    if not np.isfinite(values).all():
        raise ValueError("a score must be a finite number")
    names, where = np.unique(np.asarray(groups, dtype=np.str_), return_inverse=True)
    sums = np.zeros(len(names))
    np.add.at(sums, where, values)
    # Values that cancel out in a group leave 0, not the rounding noise of the order they came in.
    return Sample(np.round(sums, 12), np.bincount(where, minlength=len(names)).astype(np.float64))


def bootstrap_errors(samples: Sequence[Sample], draws: int, seed: int) -> list[float]:
    """The standard error of each sample's mean, by drawing its groups with replacement; nan below two groups.

    The mean of a draw is the sum over its cases divided by their number, which varies with the groups drawn.
    The spread of the draws is multiplied by the square root of G/(G - 1), as a bootstrap of G groups
    understates it by that much (Hesterberg 2015, "What Teachers Should Know About the Bootstrap", The
    American Statistician 69, section 3.2).
    """
    errors = np.full(len(samples), np.nan)
    for groups, places in _by_groups(samples):
        if groups < 2:
            continue
        members = [samples[place] for place in places]
        sizes = np.stack([one.sizes for one in members], axis=1)
        # Differences from the mean, so that equal values give no rounding noise of their own size.
        rests = np.stack([one.sums - one.mean * one.sizes for one in members], axis=1)
        shifts = [(weights @ rests) / (weights @ sizes) for weights in _weights(groups, draws, seed)]
        spread = np.concatenate(shifts).std(axis=0, ddof=1)
        errors[places] = spread * np.sqrt(groups / (groups - 1))
    return [float(error) for error in errors]


def flipped_as_far(samples: Sequence[Sample], draws: int, seed: int) -> list[int]:
    """In how many draws of random signs for the groups each sample's sum is as far from 0 as without them."""
    counts = np.zeros(len(samples), dtype=np.int64)
    for groups, places in _by_groups(samples):
        sums = np.stack([samples[place].sums for place in places], axis=1)
        bar = as_far_as(sums)
        for signs in _signs(groups, draws, seed):
            counts[places] += (np.abs(signs @ sums) >= bar).sum(axis=0)
    return [int(count) for count in counts]


def as_far_as(sums: Numbers) -> Numbers:
    """The distance from 0 of the total over the groups, less what rounding may take from an equal one."""
    bar: Numbers = np.abs(sums.sum(axis=0)) - 1e-12 * np.abs(sums).sum(axis=0)
    return bar


def _by_groups(samples: Sequence[Sample]) -> Iterator[tuple[int, list[int]]]:
    """Each number of groups, with the places of the samples that have it: those share their draws."""
    for groups in sorted({one.groups for one in samples}):
        yield groups, [place for place, one in enumerate(samples) if one.groups == groups]


def _chunks(groups: int, draws: int) -> Iterator[int]:
    at_once = max(1, CELLS // groups)
    for done in range(0, draws, at_once):
        yield min(at_once, draws - done)


def _weights(groups: int, draws: int, seed: int) -> Iterator[Numbers]:
    """How often each draw holds each group, [draws, groups], some draws at a time."""
    rng = np.random.default_rng([seed, groups])
    for rows in _chunks(groups, draws):
        drawn = rng.integers(0, groups, (rows, groups))
        drawn += np.arange(rows)[:, None] * groups
        counts = np.bincount(drawn.ravel(), minlength=rows * groups)
        yield counts.reshape(rows, groups).astype(np.float64)


def _signs(groups: int, draws: int, seed: int) -> Iterator[Numbers]:
    rng = np.random.default_rng([seed, groups])
    for rows in _chunks(groups, draws):
        heads: Numbers = rng.integers(0, 2, (rows, groups), dtype=np.int8).astype(np.float64)
        yield 2 * heads - 1
