"""Conversations: their turns, the question that is being answered, and those that wait."""

import secrets
import threading
from collections import OrderedDict, deque
from collections.abc import Sequence

from app.views.asking import PATIENCE, Asking
from app.views.turns import Turn
from retrieval.api import Library
from retrieval.assistant import Assistant
from retrieval.search.followups import Message

WAITING = "Waiting for the answer before…"
# The conversations that are kept for a page that is opened again.
MOST = 200


class Conversation:
    """The turns of one conversation. Each question becomes one turn, in order; any thread may use it.

    It belongs to no session of the page: a page that is opened again with its token goes on with it.
    """

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(12)
        self._turns: list[Turn] = []
        self._asking: Asking | None = None
        self._waiting: deque[str] = deque()
        self._lock = threading.Lock()

    def add(self, question: str) -> None:
        """Ask this, after whatever is being answered."""
        with self._lock:
            self._waiting.append(question)

    def look(self, library: Library, assistant: Assistant) -> list[Turn]:
        """All turns as they stand; what has ended is kept, and the next question begins."""
        with self._lock:
            if self._asking and self._asking.over():
                self._turns.append(self._asking.ended())
                self._asking = None
            if self._asking is None and self._waiting:
                history = _history(self._turns)
                self._asking = Asking(library, assistant, self._waiting.popleft(), history)
            running = [self._asking.now()] if self._asking else []
            return [*self._turns, *running, *(Turn(question, doing=WAITING) for question in self._waiting)]

    def wait(self, age: float) -> None:
        """Wait for the end of what is being answered, until it is `age` seconds old at most."""
        if asking := self._asking:
            asking.wait(age - asking.age)

    def stop(self) -> None:
        """End what is being answered."""
        if asking := self._asking:
            asking.stop()
            # Mostly it ends within a tenth of a second, and then the page need not ask again.
            asking.wait(PATIENCE / 2)


def _history(turns: Sequence[Turn]) -> list[Message]:
    history: list[Message] = []
    for turn in turns:
        if turn.answer:
            history.append({"role": "user", "content": turn.question})
            history.append({"role": "assistant", "content": turn.answer.text})
    return history


class Conversations:
    """The conversations of this server, the latest of them, by their tokens."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Conversation] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, conversation: Conversation) -> None:
        """Keep it, as the latest."""
        with self._lock:
            self._kept[conversation.token] = conversation
            self._kept.move_to_end(conversation.token)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)

    def find(self, token: str | None) -> Conversation | None:
        """The conversation of that token, if it is kept."""
        with self._lock:
            return self._kept.get(token or "")
