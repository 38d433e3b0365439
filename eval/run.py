"""Runs: what was asked, answered and scored, each kept in a folder of its own as it happens.

    NAME/run.json    of what the run was made: cases, documents, settings, prompts, code, metrics
    NAME/rows.jsonl  one line a case, in the order of the cases, on the disk before the next is asked

A row is {"id", "group", "question", "history", "answerable", "case", "answer", "scores": {metric: {"value",
"explanation"}}, "seconds", "error"}; `answer` is the JSON of the contract, or null after an error. A last
line that a kill tore off is no row.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from retrieval.errors import BadRun

INFO, ROWS, LOCK = "run.json", "rows.jsonl", ".lock"
NAME = re.compile(r"[\w-][\w.-]*")
# What may differ between two starts of one run.
OWN = ("name", "started")
NEEDED = {
    **dict.fromkeys((*OWN, "system"), str),
    **dict.fromkeys(("settings", "prompts", "cases", "library", "code"), dict),
    "metrics": list,
}
WORDS = {"library": "documents", "code": "code of OnRecord", "scored_by": "code for the scores"}

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
            found.append((load_info(path.parent), len(_lines(path.with_name(ROWS))[0])))
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
    lines, _ = _lines(folder / ROWS)
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            row["id"], row["case"], row["scores"], row["answer"]
        except (ValueError, TypeError, KeyError) as error:
            raise BadRun(
                f"Line {number} of {folder / ROWS} is damaged; remove the folder, and run it anew."
            ) from error
        yield row


@contextmanager
def appending(folder: Path, info: Mapping[str, Any]) -> Iterator["Appender"]:
    """Begin a run, or go on with it where it was left.

    Raises BadRun where the folder holds a run of something else, or another process writes it.
    """
    with writing(folder):
        if (folder / INFO).is_file():
            _check_same(folder, load_info(folder), info)
        else:
            replace(folder / INFO, _pretty(info))
        _, torn_at = _lines(folder / ROWS)
        done = [row["id"] for row in rows(folder)]
        with (folder / ROWS).open("ab") as file:
            file.truncate(torn_at)
            yield Appender(file.fileno(), done)


@dataclass(frozen=True, slots=True)
class Appender:
    """A run that is being written; `done` are the ids of the cases that it had at the start."""

    file: int
    done: list[str]

    def append(self, row: Row) -> None:
        """Write a row as one line, and come back when it is on the disk."""
        line = memoryview(dump(row))
        while line:
            line = line[os.write(self.file, line) :]
        os.fsync(self.file)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Be the one process that writes a run's folder, which is made where it is missing; raises BadRun."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / LOCK, timeout=0):
            yield
    except Timeout:
        raise BadRun(f"Another process is writing the run {folder.name}; wait until it has ended.") from None


def replace_rows(folder: Path, made: Iterator[Row], info: Mapping[str, Any]) -> None:
    """Put other rows, and then what is known of the run, in the place of the old ones, or leave both."""
    replace(folder / ROWS, (dump(row) for row in made))
    replace(folder / INFO, _pretty(info))


def replace(path: Path, content: Iterator[bytes]) -> None:
    """Write a file whole or not at all."""
    beside = path.with_name(f"{path.name}.new")
    with beside.open("wb") as file:
        file.writelines(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def dump(row: Mapping[str, Any]) -> bytes:
    """A row as a line of ASCII, so that no character in it can be taken for a line's end."""
    return json.dumps(row, allow_nan=False).encode("ascii") + b"\n"


def _pretty(info: Mapping[str, Any]) -> Iterator[bytes]:
    yield json.dumps(info, indent=2, allow_nan=False).encode("ascii") + b"\n"


def _lines(path: Path) -> tuple[list[bytes], int]:
    """The whole lines of a file, and where they end, in bytes; no lines where there is no file."""
    if not path.exists():
        return [], 0
    content = path.read_bytes()
    end = content.rfind(b"\n") + 1
    return content[:end].split(b"\n")[:-1], end


def _check_same(folder: Path, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    # A run that was scored anew goes on with the code that did so, or not at all.
    before = {"scored_by": before["code"], **before}
    now = {**now, "scored_by": now["code"]}
    other = [name for name in now if name not in OWN and before[name] != now[name]]
    if other:
        told = " and ".join(WORDS.get(name, name) for name in other)
        raise BadRun(
            f"The run {folder.name} was made with other {told}; choose another --name, or remove {folder}."
        )
