"""Agreement to work that costs money: told on standard error, and asked for on a terminal."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager


def confirming(yes: bool, paused: Callable[[], AbstractContextManager[None]]) -> Callable[[object], bool]:
    """A callback that is given a bill in words; `yes` agrees to all, and where no person can, nobody does.

    `paused` keeps the progress bar out of the way of the question.
    """

    def confirm(bill: object) -> bool:
        asked = sys.stdin.isatty() and sys.stderr.isatty() and not yes
        if not yes and not asked:
            return False
        with paused():
            print(str(bill), file=sys.stderr, flush=True)
            return yes or _agreed()

    return confirm


def _agreed() -> bool:
    print("Go on? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
