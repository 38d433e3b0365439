"""A conversation without its page: each question becomes one turn, in order, whatever happens to it."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openai_server import Reply, serving
from test_writing import QUESTION, honest

from app.compose import open_assistant
from app.settings import Settings
from app.views import conversation
from app.views.asking import BUG, PATIENCE
from app.views.conversation import Conversation, Conversations
from app.views.turns import Turn
from retrieval import Assistant, Library


def settled(talk: Conversation, library: Library, assistant: Assistant, seconds: float = 30) -> list[Turn]:
    """The turns once nothing runs any more."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        turns = talk.look(library, assistant)
        if not turns[-1].doing:
            return turns
        time.sleep(0.02)
    pytest.fail("a question did not end")


def test_questions_asked_at_once_are_answered_in_order(library: Library, assistant: Assistant) -> None:
    asked = [QUESTION, "Whom did Lavrov call Russia's main enemy?", "What is the capital of Peru?"]
    talk = Conversation()
    threads = [threading.Thread(target=talk.look, args=(library, assistant)) for _ in range(8)]
    for question in asked:
        talk.add(question)
    for thread in threads:
        thread.start()
    turns = settled(talk, library, assistant)
    for thread in threads:
        thread.join()
    assert [turn.question for turn in turns] == asked
    assert all(turn.answer for turn in turns)
    assert talk.look(library, assistant) == turns


@pytest.fixture
def slow(library: Library) -> Iterator[Assistant]:
    """An assistant whose model writes slowly."""
    with serving(lambda passages, question: Reply(honest(passages, question), pause=0.02)) as server:
        yield open_assistant(Settings(openai_base_url=server.url, model="scripted"), library)


def test_proven_statements_are_there_before_the_end(library: Library, slow: Assistant) -> None:
    talk, seen = Conversation(), []
    talk.add(QUESTION)
    while (turn := talk.look(library, slow)[0]).doing:
        seen.append(len(turn.statements))
        time.sleep(0.05)
    assert 1 in seen
    assert len(turn.statements) == 2


def test_a_stopped_question_keeps_what_is_proven(library: Library, slow: Assistant) -> None:
    talk = Conversation()
    talk.add(QUESTION)
    while not talk.look(library, slow)[0].statements:
        time.sleep(0.02)
    began = time.monotonic()
    talk.stop()
    (turn,) = settled(talk, library, slow)
    assert time.monotonic() - began < 1
    assert turn.answer
    assert turn.answer.incomplete
    assert len(turn.answer.statements) == 1


def test_a_question_that_cannot_stop_is_left_and_leaves_nothing_behind(
    library: Library, assistant: Assistant
) -> None:
    talk = Conversation()
    talk.add(QUESTION)
    with library.lock:
        talk.look(library, assistant)
        began = time.monotonic()
        talk.stop()
        (turn,) = settled(talk, library, assistant)
        assert time.monotonic() - began < PATIENCE + 0.5
    assert turn.answer
    assert turn.answer.incomplete
    talk.add("Whom did Lavrov call Russia's main enemy?")
    first, second = settled(talk, library, assistant)
    assert first == turn
    assert second.answer
    assert not second.answer.incomplete


def test_a_bug_becomes_a_sentence_and_keeps_what_was_proven(
    library: Library, slow: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stream = Assistant.stream

    def broken(self: Assistant, *given: Any) -> Any:
        for event in stream(self, *given):
            yield event
            if hasattr(event, "citations"):
                raise RuntimeError("planted")

    monkeypatch.setattr(Assistant, "stream", broken)
    talk = Conversation()
    talk.add(QUESTION)
    (turn,) = settled(talk, library, slow)
    assert turn.error == BUG
    assert len(turn.statements) == 1
    assert "planted" in caplog.text


def test_an_error_of_the_folder_becomes_its_sentence(own_library: Library, folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    talk = Conversation()
    talk.add("How much does the work cost?")
    (turn,) = settled(talk, own_library, Assistant(own_library))
    assert turn.error
    assert str(folder) in turn.error


def test_the_latest_conversations_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "MOST", 2)
    kept, talks = Conversations(), [Conversation() for _ in range(3)]
    for talk in talks:
        kept.keep(talk)
        kept.keep(talks[0])
    assert [kept.find(talk.token) for talk in talks] == [talks[0], None, talks[2]]
    assert kept.find(None) is None
    assert kept.find("unknown") is None
