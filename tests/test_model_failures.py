"""Whatever the model's server does, the call ends, and the person gets an answer that is proven."""

import json
import time
from typing import Any

import pytest
from openai_server import Reply, serving
from test_writing import QUESTION, ask, assert_exact, honest

from app.compose import open_assistant
from app.settings import Settings
from retrieval import Library
from retrieval.answers.answer import Answer, Statement

QUOTES_INSTEAD = "The answer quotes the documents instead."
FAILURES: dict[str, tuple[Any, str]] = {
    "a wrong key": (Reply(status=401), "refuses the key; check OPENAI_API_KEY"),
    "an unknown model": (Reply(status=404), "has no model scripted; name another with ONRECORD_MODEL"),
    "too many requests": (Reply(status=429), "takes no more requests at present"),
    "a long Retry-After": (Reply(status=429, headers={"retry-after": "300"}), "takes no more requests"),
    "no quota": (Reply(status=429, error={"message": "x", "code": "insufficient_quota"}), "is used up"),
    "a storm of 500": (Reply(status=500), "failed (status 500)"),
    "a reset": (Reply(end="reset"), "cannot be reached"),
    "a black hole": (Reply(end="hole"), "gave no word within 1 seconds"),
    "comments for ever": (Reply(end="comments", after=0), "gave no word within 1 seconds"),
    "silence": (Reply(end="silent", after=0), "gave no word within 1 seconds"),
    "a slow drip": (Reply('{"statements": [' + " " * 700, pause=0.1), "not done within 3 seconds"),
    "malformed JSON": (Reply('{"statements": [{"text": "x" "proofs": []}]}'), "no answer of the form"),
    "half of the JSON": (Reply('{"statements": [{"text"'), "no answer of the form"),
    "prose": (Reply("I think that 25 attacks were prevented."), "no answer of the form"),
    "null": (Reply("null"), "no answer of the form"),
    "nothing": (Reply(""), "no answer of the form"),
    "too much": (Reply('{"statements": [' + '"no claim", ' * 8000, piece=70), "ran out of room"),
    "a length stop": (Reply("{", finish="length"), "ran out of room"),
    "a content filter": (Reply("", finish="content_filter"), "content filter stopped"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failing_model_is_replaced_by_quotes_with_one_line(library: Library, failure: str) -> None:
    reply, told = FAILURES[failure]
    began = time.monotonic()
    answer, _ = ask(library, lambda passages, question: reply, timeout=3, first_word_timeout=1)
    assert time.monotonic() - began < 3 + 1
    assert answer.engine == "quotes"
    assert answer.status == "answered"
    assert not answer.incomplete
    (note,) = answer.notes
    assert told in note
    assert note.endswith(QUOTES_INSTEAD)
    assert_exact(library, answer)


def test_a_server_that_is_down_is_replaced_by_quotes(library: Library) -> None:
    settings = Settings(openai_base_url="http://127.0.0.1:9/v1", model="scripted", timeout=5)
    answer = open_assistant(settings, library).ask(QUESTION)
    assert answer.engine == "quotes"
    assert answer.statements
    assert "cannot be reached; check OPENAI_BASE_URL" in answer.notes[0]


def _attempts(library: Library, *replies: Reply) -> tuple[Answer, int, float]:
    given = list(replies)

    def script(passages: list[str], question: str) -> Any:
        return given.pop(0) if given else honest(passages, question)

    began = time.monotonic()
    answer, server = ask(library, script, timeout=20)
    return answer, len(server.requests), time.monotonic() - began


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_what_passes_is_tried_again(library: Library, status: int) -> None:
    answer, requests, _ = _attempts(library, Reply(status=status))
    assert (answer.engine, requests) == ("openai:scripted", 2)


def test_a_dropped_connection_is_tried_again_before_any_text(library: Library) -> None:
    answer, requests, _ = _attempts(library, Reply(end="reset"))
    assert (answer.engine, requests) == ("openai:scripted", 2)


def test_an_error_event_before_any_text_is_tried_again(library: Library) -> None:
    answer, requests, _ = _attempts(library, Reply(end="error", after=0))
    assert (answer.engine, requests) == ("openai:scripted", 2)


def test_waiting_for_a_busy_server_is_no_waiting_for_the_first_word(library: Library) -> None:
    given = [Reply(status=429, headers={"retry-after": "2"})]
    answer, server = ask(
        library, lambda p, q: given.pop() if given else honest(p, q), timeout=20, first_word_timeout=1
    )
    assert (answer.engine, len(server.requests)) == ("openai:scripted", 2)


def test_retry_after_is_waited_for(library: Library) -> None:
    answer, requests, seconds = _attempts(library, Reply(status=429, headers={"retry-after": "1.5"}))
    assert (answer.engine, requests) == ("openai:scripted", 2)
    assert seconds >= 1.5


def test_a_retry_after_beyond_the_time_left_is_not_waited_for(library: Library) -> None:
    answer, requests, seconds = _attempts(library, Reply(status=429, headers={"retry-after": "300"}))
    assert (answer.engine, requests) == ("quotes", 1)
    assert seconds < 5


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=401),
        Reply(status=404),
        Reply(status=429, error={"message": "x", "code": "insufficient_quota"}),
    ],
)
def test_what_does_not_pass_is_tried_once(library: Library, reply: Reply) -> None:
    _, requests, _ = _attempts(library, reply)
    assert requests == 1


