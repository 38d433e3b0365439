"""`onrecord chat` and `ask` as a person uses them: on a terminal, with Ctrl-C, and through pipes."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import GUARD, ROOT, CopySeeds
from openai_server import Reply, Server, passages_of, serving
from terminal import RUN, Terminal, on_terminal
from test_writing import QUESTION, claim, first_sentence, honest

HERE = f"{GUARD}{os.pathsep}{ROOT}"
STANDALONE = "How many attacks were prevented in Russia in the last year?"
SECRET = "Nobody may ever read this sentence."


@pytest.fixture(scope="module")
def docs(copy_seeds: CopySeeds, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample documents, indexed, for all tests here that do not change it."""
    return copy_seeds(tmp_path_factory.mktemp("chat") / "docs")


def halting(passages: list[str], question: str) -> Any:
    """One true statement and the beginning of a second that has no proof yet; then nothing more."""
    made = honest(passages, question)["statements"][:1]
    said = json.dumps({"statements": [*made, claim(SECRET, 1, "x")]}, ensure_ascii=False)
    return Reply(said, end="silent", after=said.index(SECRET) + len(SECRET) + 20)


def halting_at_first(passages: list[str], question: str) -> Any:
    """An answer that stops where the first question is asked, and is whole for any other."""
    return halting(passages, question) if question == QUESTION else honest(passages, question)


@pytest.fixture
def server() -> Iterator[Server]:
    """A model that halts within its answer to QUESTION."""
    with serving(halting_at_first, lambda prompt: STANDALONE) as opened:
        yield opened


def environment(server: Server) -> dict[str, str]:
    """The settings that name the scripted model."""
    return {"OPENAI_BASE_URL": server.url, "ONRECORD_MODEL": "scripted"}


def quote_of(server: Server) -> str:
    """The statement that the server made of its last request."""
    return " ".join(first_sentence(passages_of(server.prompts()[-1])[0]).split())


def test_a_conversation_on_a_terminal(server: Server, docs: Path, tmp_path: Path) -> None:
    with on_terminal(tmp_path, "--docs", str(docs), "chat", **environment(server)) as terminal:
        terminal.until("written by scripted", "> ")
        _ask_and_stop(terminal, server)
        _list_and_open(terminal, docs)
        terminal.enter("And who said that?")
        terminal.until("Searched for: " + STANDALONE, "cost unknown", "> ")
        rewriting = server.prompts()[1]
        assert f"Person: {QUESTION}" in rewriting
        assert "Answer: " in rewriting
        assert SECRET not in rewriting
        terminal.enter("/nonsense")
        terminal.until("There is no command /nonsense; /help lists them.", "> ")
        terminal.enter("?!")
        terminal.until("onrecord: The question is empty", "> ")
        terminal.type("\x04")
        assert terminal.leave() == 0
        assert SECRET not in terminal.seen
        assert "Traceback" not in terminal.seen


def _ask_and_stop(terminal: Terminal, server: Server) -> None:
    terminal.enter(QUESTION)
    terminal.until("searching", "[1]\n", ", characters ", "writing and checking, ")
    assert quote_of(server) in terminal.seen
    terminal.interrupt()
    terminal.until("(incomplete)", "Note: The answer is incomplete: it was stopped.", "> ")


def _list_and_open(terminal: Terminal, docs: Path) -> None:
    terminal.enter("/sources")
    listed = re.search(r"\[1\] [^\n]* · (\S+\.txt)\n", terminal.until("[1]", "\n", "> "))
    assert listed
    assert (docs / listed[1]).exists()
    terminal.enter("/open 1")
    terminal.until(f"{listed[1]}, characters ", "> ")
    assert b"\x1b[1;7m" in terminal.raw
    terminal.enter("/open 2")
    terminal.until("Say /open and a number from 1 to 1; /sources lists them.", "> ")


def test_ctrl_c_at_the_prompt_takes_back_a_line_and_twice_at_an_empty_one_leaves(
    docs: Path, tmp_path: Path
) -> None:
    with on_terminal(tmp_path, "--docs", str(docs), "chat") as terminal:
        terminal.until("answers quote them", "> ")
        terminal.type("half a question")
        terminal.until("half a question")
        terminal.interrupt()
        assert "Press Ctrl-C" not in terminal.until("> ")
        terminal.interrupt()
        terminal.until("Press Ctrl-C again to leave, or Ctrl-D.", "> ")
        terminal.enter("/help")
        terminal.until("/quit", "> ")
        terminal.interrupt()
        terminal.until("Press Ctrl-C again to leave, or Ctrl-D.", "> ")
        terminal.interrupt()
        assert terminal.leave() == 0
        assert "Traceback" not in terminal.seen


def test_a_document_that_comes_while_chatting_is_found_and_one_that_changed_is_not_marked(
    folder: Path, tmp_path: Path
) -> None:
    with on_terminal(tmp_path, "--docs", str(folder), "chat") as terminal:
        terminal.until("> ")
        (folder / "ferry.txt").write_text("The ferry captain Olsen said the ferry sails at dawn.\n", "utf-8")
        terminal.enter("What did the ferry captain Olsen say?")
        terminal.until("sails at dawn", "ferry.txt, characters", "> ")
        (folder / "ferry.txt").write_text("It is another text now.\n", "utf-8")
        terminal.enter("Why was the old bridge closed to lorries?")
        terminal.until("bridge.txt, characters", "> ")
        (folder / "bridge.txt").unlink()
        terminal.enter("?")
        terminal.until("empty", "> ")
        terminal.enter("/open 1")
        terminal.until("onrecord: No document is called bridge.txt", "> ")
        terminal.enter("/quit")
        assert terminal.leave() == 0


