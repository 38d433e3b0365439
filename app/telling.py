"""Asks and tells: on a terminal each statement as soon as it is proven, elsewhere the answer as a whole."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.render import console
from app.statements import print_answer, print_ending, print_statement, print_stopped
from app.stopping import Outcome, follow
from retrieval.answers.answer import Answer, Statement
from retrieval.assistant import Assistant, Event, Step
from retrieval.search.followups import Message

if TYPE_CHECKING:
    from rich.live import Live

DOING = {
    "rewriting": "putting the question in full",
    "searching": "searching",
    "writing": "writing and checking",
}


def tell(assistant: Assistant, question: str, history: Sequence[Message], docs: Path) -> Outcome:
    """Ask, and print what is proven to standard output; Ctrl-C stops it."""
    if not sys.stdout.isatty():
        outcome = follow(assistant, question, history, lambda event: None)
        if outcome.answer:
            print_answer(console(), outcome.answer, docs)
        else:
            _print_left(outcome, docs)
        sys.stdout.flush()
        return outcome
    with status(sys.stdin.isatty() and sys.stderr.isatty()) as line:
        outcome = follow(assistant, question, history, _Screen(line, docs).show)
    if not outcome.answer:
        print_stopped(console(), outcome.statements)
    return outcome


def _print_left(outcome: Outcome, docs: Path) -> None:
    number = 1
    for statement in outcome.statements:
        number = print_statement(console(), statement, number, docs)
    print_stopped(console(), outcome.statements)


class _Screen:
    """A terminal while an answer is made."""

    def __init__(self, line: "Status", docs: Path) -> None:
        self.line, self.docs = line, docs
        self.console, self.number = console(), 1

    def show(self, event: Event) -> None:
        """Show what happened: a step on the status line, all else above it."""
        if isinstance(event, Step):
            self.line.say(_doing(event))
            return
        self.line.clear()
        if isinstance(event, Statement):
            self.number = print_statement(self.console, event, self.number, self.docs)
        elif isinstance(event, Answer):
            print_ending(self.console, event)


def _doing(step: Step) -> str:
    seconds = int(step.seconds)
    return f"{DOING[step.what]}, {seconds} s" if seconds else DOING[step.what]


@contextmanager
def status(shown: bool) -> "Iterator[Status]":
    """A status line on standard error that is gone when the block ends."""
    line = Status(shown)
    try:
        yield line
    finally:
        line.clear()


class Status:
    """One line on standard error that says what is being done, and leaves no trace."""

    def __init__(self, shown: bool) -> None:
        self.shown, self.text = shown, ""
        self._live: Live | None = None

    def say(self, text: str) -> None:
        """Show the line, or another text on it."""
        if not self.shown or text == self.text:
            return
        from rich.console import Console
        from rich.live import Live
        from rich.text import Text

        self.text = text
        made = Text(text, style="dim", no_wrap=True, overflow="ellipsis")
        if self._live:
            self._live.update(made, refresh=True)
            return
        self._live = Live(
            made,
            console=Console(stderr=True),
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start(refresh=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._live:
            self._live.stop()
        self._live, self.text = None, ""
