"""Progress of long work on standard error: a bar on a terminal, lines elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

from retrieval.library.generations import Progress

TITLES = {
    "reading": "Reading files",
    "embedding": "Embedding passages",
    "publishing": "Publishing the index",
    "rebuilding": "The vector store is damaged and built anew",
    "asking": "Asking the cases",
    "judging": "Judging the answers",
}
PAUSE = 2.0


@dataclass(frozen=True, slots=True)
class Shown:
    """How far the work is: `tell` is for Library.sync, `paused` leaves the terminal to a question."""

    tell: Progress
    paused: Callable[[], AbstractContextManager[None]]


@contextmanager
def progress() -> Iterator[Shown]:
    """Show on standard error how far the work is; silent where there is nothing to do."""
    if sys.stderr.isatty():
        with _bar() as shown:
            yield shown
    else:
        yield Shown(_lines(), nullcontext)


@contextmanager
def _bar() -> Iterator[Shown]:
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

        @contextmanager
        def paused() -> Iterator[None]:
            bar.stop()
            yield
            bar.start()

        yield Shown(tell, paused)


def _lines() -> Progress:
    last: dict[str, float] = {}
    began: dict[str, tuple[float, int]] = {}

    def tell(what: str, done: int, total: int) -> None:
        now = time.monotonic()
        since, before = began.setdefault(what, (now, done))
        if done in (0, total) or now - last.get(what, 0.0) >= PAUSE:
            last[what] = now
            left = _left(now - since, done - before, total - done)
            print(f"{TITLES[what]}: {done} of {total}{left}", file=sys.stderr, flush=True)

    return tell


def _left(seconds: float, done: int, to_do: int) -> str:
    """How long the rest will take at the pace so far, where that can be told."""
    if not done or not to_do:
        return ""
    left = round(seconds / done * to_do)
    return f", {left} s left" if left < 100 else f", {round(left / 60)} min left"
