"""Whether the statistics keep their word, on simulated comparisons: python -m eval.benchmarks.coverage

Prints, for several seeds, in how many of 500 comparisons the interval covers the true difference, and in
how many the test finds one where there is none. Of 500, chance alone moves either by about 2 points.
"""

import time
from dataclasses import dataclass
from functools import partial

import numpy as np

from eval.statistics import DRAWS, Pairs, paired

# How much of a case's outcome it shares with its group; its square is the correlation within a group.
SHARED = 0.5


@dataclass(frozen=True, slots=True)
class Simulated:
    """Shares of the comparisons: the interval covers the truth; the test rejects at 5 %."""

    covered: float
    rejected: float


def simulate(
    difference: float,
    *,
    seed: int,
    largest_group: int = 1,
    graded: bool = False,
    comparisons: int = 500,
    cases: int = 300,
    discordant: float = 0.2,
    draws: int = DRAWS,
) -> Simulated:
    """Compare two systems many times whose true difference is known.

    A share of the cases is discordant: right by one system alone, of a graded metric better by a random
    part of 1. Groups have 1 to `largest_group` cases, any size as likely as another.
    """
    rng = np.random.default_rng(seed)
    make = partial(_pairs, rng, cases, discordant, difference, largest_group, graded)
    found = paired([make() for _ in range(comparisons)], draws, seed)
    truth = difference / 2 if graded else difference
    ends = [(one.difference.low, one.difference.high) for one in found]
    covered = [low is not None and high is not None and low <= truth <= high for low, high in ends]
    rejected = [one.p is not None and one.p <= 0.05 for one in found]
    return Simulated(float(np.mean(covered)), float(np.mean(rejected)))


def _pairs(
    rng: np.random.Generator, cases: int, discordant: float, difference: float, largest: int, graded: bool
) -> Pairs:
    sizes = rng.integers(1, largest + 1, cases)
    groups = np.repeat(np.arange(cases), sizes)[:cases]
    up, down = (discordant + difference) / 2, (discordant - difference) / 2

    def outcome(shape: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return rng.choice(np.array([1, -1, 0]), shape, p=[up, down, 1 - discordant])

    together = rng.random(cases) < (SHARED if largest > 1 else 0)
    outcomes = np.where(together, outcome(cases)[groups], outcome(cases))
    sized = outcomes * (rng.random(cases) if graded else 1.0)
    before, after = np.maximum(-sized, 0), np.maximum(sized, 0)
    return before.tolist(), after.tolist(), [str(group) for group in groups]


def main() -> None:
    """Print the shares at full size."""
    started = time.perf_counter()
    kinds = {
        "cases alone": {},
        "groups of 1 to 6": {"largest_group": 6},
        "groups of 1 to 29": {"largest_group": 29},
    }
    for graded in (False, True):
        for name, options in kinds.items():
            for seed in range(1, 6):
                with_one = simulate(0.05, seed=seed, graded=graded, **options)
                without = simulate(0.0, seed=seed, graded=graded, **options)
                print(
                    f"{'graded' if graded else 'yes/no'}, {name}, seed {seed}: "
                    f"covers {with_one.covered:.1%} ({without.covered:.1%} of no difference), "
                    f"finds {with_one.rejected:.1%}, false alarms {without.rejected:.1%}",
                    flush=True,
                )
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
