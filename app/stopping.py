"""Ctrl-C while an answer is made: it stops the answer, and what was proven by then stays."""

import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import cast

from retrieval.answers.answer import Answer, Statement
from retrieval.assistant import Assistant, Event, Step
from retrieval.search.followups import Message


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question: `answer` is None where it was stopped before there was one."""

    statements: tuple[Statement, ...]
    answer: Answer | None
    stopped: bool


class Stop:
    """Whether Ctrl-C was pressed.

    While `gentle`, the first one is only remembered, since the model is left within a tenth of a second.
    Otherwise, and at the second, KeyboardInterrupt is raised.
    """

    def __init__(self) -> None:
        self.pressed = self.gentle = False

    def wanted(self) -> bool:
        """Whether to stop."""
        return self.pressed

    def take(self, number: int, frame: FrameType | None) -> None:
        """The signal's handler."""
        again, self.pressed = self.pressed, True
        if again or not self.gentle:
            raise KeyboardInterrupt


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Take Ctrl-C while the block runs; where the program was started to ignore it, it is ignored."""
    stop, before = Stop(), signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN or before is None:
        yield stop
        return
    signal.signal(signal.SIGINT, stop.take)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def follow(
    assistant: Assistant, question: str, history: Sequence[Message], show: Callable[[Event], None]
) -> Outcome:
    """Ask, and `show` each event on the way; Ctrl-C stops it."""
    statements: list[Statement] = []
    answer = None
    with stoppable() as stop:
        events = cast("Generator[Event]", assistant.stream(question, history, stop.wanted))
        try:
            with closing(events):
                for event in events:
                    searching = isinstance(event, Step) and event.what == "searching"
                    # Nothing is proven before a search, and it does not ask whether to stop.
                    stop.gentle = not searching
                    if searching and stop.pressed:
                        break
                    if isinstance(event, Statement):
                        statements.append(event)
                    if isinstance(event, Answer):
                        answer = event
                    show(event)
        except KeyboardInterrupt:
            return Outcome(tuple(statements), None, True)
    return Outcome(tuple(statements), answer, stop.pressed)
