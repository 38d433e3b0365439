"""An index whose passages are embedded by an API: paid for once, with consent, and of use without it."""

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from conftest import Run
from embeddings_server import Failure, Server, serving

from app.compose import open_assistant, open_library
from app.confirming import confirming
from app.settings import Settings
from retrieval import Assistant, Library
from retrieval.answers.answer import Usage
from retrieval.errors import ModelError, SettingsError, StateError, Unconfirmed
from retrieval.library import index as indexing
from retrieval.library import openai_embedder
from retrieval.library.embedder import Bill
from retrieval.library.openai_embedder import OpenAIEmbedder
from retrieval.prices import price
from retrieval.search.question import understand

QUESTION = "What does the dredging of the harbour cost?"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as started:
        yield started


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai_embedder, "WHEN_INDEXING", 0)
    monkeypatch.setattr(openai_embedder, "WHEN_ASKED", 0)


def _agree(bill: Bill) -> bool:
    return True


def _open(folder: Path, server: Server, model: str = "small") -> Library:
    embedder = OpenAIEmbedder(model, "none", server.url, timeout=5)
    return Library.open(folder, folder.parent / "index", embedder)


@pytest.fixture
def library(folder: Path, server: Server) -> Iterator[Library]:
    with _open(folder, server) as opened:
        opened.sync(confirm=_agree)
        yield opened


def test_search_goes_by_the_servers_vectors(library: Library, server: Server) -> None:
    assert sorted(server.texts) == sorted(
        library.index.catalog.embedded_texts(library.index.catalog.passage_ids())
    )
    assert [p.source for p in library.search("lorries bridge piers", 2)] == ["bridge.txt", "harbour.txt"]
    assert server.texts[-1] == "lorries bridge piers"
    assert library.index.catalog.vectors(library.index.catalog.passage_ids()).shape == (2, 64)


def test_the_evidence_is_weighed_by_the_local_model(library: Library, own_library: Library) -> None:
    made, local = Assistant(library).ask(QUESTION), Assistant(own_library).ask(QUESTION)
    assert made.confidence == local.confidence
    assert [s.text for s in made.statements] == [s.text for s in local.statements]
    question = understand(QUESTION, [], library.index)
    assert question.vector.shape == (384,)
    assert question.sought is not None
    assert question.sought.shape == (64,)


@pytest.fixture
def own_library(folder: Path) -> Iterator[Library]:
    with Library.open(folder, folder.parent / "local-index") as opened:
        opened.sync()
        yield opened


def test_a_questions_tokens_are_told(library: Library) -> None:
    answer = Assistant(library).ask(QUESTION)
    assert answer.usage.embedding_tokens == len(QUESTION.split())
    assert answer.usage.cost_usd is None
    assert answer.notes == ()


@pytest.mark.parametrize(
    ("writing", "dollars", "total"),
    [
        (Usage(), 0.001, 0.001),
        (Usage(), None, None),
        (Usage(100, 20, cost_usd=0.01), 0.001, 0.011),
        (Usage(100, 20, cost_usd=0.01), None, None),
        (Usage(100, 20), 0.001, None),
    ],
)
def test_the_cost_is_unknown_where_a_part_of_it_is(
    writing: Usage, dollars: float | None, total: float | None
) -> None:
    used = writing + Usage(embedding_tokens=5, cost_usd=dollars)
    assert used.embedding_tokens == 5
    assert used.cost_usd == (total if total is None else pytest.approx(total))
    assert writing + Usage(cost_usd=0.0) == writing


def test_a_follow_up_is_embedded_with_the_question_before(library: Library, server: Server) -> None:
    server.requests.clear()
    library.search("And when?", history=[{"role": "user", "content": QUESTION}])
    assert server.texts == ["And when?", f"{QUESTION} And when?"]


def test_a_second_sync_sends_nothing_and_asks_nobody(library: Library, server: Server) -> None:
    server.requests.clear()
    assert library.sync().plan.to_embed == 0
    assert library.sync(rebuild=True).plan.to_embed == 0
    assert server.requests == []


def test_without_consent_nothing_is_sent_and_the_old_index_serves(
    library: Library, folder: Path, server: Server
) -> None:
    (folder / "ferry.txt").write_text("The ferry to the harbour sails at noon.", encoding="utf-8")
    server.requests.clear()
    bills: list[Bill] = []

    def refuse(bill: Bill) -> bool:
        bills.append(bill)
        return False

    with pytest.raises(Unconfirmed, match=r"1 passage to embed with openai:small.*`onrecord index --yes`"):
        library.sync(confirm=refuse)
    with pytest.raises(Unconfirmed):
        library.sync()
    assert [(bill.passages, bill.exact, bill.dollars) for bill in bills] == [(1, False, None)]
    assert server.requests == []
    assert len(library.search("harbour bridge", 5)) == 2


def test_what_costs_nothing_needs_no_consent(library: Library, folder: Path) -> None:
    (folder / "bridge.txt").unlink()
    assert library.sync().plan.removed == 1


