"""Read files, those of foreign formats in children that can be ended: worker.py, one file each at a time.

A child has its own limits of memory and computing, the parent waits for it so long and no longer, and what
it sends is checked. A child that ends is replaced, and the file that it read gets a line of reason.
"""

import json
import os
import queue
import signal
import struct
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import IO, Any

from retrieval.documents.document import Document, Place, Span, Turn, Unread
from retrieval.documents.formats import READERS, TRUSTED, ending
from retrieval.documents.limits import LIMITS, Limits
from retrieval.documents.read import read

ROOT = Path(__file__).parent.parent.parent
# Larger files of plain text are read by a child as well: rules look at all of it.
SMALL = 1_000_000
# Frames that may wait to be taken; then the child waits.
AHEAD = 2
# JSON needs up to six bytes for a character, and spans need some more.
LONGEST_FRAME = 12
# Seconds that a child which sends no more has to end by itself.
ENDING = 2.0
NONSENSE = "its reader sent nonsense; such a file is not trusted"

Found = Document | Unread


class Readers:
    """Reads the files of a library, in order; children are started when the first foreign file comes."""

    def __init__(self, workers: int = 2, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self._workers = [Worker(limits) for _ in range(workers)]

    def __enter__(self) -> "Readers":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            worker.end()

    def read(self, files: Iterable[tuple[Path, str]]) -> Iterator[tuple[str, Iterator[Found]]]:
        """For each (path, source) its documents and what of it could not be read, in order.

        What is given for one must be taken before the next is asked for; from it comes OSError where the
        file cannot be opened.
        """
        coming = iter(files)
        ahead: deque[tuple[Path, str, Worker | None]] = deque()
        free = deque(self._workers)
        while True:
            # Each child has a file to read while the first file's documents are taken.
            while free and (file := next(coming, None)):
                path, source = file
                worker = free.popleft() if self._is_foreign(path, source) else None
                if worker:
                    worker.ask(path, source)
                ahead.append((path, source, worker))
                if len(ahead) > 2 * len(self._workers):
                    break
            if not ahead:
                return
            path, source, worker = ahead.popleft()
            if worker is None:
                yield source, read(path, source)
            else:
                yield source, worker.answer()
                free.append(worker)

    def _is_foreign(self, path: Path, source: str) -> bool:
        """Whether a child reads it: not what needs no reading, nor plain text that is small or streams."""
        end = ending(source)
        if end not in READERS or end == ".jsonl":
            return False
        try:
            return end not in TRUSTED or path.stat().st_size > SMALL
        except OSError:
            # Reading it here tells what is wrong.
            return False


class Worker:
    """A child that reads one file at a time, started when it is first asked and again after it ended."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._child: subprocess.Popen[bytes] | None = None
        self._frames: queue.Queue[bytes | None] = queue.Queue(AHEAD)
        self._taking = threading.Thread()
        self._source = ""

    def ask(self, path: Path, source: str) -> None:
        """Have the child begin with a file."""
        self._source = source
        if self._child is None or self._child.poll() is not None:
            self.end()
            self._start()
        assert self._child is not None
        assert self._child.stdin is not None
        asked = json.dumps({"path": os.fspath(path.absolute()), "source": source})
        try:
            self._child.stdin.write(asked.encode() + b"\n")
            self._child.stdin.flush()
        except OSError:
            # It has ended just now, as the frames will tell.
            self._child.kill()

    def answer(self) -> Iterator[Found]:
        """What the child found in the file that it was asked for."""
        waited = 0.0
        while True:
            began = monotonic()
            try:
                frame = self._frames.get(timeout=max(0.0, self.limits.wall_seconds - waited))
            except queue.Empty:
                self.end()
                yield Unread(self._source, self.limits.too_late())
                return
            waited += monotonic() - began
            if frame is None:
                yield Unread(self._source, self._why())
                self.end()
                return
            try:
                message = json.loads(frame)
                if "end" in message:
                    if message["end"] == "for good":
                        self.end()
                    return
                if "unopened" in message:
                    self._frames.get(timeout=self.limits.wall_seconds)
                    raise OSError(*message["unopened"])
                yield self._found(message)
            except (ValueError, TypeError, KeyError):
                self.end()
                yield Unread(self._source, NONSENSE)
                return

    def end(self) -> None:
        """End the child, whatever it does."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            while self._taking.is_alive():
                # It may wait for room.
                with suppress(queue.Empty):
                    self._frames.get(timeout=0.01)
            for stream in (child.stdin, child.stdout):
                if stream is not None:
                    stream.close()

    def _start(self) -> None:
        # Nothing of this process's environment: a key in it is not for a file to find.
        surroundings = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PATH": os.defpath}
        self._child = subprocess.Popen(
            [sys.executable, "-m", "retrieval.documents.worker", json.dumps(asdict(self.limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=surroundings if os.name == "posix" else None,
            cwd=ROOT,
        )
        assert self._child.stdout is not None
        self._frames = queue.Queue(AHEAD)
        most = LONGEST_FRAME * self.limits.document_characters
        arguments = (self._child.stdout, self._frames, most)
        self._taking = threading.Thread(target=_take, args=arguments, daemon=True)
        self._taking.start()

    def _why(self) -> str:
        """Why the child ended in the middle of a file."""
        assert self._child is not None
        try:
            status = self._child.wait(timeout=ENDING)
        except subprocess.TimeoutExpired:
            # It goes on, and waits for somebody to take what is longer than any frame may be.
            return NONSENSE
        if status == -getattr(signal, "SIGXCPU", 0):
            return self.limits.too_slow()
        how = f"signal {-status}" if status < 0 else f"status {status}"
        return f"its reader broke down over it ({how}); save it once more in its program"

    def _found(self, message: dict[str, Any]) -> Found:
        """A checked Document or Unread of the file that was asked for, and of no other."""
        if "unread" in message:
            unread = Unread(**message["unread"])
            if not _is_part(unread.source, self._source) or not isinstance(unread.reason, str):
                raise ValueError(unread.source)
            return unread
        row = message["document"]
        made = Document(
            **{
                **row,
                "authors": tuple(row["authors"]),
                "omitted": tuple(Span(**span) for span in row["omitted"]),
                "turns": tuple(Turn(**turn) for turn in row["turns"]),
                "places": tuple(Place(**place) for place in row["places"]),
                "breaks": tuple(row["breaks"]),
            }
        )
        if not _is_part(made.source, self._source) or not isinstance(made.text, str):
            raise ValueError(made.source)
        return made


def _is_part(source: object, file: str) -> bool:
    return isinstance(source, str) and (source == file or source.startswith((f"{file}#", f"{file}:")))


def _take(stream: IO[bytes], frames: "queue.Queue[bytes | None]", most: int) -> None:
    """Take frames from a child until it ends, each only when there is room; None is the end."""
    try:
        while len(head := stream.read(4)) == 4:
            (length,) = struct.unpack(">I", head)
            if length > most or len(frame := stream.read(length)) < length:
                break
            frames.put(frame)
    except (OSError, ValueError):
        # The child was ended, and its pipe closed.
        pass
    frames.put(None)
