"""Runs: what was asked, answered and scored, each kept in a folder of its own as it happens.

    NAME/run.json    of what the run was made: cases, documents, settings, prompts, code, metrics
    NAME/rows.jsonl  one line a case, in the order of the cases, on the disk before the next is asked

A row is {"id", "group", "question", "history", "answerable", "case", "answer", "scores": {metric: {"value",
"explanation"}}, "seconds", "error"}; `answer` is the JSON of the contract, or null after an error. A last
line that a kill tore off is no row.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.errors import BadRun

INFO, ROWS = "run.json", "rows.jsonl"
NAME = re.compile(r"[\w-][\w.-]*")
# What may differ between two starts of one run.
OWN = ("name", "started")
NEEDED = {
    **dict.fromkeys((*OWN, "system"), str),
    **dict.fromkeys(("settings", "prompts", "cases", "library", "code"), dict),
    "metrics": list,
}

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it was stored: what it was made of, and its rows so far."""

    name: str
    info: dict[str, Any]
    rows: list[Row]


def load_run(folder: Path) -> Run:
    """The run in a folder; raises BadRun where there is none, or it is damaged."""
    info = load_info(folder)
    return Run(info["name"], info, list(rows(folder)))


def load_info(folder: Path) -> dict[str, Any]:
    """Of what the run in a folder was made; raises BadRun where there is none, or it is damaged."""
    try:
        info = json.loads((folder / INFO).read_bytes())
        _check_form(info)
    except OSError as error:
        raise BadRun(f"There is no run in {folder}; `onrecord eval list` tells which there are.") from error
    except (ValueError, TypeError, KeyError) as error:
        raise BadRun(f"{folder / INFO} is damaged; remove the folder, and run it anew.") from error
    return dict(info)


def _check_form(info: Any) -> None:
    """Raise a KeyError or TypeError where something is missing that is read of every run."""
    for key, kind in NEEDED.items():
        if not isinstance(info[key], kind):
            raise TypeError(f"{key} must be {kind.__name__}")
    for key in ("version", "commit", "changed"):
        info["code"][key]
    if not isinstance(info["cases"]["count"], int):
        raise TypeError("count must be int")


def list_runs(runs: Path) -> tuple[list[tuple[dict[str, Any], int]], list[str]]:
    """Of each run in the folder `runs` what it was made of and its number of rows; the oldest first.

    Of each run that is damaged there is a sentence instead, in the second list.
    """
    found, damaged = [], []
    for path in sorted(runs.glob(f"*/{INFO}")):
        try:
            found.append((load_info(path.parent), len(lines(path.with_name(ROWS))[0])))
        except BadRun as error:
            damaged.append(str(error))
    return sorted(found, key=lambda one: (one[0]["started"], one[0]["name"])), damaged


def find_run(runs: Path, name: str) -> Path:
    """The folder of the run of that name, or at that path; raises BadRun."""
    for folder in (runs / name, Path(name)):
        if (folder / INFO).is_file():
            return folder
    raise BadRun(f"There is no run {name} in {runs}; `onrecord eval list` tells which there are.")


def new_folder(runs: Path, name: str) -> Path:
    """Where a run of that name is kept; raises BadRun where the name cannot be a folder's."""
    if not NAME.fullmatch(name):
        raise BadRun(f'A run cannot be called "{name}"; use letters, digits, - _ and dots.')
    return runs / name


def rows(folder: Path) -> Iterator[Row]:
    """The rows of a run, in order; raises BadRun at a line that is none."""
    whole, _ = lines(folder / ROWS)
    for number, line in enumerate(whole, 1):
        try:
            row = json.loads(line)
            row["id"], row["case"], row["scores"], row["answer"]
        except (ValueError, TypeError, KeyError) as error:
            raise BadRun(
                f"Line {number} of {folder / ROWS} is damaged; remove the folder, and run it anew."
            ) from error
        yield row


def lines(path: Path) -> tuple[list[bytes], int]:
    """The whole lines of a file, and where they end, in bytes; no lines where there is no file."""
    if not path.exists():
        return [], 0
    content = path.read_bytes()
    end = content.rfind(b"\n") + 1
    return content[:end].split(b"\n")[:-1], end
