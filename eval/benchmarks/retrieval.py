"""Recall of the search by words, by meaning, and of both fused, measured side by side.

python -m eval.benchmarks.retrieval [SET …]: a SET is a folder with docs.jsonl and cases.jsonl; without
any, the sets beside the project in ../shared/data are taken, and their absence is said. R@k is the share
of cases with a gold span in one of the first k passages. Also prints how much of exact search's ten
nearest passages Chroma finds.
"""

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eval.case import Case, load_cases
from retrieval.api import Library
from retrieval.library.passage import Passage
from retrieval.search.fusion import fuse
from retrieval.search.meaning import by_meaning
from retrieval.search.question import Question, understand
from retrieval.search.words import by_words

BESIDE = Path(__file__).parent.parent.parent.parent / "shared" / "data"
SETS = ("squad2", "clapnq", "mtrag", "chroma")
DEPTH, MOST = 100, 500
K = (1, 5)

Ranking = list[tuple[int, float]]


def rankings(library: Library, question: Question) -> dict[str, Ranking]:
    """The three rankings of passages for a question."""
    words = by_words(library.index, question, DEPTH)
    meaning = by_meaning(library.index, question, DEPTH)
    return {"words": _ordered(words), "meaning": _ordered(meaning), "fused": fuse(words, meaning)}


def _ordered(scores: dict[int, float]) -> Ranking:
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


def hits(passages: Sequence[Passage], case: Case) -> bool:
    """Whether one of the passages shares characters with a gold span."""
    return any(
        p.source == e.source and p.start < e.end and e.start < p.end for p in passages for e in case.evidence
    )


def nearest_found(library: Library, question: Question) -> float:
    """The share of the ten nearest passages by exact search that Chroma's ten hold."""
    ids = np.array(library.index.catalog.passage_ids())
    cosines = library.index.catalog.vectors(ids.tolist()) @ question.vector
    exact = set(ids[np.argsort(-cosines)[:10]].tolist())
    return len(exact & set(by_meaning(library.index, question, 10))) / len(exact)


def measure(folder: Path, place: Path) -> None:
    """Index a set and print its figures."""
    docs = place / folder.name
    docs.mkdir()
    shutil.copy(folder / "docs.jsonl", docs)
    cases = [case for case in load_cases(folder / "cases.jsonl") if case.evidence]
    cases = cases[:: max(1, len(cases) // MOST)]
    found: dict[str, list[list[bool]]] = {}
    exact: list[float] = []
    with Library.open(docs, place / f".{folder.name}") as library:
        library.sync()
        for n, case in enumerate(cases):
            question = understand(case.question, case.history, library.index)
            for name, ranking in rankings(library, question).items():
                passages = library.index.catalog.passages([id for id, _ in ranking[: max(K)]])
                found.setdefault(name, []).append([hits(passages[:k], case) for k in K])
            if n % 10 == 0:
                exact.append(nearest_found(library, question))
        size = library.counts()["passages"]
    print(f"{folder.name}: {len(cases)} cases, {size} passages, Chroma finds {np.mean(exact):.3f} of exact")
    for name, rows in found.items():
        print(
            f"  {name:8}"
            + "".join(f"  R@{k} {share:.3f}" for k, share in zip(K, np.mean(rows, 0), strict=True))
        )


def main(folders: list[Path]) -> None:
    """Measure each set."""
    folders = folders or [BESIDE / name for name in SETS]
    present = [folder for folder in folders if (folder / "docs.jsonl").is_file()]
    for folder in sorted(set(folders) - set(present)):
        print(f"{folder.name}: not measured, {folder} is absent")
    with tempfile.TemporaryDirectory() as place:
        for folder in present:
            measure(folder, Path(place))


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
