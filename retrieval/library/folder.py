"""What is in a documents folder, and what of it changed since it was indexed."""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from retrieval.documents.document import Unread
from retrieval.errors import FolderError
from retrieval.library.staging import File


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
        return bool(self.added or self.changed or self.touched or self.removed or self.unread)


def compare(folder: Path, known: Mapping[str, File], unopened: Mapping[str, str]) -> Changes:
    """What changed in `folder` since the files in `known` were indexed.

    A file of the same size and time is taken as unchanged; otherwise its bytes decide. `unopened` are the
    files that could not be opened then, and why; they are tried again, and told again only where the
    reason is another.
    """
    changes = Changes([], [], [], [], 0, [])
    here: set[str] = set()
    unchanged = 0
    for found in scan(folder):
        if isinstance(found, Unread):
            here.add(found.source)
            if unopened.get(found.source) != found.reason:
                changes.unread.append(found)
            continue
        path, size, modified = found
        here.add(path)
        before = known.get(path)
        if before and (before.size, before.modified) == (size, modified):
            unchanged += 1
            continue
        try:
            with (folder / path).open("rb") as opened:
                digest = hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError as error:
            reason = f"it cannot be opened: {error.strerror}"
            if unopened.get(path) != reason:
                changes.unread.append(Unread(path, reason))
            continue
        file = File(path, size, modified, digest)
        if before is None:
            changes.added.append(file)
        elif before.sha256 != digest:
            changes.changed.append(file)
        else:
            changes.touched.append(file)
    changes.removed.extend(path for path in [*known, *unopened] if path not in here)
    return replace(changes, unchanged=unchanged)


def scan(folder: Path) -> Iterator[tuple[str, int, int] | Unread]:
    """The documents of a folder as (path, bytes, nanoseconds since 1970), in order of the paths.

    Left out: hidden files and folders, links, what is no plain file, and a README at the root. What
    cannot be looked at, or has a name that is no text, is Unread.
    """
    check(folder)
    found = list(_walk(folder, ""))
    yield from sorted(found, key=lambda one: one.source if isinstance(one, Unread) else one[0])


def check(folder: Path) -> None:
    """Raise FolderError where there is no such folder, or it cannot be read."""
    if not folder.is_dir():
        raise FolderError(f"There is no folder {folder}; name the one that holds your documents with --docs.")
    try:
        os.scandir(folder).close()
    except OSError as error:
        raise FolderError(f"The folder {folder} cannot be read: {error.strerror}.") from error


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, int, int] | Unread]:
    try:
        with os.scandir(folder) as opened:
            entries = list(opened)
    except OSError as error:
        yield Unread(prefix.rstrip("/"), f"the folder cannot be read: {error.strerror}")
        return
    for entry in entries:
        path = prefix + entry.name
        printable = path.encode("utf-8", "backslashreplace").decode("utf-8")
        try:
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            if path != printable:
                yield Unread(printable, "its name is not text in UTF-8; rename it")
            elif entry.is_dir():
                yield from _walk(Path(entry.path), path + "/")
            elif not prefix and entry.name.split(".")[0].upper() == "README":
                continue
            elif stat.S_ISREG((found := entry.stat()).st_mode):
                yield path, found.st_size, found.st_mtime_ns
        except OSError as error:
            yield Unread(path, f"it cannot be looked at: {error.strerror}")
