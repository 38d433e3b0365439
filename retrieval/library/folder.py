"""What is in a documents folder, and what of it changed since it was indexed."""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retrieval.documents.document import Unread
from retrieval.errors import FolderError
from retrieval.library.catalog import File


@dataclass(frozen=True, slots=True)
class Changes:
    """Paths relative to the folder, by what became of them; `touched` have a new time, the same bytes."""

    added: list[File]
    changed: list[File]
    touched: list[File]
    removed: list[str]
    unchanged: int
    unread: list[Unread]

    def any(self) -> bool:
        """Whether the index is behind the folder."""
        return bool(self.added or self.changed or self.touched or self.removed)


def compare(folder: Path, known: dict[str, File]) -> Changes:
    """What changed in `folder` since the files in `known` were indexed.

    A file of the same size and time is taken as unchanged; otherwise its bytes decide.
    """
    changes = Changes([], [], [], [], 0, [])
    here: set[str] = set()
    unchanged = 0
    for path, size, modified in scan(folder):
        here.add(path)
        before = known.get(path)
        if before and (before.size, before.modified) == (size, modified):
            unchanged += 1
            continue
        try:
            with (folder / path).open("rb") as opened:
                digest = hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError as error:
            changes.unread.append(Unread(path, error.strerror or str(error)))
            continue
        file = File(path, size, modified, digest)
        if before is None:
            changes.added.append(file)
        elif before.sha256 != digest:
            changes.changed.append(file)
        else:
            changes.touched.append(file)
    changes.removed.extend(path for path in known if path not in here)
    return Changes(
        changes.added, changes.changed, changes.touched, changes.removed, unchanged, changes.unread
    )


def scan(folder: Path) -> Iterator[tuple[str, int, int]]:
    """The documents of a folder as (path, bytes, nanoseconds since 1970), in order of the paths.

    Left out: hidden files and folders, links, what is no plain file, and a README at the root.
    """
    if not folder.is_dir():
        raise FolderError(f"There is no folder {folder}; name the one that holds your documents with --docs.")
    try:
        found = sorted(_walk(folder, ""))
    except OSError as error:
        raise FolderError(f"The folder {folder} cannot be read: {error.strerror}.") from error
    for path, entry in found:
        yield path, entry.st_size, entry.st_mtime_ns


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            path = prefix + entry.name
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            if entry.is_dir():
                yield from _walk(Path(entry.path), path + "/")
            elif not prefix and entry.name.split(".")[0].upper() == "README":
                continue
            elif stat.S_ISREG((found := entry.stat()).st_mode):
                yield path, found
