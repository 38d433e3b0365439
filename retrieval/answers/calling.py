"""Calls a chat model so that every call ends: deadlines by our own clock, few retries, a stop at once.

The SDK's own limits do not hold a stream: a server that sends keep-alive comments for ever keeps a
reader waiting for ever, and a stream that breaks off cleanly looks like a whole answer. So the model is
read on an event loop in a thread of its own, and the caller, who waits on a queue, keeps the time.
"""

import asyncio
import email.utils
import queue
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from retrieval.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk
    from langchain_core.runnables import Runnable

ATTEMPTS = 3
# Seconds: the first pause before another attempt, doubled each time, and the longest.
PAUSE, LONGEST_PAUSE = 0.5, 8.0
# How often a waiting caller is given the chance to stop, in seconds.
TICK = 0.1


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds until a model's first word must have come, and until its last."""

    first_word: float = 60.0
    total: float = 120.0


class ModelTimeout(Exception):
    """The model was not done in time."""


class Caller:
    """Streams what chat models write. Any thread may use it; `close` ends its thread."""

    def __init__(self, deadlines: Deadlines) -> None:
        self.deadlines = deadlines
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def stream(
        self, chain: "Runnable[Any, Any]", given: dict[str, str], ends: float
    ) -> "Iterator[AIMessageChunk | None]":
        """The chunks that the chain gives, and None now and then while there are none.

        `ends` is the moment, by time.monotonic(), when all must be over. Closing the iterator drops the
        connection. Raises ModelTimeout, or what the last attempt raised.
        """
        arrived: queue.SimpleQueue[Any] = queue.SimpleQueue()
        reading = asyncio.run_coroutine_threadsafe(
            _read(chain, given, min(ends, time.monotonic() + self.deadlines.total), arrived), self._running()
        )
        first_by, spoken = time.monotonic() + self.deadlines.first_word, False
        try:
            while True:
                now = time.monotonic()
                if now >= ends or (not spoken and now >= first_by):
                    raise ModelTimeout(_late(spoken, self.deadlines))
                try:
                    got = arrived.get(timeout=TICK)
                except queue.Empty:
                    yield None
                    continue
                if isinstance(got, _Again):
                    first_by = time.monotonic() + got.pause + self.deadlines.first_word
                    continue
                if isinstance(got, _End):
                    if got.error is not None:
                        raise got.error
                    return
                spoken = spoken or bool(got.text)
                yield got
        finally:
            reading.cancel()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=_run, args=(self._loop,), name="model", daemon=True).start()
            return self._loop

    def close(self) -> None:
        """End the thread; open streams are dropped."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is not None:
            loop.call_soon_threadsafe(loop.stop)


def _run(loop: asyncio.AbstractEventLoop) -> None:
    """Run a loop until it is stopped; what is still read then is left, and all is let go of."""
    loop.run_forever()
    loop.run_until_complete(_leave_all())
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


async def _leave_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class _Again:
    """Says that another attempt begins after so many seconds."""

    pause: float


@dataclass(frozen=True, slots=True)
class _End:
    """Says that a stream is over, and by which error if by one."""

    error: Exception | None = None


async def _read(
    chain: "Runnable[Any, Any]", given: dict[str, str], ends: float, arrived: "queue.SimpleQueue[Any]"
) -> None:
    """Put all chunks on the queue; try again only while no text has come."""
    import openai

    spoken = False
    for attempt in range(ATTEMPTS):
        try:
            async for chunk in chain.astream(given):
                spoken = spoken or bool(chunk.text)
                arrived.put(chunk)
            arrived.put(_End())
            return
        except openai.APIError as error:
            pause = _pause(error, attempt)
            if spoken or pause is None or time.monotonic() + pause >= ends:
                arrived.put(_End(error))
                return
            arrived.put(_Again(pause))
            await asyncio.sleep(pause)
        except asyncio.CancelledError:
            arrived.put(_End(ModelTimeout("it was left")))
            raise
        # Whatever else goes wrong is raised where the caller waits, not lost in this thread.
        except Exception as error:
            arrived.put(_End(error))
            return


def _pause(error: Exception, attempt: int) -> float | None:
    """Seconds to wait before the next attempt, or None where another one is of no use."""
    import openai

    if attempt + 1 >= ATTEMPTS:
        return None
    drawn: float = min(LONGEST_PAUSE, PAUSE * 2**attempt) * random.uniform(0.5, 1.0)
    if isinstance(error, openai.APIConnectionError):
        return drawn
    if getattr(error, "code", None) == "insufficient_quota":
        return None
    if not isinstance(error, openai.APIStatusError):
        # An error that the server sent as an event of its stream.
        return drawn
    if error.status_code not in (408, 409, 429) and error.status_code < 500:
        return None
    return max(drawn, _retry_after(error.response.headers.get("retry-after")))


def _retry_after(value: str | None) -> float:
    """The seconds that a Retry-After header asks for: a number of them, or a date."""
    if not value:
        return 0.0
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, OverflowError):
        return 0.0


def _late(spoken: bool, deadlines: Deadlines) -> str:
    if spoken:
        return f"it was not done within {deadlines.total:g} seconds"
    return f"it gave no word within {min(deadlines.first_word, deadlines.total):g} seconds"


def model_error(error: Exception, model: str) -> ModelError:
    """The failure of a call in one sentence, with the remedy."""
    import openai

    if isinstance(error, ModelTimeout):
        return ModelError(f"The language model was too slow: {error}.")
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return ModelError("The language model's server refuses the key; check OPENAI_API_KEY.")
    if isinstance(error, openai.NotFoundError):
        return ModelError(f"The server has no model {model}; name another with ONRECORD_MODEL.")
    if isinstance(error, openai.RateLimitError):
        if error.code == "insufficient_quota":
            return ModelError("The account's quota for the language model is used up.")
        return ModelError("The language model's server takes no more requests at present.")
    if isinstance(error, openai.APIConnectionError):
        return ModelError("The language model's server cannot be reached; check OPENAI_BASE_URL.")
    if isinstance(error, openai.APIStatusError):
        return ModelError(f"The language model's server failed (status {error.status_code}).")
    said = " ".join(str(error).split())[:200]
    return ModelError(f"The language model failed ({type(error).__name__}: {said}).")
