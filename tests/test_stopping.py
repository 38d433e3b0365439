"""Ctrl-C while a question is answered: what is proven stays, and a second one waits for nothing."""

import os
import signal
from collections.abc import Iterator

import pytest
from test_writing import QUESTION

from app.stopping import Outcome, follow
from retrieval import Assistant, Library
from retrieval.answers.answer import Statement
from retrieval.assistant import Event, Step


@pytest.fixture
def heeding_ctrl_c() -> Iterator[None]:
    """Ctrl-C is heeded even where the tests themselves were started to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeding_ctrl_c")
def test_a_second_ctrl_c_does_not_wait_for_the_answer(library: Library) -> None:
    shown: list[Event] = []

    def press_twice(event: Event) -> None:
        shown.append(event)
        if isinstance(event, Statement):
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    outcome = follow(Assistant(library), QUESTION, (), press_twice)
    assert outcome.stopped
    assert outcome.answer is None
    assert outcome.statements == (shown[-1],)
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.usefixtures("heeding_ctrl_c")
def test_ctrl_c_while_searching_ends_the_question_at_once(library: Library) -> None:
    def press(event: Event) -> None:
        assert isinstance(event, Step)
        os.kill(os.getpid(), signal.SIGINT)

    assert follow(Assistant(library), QUESTION, (), press) == Outcome((), None, True)


def test_a_program_started_to_ignore_ctrl_c_ignores_it(library: Library) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        outcome = follow(Assistant(library), QUESTION, (), lambda event: os.kill(os.getpid(), signal.SIGINT))
    finally:
        signal.signal(signal.SIGINT, before)
    assert not outcome.stopped
    assert outcome.answer