def test_three_attempts_are_made_and_no_more(library: Library) -> None:
    answer, requests, _ = _attempts(library, *[Reply(status=500)] * 5)
    assert (answer.engine, requests) == ("quotes", 3)


TRUNCATED: dict[str, tuple[dict[str, Any], str]] = {
    "a drop inside the body": ({"end": "drop"}, "cannot be reached"),
    "a body that ends cleanly": ({"end": "cut"}, "broke off"),
    "a close without a length": ({"end": "close"}, "broke off"),
    "a length stop": ({"finish": "length"}, "ran out of room"),
    "a content filter": ({"finish": "content_filter"}, "content filter"),
    "an error event": ({"end": "error"}, "language model failed"),
    "comments for ever": ({"end": "comments"}, "not done within 3 seconds"),
    "silence": ({"end": "silent"}, "not done within 3 seconds"),
}


@pytest.mark.parametrize("shape", TRUNCATED)
def test_a_cut_answer_is_never_shown_as_whole(library: Library, shape: str) -> None:
    how, told = TRUNCATED[shape]

    def cut(passages: list[str], question: str) -> Any:
        made = honest(passages, question)
        whole = json.dumps(made["statements"][0], ensure_ascii=False)
        said = json.dumps(made, ensure_ascii=False)
        return Reply(said, after=said.index(whole) + len(whole) + 20, **how)

    answer, server = ask(library, cut, timeout=3, first_word_timeout=1)
    assert answer.incomplete
    assert len(answer.statements) == 1
    assert answer.engine == "openai:scripted"
    (note,) = answer.notes
    assert note.startswith("The answer is incomplete: ")
    assert told in note
    assert len(server.requests) == 1
    assert_exact(library, answer)


@pytest.mark.parametrize("shape", TRUNCATED)
def test_an_answer_cut_before_anything_was_proven_is_quoted(library: Library, shape: str) -> None:
    how, _ = TRUNCATED[shape]

    def cut(passages: list[str], question: str) -> Any:
        return Reply(honest(passages, question), after=30, **how)

    answer, _ = ask(library, cut, timeout=3, first_word_timeout=1)
    assert (answer.engine, answer.status, answer.incomplete) == ("quotes", "answered", False)
    assert answer.notes[0].endswith(QUOTES_INSTEAD)


def test_a_stop_ends_the_call_at_once_and_keeps_what_is_proven(library: Library) -> None:
    def slow(passages: list[str], question: str) -> Any:
        said = json.dumps(honest(passages, question), ensure_ascii=False)
        return Reply(said, end="silent", after=len(said) - 40)

    stop: list[float] = []
    with serving(slow) as server:
        settings = Settings(openai_base_url=server.url, model="scripted")
        for event in open_assistant(settings, library).stream(QUESTION, stopped=lambda: bool(stop)):
            if isinstance(event, Statement):
                stop.append(time.monotonic())
    assert isinstance(event, Answer)
    assert time.monotonic() - stop[0] < 1
    assert event.incomplete
    assert len(event.statements) == 1
    assert event.notes == ("The answer is incomplete: it was stopped.",)


def test_a_stop_before_anything_is_proven_is_no_refusal(library: Library) -> None:
    with serving(lambda passages, question: Reply(end="hole")) as server:
        settings = Settings(openai_base_url=server.url, model="scripted")
        *_, answer = open_assistant(settings, library).stream(QUESTION, stopped=lambda: True)
    assert isinstance(answer, Answer)
    assert answer.incomplete
    assert answer.statements == ()
    assert answer.text == "The answer was stopped before anything was proven."
