"""A question while it is answered: in a thread of its own, so that the page stays free to be used."""

import logging
import threading
import time
from collections.abc import Sequence

from app.progress import TITLES
from app.views.turns import CUT, Turn
from retrieval.answers.answer import Answer, Seconds, Statement
from retrieval.api import Library
from retrieval.assistant import Assistant, Step
from retrieval.errors import OnRecordError
from retrieval.search.followups import Message

BUG = "OnRecord failed on this question; the terminal it was started from shows why."
STEPS = {
    "rewriting": "Putting the question in words of its own…",
    "searching": "Searching the documents…",
    "writing": "Writing and checking each sentence…",
}
# Seconds that a stopped question has to end by itself before the page goes on without it.
PATIENCE = 0.8


class Asking:
    """One question that is being answered."""

    def __init__(
        self, library: Library, assistant: Assistant, question: str, history: Sequence[Message]
    ) -> None:
        self.library, self.assistant = library, assistant
        self.question, self.history = question, history
        self.began = time.monotonic()
        self._doing = STEPS["searching"]
        self._proven: tuple[Statement, ...] = ()
        self._answer: Answer | None = None
        self._error: str | None = None
        self._stop, self._done = threading.Event(), threading.Event()
        self._patience = float("inf")
        threading.Thread(target=self._run, name="asking", daemon=True).start()

    @property
    def age(self) -> float:
        """The seconds since it was asked."""
        return time.monotonic() - self.began

    def stop(self) -> None:
        """End it, with what is proven by now."""
        self._patience = min(self._patience, time.monotonic() + PATIENCE)
        self._stop.set()

    def wait(self, seconds: float) -> None:
        """Wait for the end, so many seconds at most."""
        self._done.wait(max(0.0, seconds))

    def over(self) -> bool:
        """Whether it has ended, by itself or, once stopped, because it did not in time."""
        return self._done.is_set() or time.monotonic() >= self._patience

    def now(self) -> Turn:
        """What there is so far."""
        stopping = self._stop.is_set()
        return Turn(
            self.question,
            proven=self._proven,
            doing="Stopping…" if stopping else self._doing,
            seconds=int(self.age),
            stoppable=not stopping,
        )

    def ended(self) -> Turn:
        """What came of it."""
        if self._error:
            return Turn(self.question, error=self._error, proven=self._proven)
        return Turn(self.question, self._answer or self._left())

    def _run(self) -> None:
        try:
            self.library.sync(self._tell)
            for event in self.assistant.stream(self.question, self.history, self._stop.is_set):
                self._take(event)
        except OnRecordError as error:
            self._error = str(error)
        except Exception:
            # A bug: the conversation goes on, and the terminal keeps the traceback.
            logging.getLogger(__name__).exception("a question failed")
            self._error = BUG
        finally:
            self._done.set()

    def _tell(self, what: str, done: int, total: int) -> None:
        self._doing = f"{TITLES[what]}: {done} of {total}"

    def _take(self, event: Step | Statement | Answer) -> None:
        if isinstance(event, Step):
            self._doing = STEPS[event.what]
        elif isinstance(event, Statement):
            self._proven = (*self._proven, event)
        else:
            self._answer = event

    def _left(self) -> Answer:
        """What was proven when the person no longer waited, where the assistant cannot say it itself."""
        proven = self._proven
        return Answer(
            question=self.question,
            standalone_question=self.question,
            status="answered" if proven else "not_in_documents",
            statements=proven,
            passages=(),
            closest=(),
            confidence=0.0,
            engine=self.assistant.engine,
            seconds=Seconds(0.0, 0.0, self.age),
            notes=(f"{CUT}it was stopped.",),
            incomplete=True,
        )
