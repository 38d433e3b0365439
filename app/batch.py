"""Many questions from a file of JSON lines, one JSON line out for each, in the same order."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from retrieval.errors import BadQuestion, OnRecordError

Answer = Callable[[str, list[dict[str, str]]], dict[str, Any]]


def run_batch(path: Path, answer: Answer, out: IO[str]) -> bool:
    """Answer each line of `path` (- is standard input) to `out`; whether every line could be."""
    good = True
    with _lines(path) as lines:
        for line in lines:
            if not line.strip():
                continue
            row = _answer_line(line, answer)
            good = good and "error" not in row
            print(json.dumps(row, ensure_ascii=False), file=out, flush=True)
    return good


def _answer_line(line: str, answer: Answer) -> dict[str, Any]:
    """The answer to a line, or the error of one that a person can mend; a bug keeps its traceback."""
    try:
        given = json.loads(line)
        name = given["id"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return {"id": None, "error": 'The line must be JSON of the form {"id": …, "question": "…"}.'}
    try:
        return {"id": name, **answer(*_question(given))}
    except OnRecordError as error:
        return {"id": name, "error": str(error)}


def _question(given: Any) -> tuple[str, list[dict[str, str]]]:
    """The question and the history of a line; raises BadQuestion."""
    history = given.get("history") or []
    if not isinstance(given.get("question"), str):
        raise BadQuestion('The line has no string "question".')
    fits = isinstance(history, list) and all(
        isinstance(turn, dict)
        and turn.get("role") in ("user", "assistant")
        and isinstance(turn.get("content"), str)
        for turn in history
    )
    if not fits:
        raise BadQuestion('"history" must be a list of {"role": "user" or "assistant", "content": text}.')
    return given["question"], history


@contextmanager
def _lines(path: Path) -> Iterator[Iterator[str]]:
    if str(path) == "-":
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")  # type: ignore[union-attr]  # a real stream
        yield iter(sys.stdin)
        return
    try:
        opened = path.open(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise BadQuestion(f"The batch file {path} cannot be read: {error.strerror}.") from error
    with opened as file:
        yield file
