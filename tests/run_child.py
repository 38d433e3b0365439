"""A run that a test kills: python run_child.py DOCS STATE CASES FOLDER, with time between the cases."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from eval.asking import record
from eval.case import load_cases
from eval.metrics import METRICS
from eval.systems import System, bm25
from retrieval import Library
from retrieval.answers.answer import Answer
from retrieval.search.followups import Message

INFO = {
    "name": "killed",
    "started": "2026-11-22T07:00:00+00:00",
    "system": "floor:bm25",
    "settings": {"k": 5},
    "prompts": {},
    "cases": {"files": ["cases.jsonl"], "count": 6, "sha256": "c"},
    "library": {"sha256": "l"},
    "code": {"version": "1", "commit": None, "changed": None},
    "metrics": [metric.name for metric in METRICS],
}


def slowly(system: System) -> System:
    """The same, after a while."""

    def ask(question: str, history: Sequence[Message]) -> Answer:
        time.sleep(0.05)
        return system(question, history)

    return ask


def main(docs: Path, state: Path, cases: Path, folder: Path) -> None:
    """Begin the run, or go on with it."""
    with Library.open(docs, state) as library:

        def text_of(source: str) -> str:
            return library.document(source).text

        record(folder, INFO, load_cases(cases), slowly(bm25(library)), METRICS, text_of)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
