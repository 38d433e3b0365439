"""A child that reads foreign files: `python -m retrieval.documents.worker LIMITS`, as jail.py starts it.

Asked on standard input, a line of JSON for each file, it writes frames to standard output: four bytes of
length, big-endian, then JSON. What it read is not trusted, and so neither is the child: it can write nothing
but frames, and the parent takes them for no more than text.
"""

import json
import struct
import sys
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from retrieval.documents.document import Document, Unread
from retrieval.documents.limits import Limits
from retrieval.documents.read import read_bytes


def main() -> None:
    """Read files until standard input ends."""
    limits = Limits(**json.loads(sys.argv[1]))
    out = sys.stdout.buffer
    # A library that prints must not write between frames.
    sys.stdout = sys.stderr
    _limit_memory(limits.memory_bytes)
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        _limit_computing(limits.cpu_seconds)
        try:
            _read(Path(asked["path"]), asked["source"], limits, out)
        except OSError as error:
            _send(out, {"unopened": [error.errno, error.strerror]})
        except MemoryError:
            _send(out, {"unread": asdict(Unread(asked["source"], limits.too_hungry()))})
            # What is left of its memory is in pieces; another child takes the next file.
            _send(out, {"end": "for good"})
            return
        _send(out, {"end": "of the file"})


def _read(path: Path, source: str, limits: Limits, out: BinaryIO) -> None:
    if path.stat().st_size > limits.file_bytes:
        _send(out, {"unread": asdict(Unread(source, limits.too_large()))})
        return
    for found in read_bytes(path.read_bytes(), source, limits):
        kind = "document" if isinstance(found, Document) else "unread"
        _send(out, {kind: asdict(found)})


def _send(out: BinaryIO, message: dict[str, object]) -> None:
    frame = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    out.write(struct.pack(">I", len(frame)) + frame)
    out.flush()


def _limit_memory(room: int) -> None:
    """Allow so many bytes of address space above what is used now, where the system can."""
    try:
        import resource
    except ImportError:
        return
    pages = Path("/proc/self/statm")
    used = int(pages.read_text().split()[0]) * resource.getpagesize() if pages.exists() else 0
    resource.setrlimit(resource.RLIMIT_AS, (used + room, resource.RLIM_INFINITY))


def _limit_computing(seconds: int) -> None:
    """End this process when it has computed for so many seconds more, where the system can."""
    try:
        import resource
    except ImportError:
        return
    spent = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent.ru_utime + spent.ru_stime) + 1 + seconds, hard))


if __name__ == "__main__":
    main()
