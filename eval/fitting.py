"""Fit the weights of retrieval/answers/confidence.py: python -m eval.fitting SET …

A SET is a folder with docs.jsonl and cases.jsonl; the tuning half of the seed questions always counts as
much as all of them together. The half kept aside is never read. Prints the weights, and for each set how
often a gold sentence stands first and among the first three, before anything is refused.

The ranking is a softmax over the sentences of a question whose logits are the weighted sums of their
features; weights are not negative, and the likelihood of the gold sentences is maximised with a small
quadratic penalty (scipy's L-BFGS-B).
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from eval.case import OWN, Case, Evidence, load_cases
from retrieval.answers.evidence import FEATURES, Sentence, gather
from retrieval.api import Library
from retrieval.assistant import PASSAGES
from retrieval.search.question import understand
from retrieval.search.search import search

SEEDS = Path(__file__).parent.parent / "seeds"
SHARPNESS, PENALTY = 10.0, 0.05
# Set by hand, see retrieval/answers/confidence.py.
FITTED = [name for name in FEATURES if name not in ("exact", "byline", "story")]

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """The features of a question's sentences, [sentences, features], and which of them are gold."""

    features: Numbers
    gold: npt.NDArray[np.bool_]


def examples(docs: Path, state: Path, cases: Sequence[Case]) -> Iterator[Example]:
    """An example for each answerable case whose gold sentence is among the found passages."""
    with Library.open(docs, state) as library:
        library.sync()
        for case in cases:
            if not case.answerable:
                continue
            question = understand(case.question, case.history, library.index)
            found = gather(library.index, question, search(library.index, question, PASSAGES))
            rows = np.array([[s.features[name] for name in FITTED] for s in found])
            gold = np.array([any(_is_gold(s, e) for e in case.evidence) for s in found], dtype=bool)
            if gold.any():
                yield Example(rows, gold)


def _is_gold(sentence: Sentence, gold: Evidence) -> bool:
    shared = min(sentence.span.end, gold.end) - max(sentence.span.start, gold.start)
    shorter = min(sentence.span.end - sentence.span.start, gold.end - gold.start)
    return sentence.document.source == gold.source and 2 * shared >= shorter


def fit(sets: Sequence[tuple[float, list[Example]]]) -> Numbers:
    """The weights that make gold sentences likeliest; each set comes with its share of the whole."""

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        value, slope = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for share, found in sets:
            for example in found:
                logits = example.features @ weights * SHARPNESS
                chances = np.exp(logits - logits.max())
                chances /= chances.sum()
                wanted = np.where(example.gold, chances, 0.0)
                value -= share / len(found) * float(np.log(wanted.sum()))
                pull = wanted / wanted.sum() - chances
                slope = slope - share / len(found) * SHARPNESS * (example.features.T @ pull)
        return value, slope

    start = np.full(len(FITTED), 0.2)
    bounds = [(0.0, None)] * len(FITTED)
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x)


def found_among(first: int, weights: Numbers, found: Sequence[Example]) -> float:
    """The share of examples with a gold sentence among the first ones."""
    hits = [e.gold[np.argsort(-(e.features @ weights), kind="stable")[:first]].any() for e in found]
    return float(np.mean(hits))


def main(folders: list[Path]) -> None:
    """Fit on the tuning half and on the sets in these folders, and print what came of it."""
    with tempfile.TemporaryDirectory() as place:
        sets = {"seeds": list(examples(SEEDS, Path(place) / "seeds", load_cases(OWN / "seeds-tuning.jsonl")))}
        for folder in folders:
            docs = Path(place) / "docs" / folder.name
            docs.mkdir(parents=True)
            shutil.copy(folder / "docs.jsonl", docs)
            cases = load_cases(folder / "cases.jsonl")
            sets[folder.name] = list(examples(docs, Path(place) / folder.name, cases))
    shares = [1.0, *[1.0 / max(1, len(folders))] * len(folders)]
    weights = fit(list(zip(shares, sets.values(), strict=True)))
    for name, weight in zip(FITTED, weights, strict=True):
        print(f"{name:10} {weight:.2f}")
    for name, found in sets.items():
        first, three = (found_among(n, weights, found) for n in (1, 3))
        print(f"{name}: first {first:.3f}, among three {three:.3f} (n = {len(found)})")


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
