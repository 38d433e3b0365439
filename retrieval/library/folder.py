"""What is in a documents folder: its files, by name, size and time, and their bytes where in doubt."""

import hashlib
import os
import stat
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from retrieval.documents.document import Unread
from retrieval.documents.read import kind
from retrieval.errors import FolderError
from retrieval.library.file import File

# A file that was written so shortly before it was looked at may have been written once more in the same
# tick of its clock; some file systems tick every two seconds.
TICK = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as its folder tells of it; times as in File."""

    path: str
    size: int
    modified: int
    changed: int


def look(
    folder: Path, known: Mapping[str, File], follow_links: bool = False
) -> tuple[dict[str, File], list[Unread]]:
    """The files of a folder by path, in order, and what in it cannot be looked at.

    A file of the same size and times as in `known` is not opened, unless it was written just before it was
    seen; of any other the bytes are hashed. `shown_as` is its own path, until `arrange` has seen them all.
    """
    files: dict[str, File] = {}
    unread: list[Unread] = []
    for found in scan(folder, follow_links):
        if isinstance(found, Unread):
            unread.append(found)
            continue
        before = known.get(found.path)
        if before and _is_same(before, found):
            files[found.path] = before
            continue
        seen = time.time_ns()
        try:
            content = _content(folder, found)
        except OSError as error:
            unread.append(Unread(found.path, f"it cannot be opened: {error.strerror}"))
            continue
        files[found.path] = File(
            found.path, found.size, found.modified, found.changed, seen, content, found.path
        )
    return files, unread


def _is_same(before: File, found: Entry) -> bool:
    times = (found.modified, found.changed)
    settled = max(times) < before.seen - TICK
    same = (before.size, before.modified, before.changed) == (found.size, *times)
    return same and settled and before.content.startswith(f"{kind(found.path)} ")


def _content(folder: Path, found: Entry) -> str:
    """What stands for the file's bytes; a type that nobody reads, and an empty file, is like no other."""
    read_as = kind(found.path)
    if not read_as or not found.size:
        return f"{read_as} {found.size} {found.modified} {found.path}"
    with (folder / found.path).open("rb") as opened:
        return f"{read_as} {hashlib.file_digest(opened, 'sha256').hexdigest()}"


@dataclass(frozen=True, slots=True)
class Changes:
    """How a folder differs from its index; paths are relative to the folder.

    By what became of a person's files: `new` (of these, so many `copies` of others), `changed`, `moved` from
    and to, `removed`, and the number of the `unchanged`. By what is to be done: `to_read`; documents to be
    `renamed` from and to; paths whose documents are `gone`; `files`, all that are there now, where any of
    them is not as it is known; `unread`, those that could not be looked at or opened, where that is news;
    `recovered`, those that could not be before and are gone or can be now.
    """

    new: tuple[str, ...]
    copies: int
    changed: tuple[str, ...]
    moved: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    unchanged: int
    to_read: tuple[File, ...]
    renamed: tuple[tuple[str, str], ...]
    gone: tuple[str, ...]
    files: tuple[File, ...]
    unread: tuple[Unread, ...]
    recovered: tuple[str, ...]

    def any(self) -> bool:
        """Whether the index is behind the folder."""
        return bool(self.files or self.left() or self.unread or self.recovered)

    def left(self) -> bool:
        """Whether documents leave the names under which they were."""
        return bool(self.gone or self.renamed)