def test_a_piped_chat_prints_answers_alone_and_knows_the_conversation(docs: Path, tmp_path: Path) -> None:
    lines = f"{STANDALONE}\n\n/sources\n/nonsense\n?!\nAnd who said that?\n/open 1\n"
    with serving(honest, lambda prompt: QUESTION) as server:
        ran = _piped(tmp_path, lines, "--docs", str(docs), "chat", **environment(server))
    assert ran.returncode == 0
    assert not re.search(r"^> ", ran.stdout, re.M)
    assert "\x1b" not in ran.stdout
    assert re.search(r"^\[1\] .* · \S+\.txt$", ran.stdout, re.M)
    assert f"Searched for: {QUESTION}\n" in ran.stdout
    assert re.search(r"^[\d,]+ tokens, cost unknown$", ran.stdout, re.M)
    assert re.search(r">>>.*<<<", ran.stdout, re.S)
    assert f"Person: {STANDALONE}" in server.prompts()[1]
    assert ran.stderr.splitlines() == [
        "There is no command /nonsense; /help lists them.",
        "onrecord: The question is empty; type what you want to know.",
    ]


def _piped(home: Path, given: str, *arguments: str, **environment: str) -> Any:
    return subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", *arguments],
        input=given,
        capture_output=True,
        encoding="utf-8",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": HERE, "HOME": str(home), **environment},
        cwd=home,
        timeout=120,
        check=False,
    )


def test_ask_on_a_terminal_shows_statements_as_they_are_proven_and_ctrl_c_keeps_them(
    server: Server, docs: Path, tmp_path: Path
) -> None:
    with on_terminal(tmp_path, "--docs", str(docs), "ask", QUESTION, **environment(server)) as terminal:
        terminal.until("searching", "[1]\n", ", characters ", "writing and checking")
        terminal.interrupt()
        terminal.until("(incomplete)", "it was stopped.")
        assert terminal.leave() == 130
        assert quote_of(server) in terminal.seen
        assert SECRET not in terminal.seen
        assert "Traceback" not in terminal.seen


def test_ask_stopped_before_anything_is_proven_says_so(docs: Path, tmp_path: Path) -> None:
    with (
        serving(lambda passages, question: Reply(end="hole")) as server,
        on_terminal(tmp_path, "--docs", str(docs), "ask", QUESTION, **environment(server)) as terminal,
    ):
        terminal.until("writing and checking, ")
        terminal.interrupt()
        terminal.until("The answer was stopped before anything was proven.")
        assert terminal.leave() == 130
        assert "Traceback" not in terminal.seen
        assert "closest" not in terminal.seen


def test_a_stopped_answer_as_json_is_whole_and_says_incomplete(
    server: Server, docs: Path, tmp_path: Path
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, "--docs", str(docs), "ask", "--json", QUESTION],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": HERE, "HOME": str(tmp_path), **environment(server)},
        cwd=tmp_path,
    )
    try:
        ends = time.monotonic() + 60
        while not server.requests and time.monotonic() < ends:
            time.sleep(0.05)
        # The model is waited for now; a tenth of a second after that, stopping is gentle.
        time.sleep(0.7)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 130
    assert err == b""
    answer = json.loads(out)
    assert answer["incomplete"]
    assert len(answer["statements"]) <= 1


EVIL = "\x1b]52;c;b3duZWQ=\x07\x1b[5;31mred\x1b[0m\u202e"
# What a statement may hold without being left out: figures must stand in its quotes.
SLY = "\x1b[K\x1b]\x07\u202e"


def test_nothing_that_a_document_a_name_or_a_model_writes_reaches_the_terminal_as_a_command(
    tmp_path: Path,
) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / f"harbour{EVIL}\n[9] Forged.txt").write_text(
        f"The harbour master {EVIL} said the harbours will be dredged in June.\n", "utf-8"
    )

    def forge(passages: list[str], question: str) -> Any:
        text = f"The harbours{SLY} will be\n> dredged in June."
        return {"statements": [claim(text, 1, "said the harbours will be dredged in June.")]}

    with (
        serving(forge) as server,
        on_terminal(tmp_path, "--docs", str(docs), "chat", **environment(server)) as terminal,
    ):
        terminal.until("> ")
        terminal.enter("When will the harbours be dredged, said the harbour master?")
        terminal.until("[1]", "Forged.txt, characters", "cost unknown", "> ")
        terminal.enter("/sources")
        terminal.until("Forged.txt\n", "> ")
        terminal.enter("/open 1")
        terminal.until("Forged.txt, characters", "June", "> ")
        terminal.enter("/quit")
        assert terminal.leave() == 0
    shown = terminal.raw
    assert b"\x1b]52" not in shown
    assert b"\x1b[5;31m" not in shown
    assert "\u202e".encode() not in shown
    assert r"\x1b]52;c;b3duZWQ=\x07\x1b[5;31mred" in terminal.seen
    assert "The harbours[K] will be > dredged in June. [1]" in terminal.seen
    assert not re.search(r"^\s*\[9\]", terminal.seen, re.M)
    assert not re.search(r"^> dredged", terminal.seen, re.M)