@pytest.mark.parametrize(("failure", "words"), [(401, "refused the key"), (429, "no more requests")])
def test_an_api_that_fails_while_indexing_leaves_the_old_index(
    library: Library, folder: Path, server: Server, failure: int, words: str
) -> None:
    (folder / "ferry.txt").write_text("The ferry to the harbour sails at noon.", encoding="utf-8")
    server.script = lambda texts: Failure(failure)
    with pytest.raises(ModelError, match=words):
        library.sync(confirm=_agree)
    server.script = lambda texts: None
    assert [p.source for p in library.search("harbour", 5)] == ["harbour.txt", "bridge.txt"]
    assert library.sync(confirm=_agree).plan.to_embed == 1


def test_nothing_is_paid_for_twice_after_an_interruption(
    folder: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "BATCH", 40)
    monkeypatch.setattr(openai_embedder, "MOST_TEXTS", 16)
    rows = [{"id": str(n), "text": f"Number {n} of the harbour."} for n in range(98)]
    (folder / "docs.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    server.script = lambda texts: Failure(500) if len(server.requests) == 3 else None
    with _open(folder, server) as library:
        with pytest.raises(ModelError):
            library.sync(confirm=_agree)
        assert library.counts() == {"documents": 0, "passages": 0, "vectors": 32}
    paid = [text for request in server.requests[:2] for text in request["input"]]
    server.script = lambda texts: None
    server.requests.clear()
    bills: list[Bill] = []
    with _open(folder, server) as library:
        assert library.sync(confirm=lambda bill: bills.append(bill) is None).plan.to_embed == 100 - 32
    assert bills[0].passages == 100 - 32
    assert len({*paid, *server.texts}) == len([*paid, *server.texts]) == 100


def test_an_api_that_is_down_leaves_the_search_by_words(
    library: Library, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.script = lambda texts: Failure(503)
    answer = Assistant(library).ask(QUESTION)
    assert answer.status == "answered"
    assert answer.statements[0].citations[0].source == "harbour.txt"
    (note,) = answer.notes
    assert note.endswith("failed to embed texts (503); try again later. Search went by words alone.")
    assert answer.usage.embedding_tokens == 0
    with caplog.at_level(logging.WARNING):
        assert [p.source for p in library.search("harbour", 5)] == ["harbour.txt"]
    assert "by words alone" in caplog.text


def test_another_embedder_is_refused_in_one_sentence(library: Library, folder: Path, server: Server) -> None:
    library.close()
    made = "made with the embedder openai:small, 64 dimensions, cosine; .*`onrecord --state FOLDER index`"
    with pytest.raises(StateError, match=made):
        _open(folder, server, "large")
    with pytest.raises(StateError, match=made):
        Library.open(folder, folder.parent / "index")


def test_the_dimension_is_pinned_by_the_first_reply(library: Library, folder: Path, server: Server) -> None:
    library.close()
    server.dimension = 32
    (folder / "ferry.txt").write_text("The ferry to the harbour sails at noon.", encoding="utf-8")
    with _open(folder, server) as again:
        with pytest.raises(ModelError, match="vectors of 32 numbers"):
            again.sync(confirm=_agree)
        assert Assistant(again).ask(QUESTION).notes[0].endswith("Search went by words alone.")


def test_an_unpublished_start_binds_nobody(folder: Path, server: Server) -> None:
    server.script = lambda texts: Failure(401)
    with _open(folder, server) as library, pytest.raises(ModelError):
        library.sync(confirm=_agree)
    with Library.open(folder, folder.parent / "index") as local:
        assert local.sync().plan.to_embed == 2
    with pytest.raises(StateError):
        _open(folder, server)


def test_an_empty_folder_costs_nothing(folder: Path, server: Server) -> None:
    for path in folder.iterdir():
        path.unlink()
    with _open(folder, server) as library:
        library.sync()
        assert library.search("harbour", 5) == []
        assert Assistant(library).ask("Who?").status == "not_in_documents"
    assert server.requests == []


def test_the_local_embedder_stays_even_with_a_key(folder: Path, tmp_path: Path) -> None:
    settings = Settings(docs=folder, openai_api_key="sk-x")
    with open_library(settings) as library:
        assert library.index.searcher is library.index.embedder


@pytest.mark.parametrize(
    ("embedder", "words"),
    [
        ("openai:small", "needs OPENAI_API_KEY or OPENAI_BASE_URL"),
        ("openai:", 'There is no embedder "openai:"'),
        ("cohere:small", "say local, or openai:"),
    ],
)
def test_an_embedder_that_cannot_be_is_told_in_one_sentence(folder: Path, embedder: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        open_library(Settings(docs=folder, embedder=embedder))


def test_the_settings_choose_the_embedder(folder: Path, server: Server) -> None:
    settings = Settings(docs=folder, embedder="openai:small", openai_base_url=server.url)
    with open_library(settings) as library:
        library.sync(confirm=_agree)
        assert open_assistant(settings, library).library is library
    assert len(server.texts) == 2


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal of the system")
@pytest.mark.parametrize(("typed", "agreed"), [("y\n", True), ("\n", False), ("n\n", False), ("\x04", False)])
def test_on_a_terminal_a_person_is_asked(monkeypatch: pytest.MonkeyPatch, typed: str, agreed: bool) -> None:
    person, terminal = os.openpty()
    os.write(person, typed.encode())
    bill = Bill("openai:small", 310, 62_000, True, 0.00124)
    with os.fdopen(terminal, "r") as keys, os.fdopen(os.dup(terminal), "w") as screen:
        monkeypatch.setattr(sys, "stdin", keys)
        monkeypatch.setattr(sys, "stderr", screen)
        assert confirming(False, nullcontext)(bill) is agreed
    # The echo of what was typed may come by itself.
    shown = ""
    while "[y/N]" not in shown:
        shown += os.read(person, 4096).decode()
    assert "310 passages to embed with openai:small, about 62,000 tokens, about $0.0012" in shown
    os.close(person)


def test_without_a_terminal_only_yes_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    bill = Bill("openai:large", 2, 9_000_000, False, 1.17)
    assert not confirming(False, nullcontext)(bill)
    assert confirming(True, nullcontext)(bill)
    told = capsys.readouterr().err
    assert told == "2 passages to embed with openai:large, at most 9,000,000 tokens, at most $1.17\n"


def test_a_plan_tells_the_price_and_sends_nothing(onrecord: Run, folder: Path, tmp_path: Path) -> None:
    chosen = ("--docs", str(folder), "--embedder", "openai:text-embedding-3-small", "index", "--plan")
    # At OpenAI's own address: a request would meet the guard.
    ran = onrecord(*chosen, "--json", OPENAI_API_KEY="none")
    assert ran.returncode == 0, ran.stderr
    plan = json.loads(ran.stdout)
    assert plan["bill"]["passages"] == plan["to_embed"] == 2
    assert plan["bill"]["dollars"] == price("text-embedding-3-small", plan["bill"]["tokens"])
    assert plan["seconds"] is None
    told = onrecord(*chosen, OPENAI_API_KEY="none").stdout
    assert told.startswith("+2 new, 0 changed, 0 moved, 0 removed, 0 unchanged, 0 unreadable, ")
    assert "2 passages to embed with openai:text-embedding-3-small, " in told
    assert told.endswith(f"${plan['bill']['dollars']:.4f}.\n")


def test_what_a_plan_bounds_is_not_exceeded(folder: Path, server: Server) -> None:
    with _open(folder, server) as library:
        bill = library.plan().bill
        assert server.requests == []
        assert bill is not None
        assert library.sync(confirm=_agree).plan.bill == bill
    assert len(server.texts) == bill.passages
    assert sum(len(text.split()) for text in server.texts) <= bill.tokens


def test_the_command_asks_for_yes_and_then_answers(onrecord: Run, folder: Path, server: Server) -> None:
    chosen = ("--docs", str(folder), "--embedder", "openai:small")
    for command in (["index"], ["ask", QUESTION], ["search", "harbour"]):
        ran = onrecord(*chosen, *command, OPENAI_BASE_URL=server.url)
        assert ran.returncode == 1
        assert ran.stdout == ""
        assert ran.stderr.splitlines()[-1].startswith("onrecord: Not done: 2 passages to embed with")
        assert "`onrecord index --yes`" in ran.stderr
    assert server.requests == []
    ran = onrecord(*chosen, "index", "--yes", "--json", OPENAI_BASE_URL=server.url)
    assert ran.returncode == 0, ran.stderr
    assert "2 passages to embed with openai:small, at most" in ran.stderr
    assert json.loads(ran.stdout)["embedded"] == 2
    ran = onrecord(*chosen, "search", "harbour", "--json", OPENAI_BASE_URL=server.url)
    assert ran.returncode == 0, ran.stderr
    assert len(json.loads(ran.stdout)["passages"]) == 2
    assert server.texts[-1] == "harbour"
    ran = onrecord(*chosen, "search", "harbour", "--json", OPENAI_BASE_URL="http://127.0.0.1:9/v1")
    assert ran.returncode == 0
    assert len(json.loads(ran.stdout)["passages"]) == 1
    assert ran.stderr.endswith("Search went by words alone.\n")
    assert len(ran.stderr.splitlines()) == 1
    ran = onrecord("--docs", str(folder), "search", "harbour")
    assert ran.returncode == 1
    assert "was made with the embedder openai:small" in ran.stderr


def test_doctor_tells_that_passages_leave(onrecord: Run, folder: Path, server: Server) -> None:
    chosen = {"ONRECORD_EMBEDDER": "openai:small", "OPENAI_BASE_URL": server.url}
    onrecord("--docs", str(folder), "index", "--yes", **chosen)
    found = json.loads(onrecord("--docs", str(folder), "doctor", "--json", **chosen).stdout)
    assert found["embedder"] == "openai:small"
    assert found["leaves_this_machine"].startswith("every passage once, to be embedded, and each question")
