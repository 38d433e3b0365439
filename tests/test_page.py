"""The chat page without a browser: what it gives its components, and what it asks the assistant."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from openai_server import Reply, serving
from streamlit.testing.v1 import AppTest
from test_writing import honest

from app.views.reading import LATER
from retrieval import Assistant, Library
from retrieval.answers.answer import REFUSAL

PAGE = Path(__file__).parent.parent / "app" / "views" / "chat.py"
ATTACKS = "How many terror attacks were prevented in Russia last year?"


@pytest.fixture
def page(seeds_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The page over a copy of the sample documents, as it is on opening it."""
    # A .env file in the current folder would give settings, and perhaps a key.
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ONRECORD_DOCS", str(seeds_copy))
    st.cache_resource.clear()
    yield AppTest.from_file(str(PAGE), default_timeout=60).run()
    st.cache_resource.clear()


def parts(page: AppTest, name: str) -> list[dict[str, Any]]:
    """The data that the page gave to its components of that name."""
    assert not page.exception
    protos = [element.proto for element in page.get("bidi_component")]
    return [json.loads(proto.json) for proto in protos if proto.component_name == f"onrecord_{name}"]


def ask(page: AppTest, question: str, patience: float = 60.0) -> dict[str, Any]:
    """Ask on the page; gives the newest turn as it is shown when it is answered, or after so many seconds."""
    page.chat_input[0].set_value(question).run()
    ends = time.monotonic() + patience
    while "doing" in (turn := parts(page, "turn")[-1]) and time.monotonic() < ends:
        time.sleep(0.2)
        page.run()
    return turn


def marked(page: AppTest) -> str:
    """The highlighted text of the document beside the conversation."""
    (viewer,) = parts(page, "viewer")
    return "".join(piece["text"] for piece in viewer["segments"] if piece["kind"] == "mark")


def open_number(page: AppTest, turn: int, number: int) -> None:
    """Leave what a click on that number leaves; the click itself is for the browser's test."""
    page.session_state["opened"] = (turn, number)
    page.run()


def test_asking_shows_statements_and_numbered_citations(page: AppTest) -> None:
    turn = ask(page, ATTACKS)
    assert turn["question"] == ATTACKS
    assert any("Twenty-five" in statement["text"] for statement in turn["statements"])
    citations = [citation for statement in turn["statements"] for citation in statement["citations"]]
    assert [citation["number"] for citation in citations] == list(range(1, len(citations) + 1))
    assert all(citation["source"].endswith(".txt") for citation in citations)
    assert turn["refusal"] is None


def test_a_citation_tells_who_where_and_when_and_leaves_out_what_is_not_known(page: AppTest) -> None:
    said = next(s for s in ask(page, ATTACKS)["statements"] if "Twenty-five" in s["text"])
    assert said["citations"][0]["facts"] == "Alexander Bortnikov · TASS · 4 April (year not stated)"


def test_the_first_citation_of_the_newest_answer_is_open_beside_it(page: AppTest) -> None:
    turn = ask(page, ATTACKS)
    assert turn["opened"] == 1
    assert marked(page) == turn["statements"][0]["text"]


def test_opening_a_citation_shows_its_document_at_its_quote(page: AppTest, seeds_copy: Path) -> None:
    statement = ask(page, ATTACKS)["statements"][1]
    open_number(page, 0, 2)
    (viewer,) = parts(page, "viewer")
    assert viewer["name"] == statement["citations"][0]["source"]
    assert marked(page) == statement["text"]
    text = (seeds_copy / viewer["name"]).read_text(encoding="utf-8")
    assert "".join(piece["text"] for piece in viewer["segments"]) == text


def test_an_unanswerable_question_shows_the_refusal_and_the_closest_passages(page: AppTest) -> None:
    turn = ask(page, "What is the capital of Peru?")
    assert turn["refusal"] == REFUSAL
    assert not turn["statements"]
    assert turn["closest"]
    assert parts(page, "viewer")[0]["empty"]
    open_number(page, 0, 1)
    assert " ".join(marked(page).split()) == turn["closest"][0]["text"]


