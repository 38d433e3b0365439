"""Writes runs (see run.py): a row at a time, safe once it is written, or a run's rows and facts anew."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from eval.run import INFO, OWN, ROWS, Row, lines, load_info, rows
from retrieval.errors import BadRun

LOCK = ".lock"
# What a person calls the parts of run.json.
WORDS = {"library": "documents", "code": "code of OnRecord", "scored_by": "code for the scores"}


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
        _, torn_at = lines(folder / ROWS)
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
