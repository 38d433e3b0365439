"""Grades that were paid for, kept beside the runs: the same answer is never judged twice by one model.

    grades.jsonl  {"key", "metric", "model", "prompt", "grade", "reason", "usage"}, one line a grade

The key is a hash of all that a grade depends on: the metric with its grades, the prompt, the model, and what
the prompt is filled with, which is the case and its answer. Several processes may append to the file at once.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eval.judging.metric import JudgedMetric
from eval.recording import dump
from prompts import Prompt

FILE = "grades.jsonl"


def key(metric: JudgedMetric, prompt: Prompt, model: str, given: Mapping[str, str]) -> str:
    """What a grade is kept under."""
    parts = [metric.name, dict(metric.grades), prompt.version, model, dict(given)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode("utf-8")).hexdigest()


def read(path: Path) -> dict[str, dict[str, Any]]:
    """All grades of a file by their key; none where there is no file."""
    found: dict[str, dict[str, Any]] = {}
    for line in path.read_bytes().split(b"\n") if path.exists() else ():
        try:
            grade = json.loads(line)
            found[grade["key"]] = {name: grade[name] for name in ("grade", "reason", "usage")}
        except (ValueError, TypeError, KeyError):
            # What a kill left of a line; that answer is judged again.
            continue
    return found


@contextmanager
def keeping(path: Path) -> Iterator["Keeper"]:
    """Append grades to the file, which is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        if path.stat().st_size and not path.read_bytes().endswith(b"\n"):
            os.write(file.fileno(), b"\n")
        yield Keeper(file.fileno())


class Keeper:
    """A file of grades that is open for more."""

    def __init__(self, file: int) -> None:
        self.file = file

    def keep(self, grade: Mapping[str, Any]) -> None:
        """Write a grade, and come back when it is on the disk."""
        os.write(self.file, dump(grade))
        os.fsync(self.file)
