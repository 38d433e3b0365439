"""Progress of indexing on standard error: a bar on a terminal, lines elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from retrieval.library.index import Progress

TITLES = {
    "reading": "Reading files",
    "embedding": "Embedding passages",
    "publishing": "Publishing the index",
    "rebuilding": "The vector store is damaged and built anew",
}
PAUSE = 2.0


@contextmanager
def progress() -> Iterator[Progress]:
    """A callback for Library.sync that shows how far it is; silent where there is nothing to do."""
    if sys.stderr.isatty():
        with _bar() as tell:
            yield tell
    else:
        yield _lines()


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks = {what: bar.add_task(title, total=None, visible=False) for what, title in TITLES.items()}

        def tell(what: str, done: int, total: int) -> None:
            bar.update(tasks[what], completed=done, total=total, visible=True)

        yield tell


def _lines() -> Progress:
    last: dict[str, float] = {}

    def tell(what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if done in (0, total) or now - last.get(what, 0.0) >= PAUSE:
            last[what] = now
            print(f"{TITLES[what]}: {done} of {total}", file=sys.stderr, flush=True)

    return tell