def test_a_follow_up_passes_the_turns_before(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Any]] = []
    stream_really = Assistant.stream

    def listen(self: Assistant, question: str, history: Any = (), stopped: Any = None) -> Any:
        asked.append((question, list(history)))
        return stream_really(self, question, history, stopped)

    monkeypatch.setattr(Assistant, "stream", listen)
    first = ask(page, ATTACKS)
    second = ask(page, "And who said it?")
    texts = [statement["text"] for statement in first["statements"]]
    assert asked == [
        (ATTACKS, []),
        (
            "And who said it?",
            [{"role": "user", "content": ATTACKS}, {"role": "assistant", "content": "\n".join(texts)}],
        ),
    ]
    assert second["searched"]
    assert len(parts(page, "turn")) == 2


def test_the_head_names_the_folder_its_size_who_writes_and_what_is_unread(
    page: AppTest, seeds_copy: Path
) -> None:
    (seeds_copy / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    ask(page, ATTACKS)
    (head,) = parts(page, "masthead")
    assert head["folder"] == seeds_copy.name
    assert head["facts"] == ["5 documents", "Quotes only, no language model"]
    assert [unread["source"] for unread in head["unread"]] == ["broken.pdf"]


def test_a_document_that_changed_since_is_not_highlighted(page: AppTest, seeds_copy: Path) -> None:
    source = ask(page, ATTACKS)["statements"][0]["citations"][0]["source"]
    (seeds_copy / source).write_text("Something else now stands here.", encoding="utf-8")
    ask(page, "What did Borrell call Africa?")
    open_number(page, 0, 1)
    (viewer,) = parts(page, "viewer")
    assert "changed" in viewer["notice"]
    assert not viewer["segments"]


def test_an_error_becomes_a_sentence_and_the_conversation_stays(
    page: AppTest, seeds_copy: Path, tmp_path: Path
) -> None:
    ask(page, ATTACKS)
    seeds_copy.rename(tmp_path / "gone")
    turn = ask(page, "What did Borrell call Africa?")
    assert str(seeds_copy) in turn["error"]
    assert parts(page, "turn")[0]["statements"]
    (tmp_path / "gone").rename(seeds_copy)
    assert ask(page, "What did Borrell call Africa?")["statements"]


def test_a_missing_folder_is_told_on_opening_the_page(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_DOCS", "/nowhere/at/all")
    monkeypatch.setenv("ONRECORD_STATE", str(Path.cwd() / "other-index"))
    (turn,) = parts(page.run(), "turn")
    assert "/nowhere/at/all" in turn["error"]


def test_examples_are_offered_for_the_sample_documents_alone(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not page.button
    monkeypatch.delenv("ONRECORD_DOCS")
    monkeypatch.setenv("ONRECORD_STATE", str(Path.cwd() / "other-index"))
    assert len(page.run().button) == 3
    page.button[1].click().run()
    assert parts(page, "turn")[0]["question"] == ATTACKS


def test_while_a_model_writes_the_page_shows_what_is_proven(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(lambda passages, question: Reply(honest(passages, question), pause=0.02)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("ONRECORD_MODEL", "scripted")
        turn, seen = ask(page, ATTACKS, 0), []
        while "doing" in turn:
            seen.append(turn)
            turn = parts(page.run(), "turn")[-1]
    assert any(len(early["statements"]) == 1 for early in seen)
    assert all(early["stoppable"] for early in seen)
    assert len(turn["statements"]) == 2
    assert turn["usage"] == "120 tokens · cost unknown"
    assert parts(page, "masthead")[0]["facts"][1] == "Written by openai:scripted"


def test_a_page_opened_anew_goes_on_with_its_conversation(page: AppTest) -> None:
    first = ask(page, ATTACKS)
    anew = AppTest.from_file(str(PAGE), default_timeout=60)
    anew.query_params["c"] = page.query_params["c"]
    assert parts(anew.run(), "turn") == [first]
    stranger = AppTest.from_file(str(PAGE), default_timeout=60).run()
    assert not parts(stranger, "turn")


def test_a_page_stays_usable_while_the_library_is_busy(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Library] = []
    stream = Assistant.stream

    def listen(self: Assistant, *given: Any) -> Any:
        opened.append(self.library)
        return stream(self, *given)

    monkeypatch.setattr(Assistant, "stream", listen)
    ask(page, ATTACKS)
    busy, over = threading.Event(), threading.Event()

    def work() -> None:
        with opened[0].lock:
            busy.set()
            over.wait(30)

    worker = threading.Thread(target=work)
    worker.start()
    busy.wait(30)
    try:
        assert parts(page.run(), "turn")[0]["statements"]
        assert parts(page, "viewer")[0]["notice"] == LATER
        assert parts(page, "masthead")[0]["facts"][0] == "5 documents"
    finally:
        over.set()
        worker.join()