def arrange(
    known: Mapping[str, File],
    unopened: Mapping[str, str],
    here: Mapping[str, File],
    unread: list[Unread],
) -> Changes:
    """How the files `here`, and what could not be opened, differ from those `known`.

    Documents belong to a content, not to a file: one whose bytes turn up elsewhere keeps them under its new
    name. `unopened` are the files that could not be opened before, and why; told again only where the reason
    is another.
    """
    holders: dict[str, list[str]] = {}
    for file in here.values():
        holders.setdefault(file.content, []).append(file.path)
    owners = {file.content: file.shown_as for file in known.values()}
    shown = {content: _shown_as(owners.get(content), paths, known) for content, paths in holders.items()}
    now = [replace(file, shown_as=shown[file.content]) for file in here.values()]
    added = [file for file in now if file.path not in known]
    left = {path for path in known if path not in here}
    origins: dict[str, list[str]] = {}
    for path in sorted(left, reverse=True):
        origins.setdefault(known[path].content, []).append(path)
    moved = [(origins[file.content].pop(), file.path) for file in added if origins.get(file.content)]
    left.difference_update(origin for origin, _ in moved)
    arrived = {path for _, path in moved}
    changed = [file.path for file in now if file.path in known and known[file.path].content != file.content]
    new = [file for file in added if file.path not in arrived]
    missed = {found.source: found.reason for found in unread}
    news = tuple(found for found in unread if unopened.get(found.source) != found.reason)
    differs = len(here) != len(known) or any(known.get(file.path) != file for file in now)
    return Changes(
        new=tuple(file.path for file in new),
        copies=sum(file.path != file.shown_as for file in new),
        changed=tuple(changed),
        moved=tuple(moved),
        removed=tuple(sorted(path for path in left if path not in missed)),
        unchanged=len(now) - len(added) - len(changed),
        to_read=tuple(file for file in now if file.path == file.shown_as and file.content not in owners),
        renamed=tuple(
            (owners[content], path)
            for content, path in shown.items()
            if content in owners and owners[content] != path
        ),
        gone=tuple(path for content, path in owners.items() if content not in holders),
        files=tuple(now) if differs else (),
        unread=news,
        recovered=tuple(path for path in unopened if path not in missed),
    )


def _shown_as(owner: str | None, paths: list[str], known: Mapping[str, File]) -> str:
    """The name to cite a content by: the one it has, else one that is new with it, else the first."""
    if owner in paths:
        return owner
    return next((path for path in paths if path not in known), paths[0])


def scan(folder: Path, follow_links: bool = False) -> Iterator[Entry | Unread]:
    """The files of a folder, in order of their paths.

    Left out: hidden files and folders, what is no plain file, and a README at the root. What cannot be
    looked at, has a name that is no text, or is a link that is not to be followed, is Unread.
    """
    check(folder)
    found = list(_walk(folder, "", {os.path.realpath(folder)} if follow_links else None))
    yield from sorted(found, key=lambda one: one.source if isinstance(one, Unread) else one.path)


def check(folder: Path) -> None:
    """Raise FolderError where there is no such folder, or it cannot be read."""
    if not folder.is_dir():
        raise FolderError(f"There is no folder {folder}; name the one that holds your documents with --docs.")
    try:
        os.scandir(folder).close()
    except OSError as error:
        raise FolderError(f"The folder {folder} cannot be read: {error.strerror}.") from error


def _walk(folder: Path, prefix: str, entered: set[str] | None) -> Iterator[Entry | Unread]:
    """`entered` holds the real folders that were gone into where links are followed, else it is None."""
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
            if entry.name.startswith("."):
                continue
            if path != printable:
                yield Unread(printable, "its name is not text in UTF-8; rename it")
            elif entry.is_symlink() and entered is None:
                yield Unread(path, "it is a link, and links are followed only with --follow-links")
            elif entry.is_dir():
                if entered is not None:
                    real = os.path.realpath(entry.path)
                    # A link may lead round in a circle, and to a folder that is entered anyhow.
                    if entry.is_symlink() and real in entered:
                        continue
                    entered.add(real)
                yield from _walk(Path(entry.path), path + "/", entered)
            elif not prefix and entry.name.split(".")[0].upper() == "README":
                continue
            elif stat.S_ISREG((found := entry.stat()).st_mode):
                yield Entry(path, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
        except OSError as error:
            yield Unread(path, f"it cannot be looked at: {error.strerror}")
