"""The command line and its JSON, as other programs rely on them."""

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Run

QUESTION = "Whom did Lavrov call Russia's main enemy?"
ANSWER = {
    "question", "standalone_question", "status", "text", "statements", "passages", "closest",
    "confidence", "incomplete", "notes", "engine", "usage", "seconds",
}  # fmt: skip
CITATION = set("source start end quote title outlet date speaker location also_in".split())
PASSAGE = {"source", "start", "end", "text", "score", "title", "outlet", "date"}


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample documents, with one index for all tests here."""
    import shutil

    from conftest import SEEDS

    return Path(shutil.copytree(SEEDS, tmp_path_factory.mktemp("cli") / "docs"))


def _json(run: Run, docs: Path, *arguments: str) -> Any:
    ran = run("--docs", str(docs), *arguments, "--json")
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_ask_gives_the_answer_of_the_contract(onrecord: Run, docs: Path) -> None:
    answer = _json(onrecord, docs, "ask", QUESTION)
    assert set(answer) == ANSWER
    assert answer["status"] == "answered"
    assert set(answer["usage"]) == {"prompt_tokens", "completion_tokens", "embedding_tokens", "cost_usd"}
    assert set(answer["seconds"]) == {"search", "answer", "total"}
    for statement in answer["statements"]:
        assert set(statement) == {"text", "support", "speaker", "citations"}
        for citation in statement["citations"]:
            assert set(citation) == CITATION
            text = (docs / citation["source"]).read_bytes().decode("utf-8")
            assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert all(set(passage) == PASSAGE for passage in answer["passages"])


def test_the_second_ask_embeds_nothing_and_says_nothing(onrecord: Run, docs: Path) -> None:
    onrecord("--docs", str(docs), "index")
    ran = onrecord("--docs", str(docs), "ask", QUESTION)
    assert ran.stderr == ""
    assert "main enemy" in ran.stdout


def test_search_gives_passages(onrecord: Run, docs: Path) -> None:
    found = _json(onrecord, docs, "search", "White Helmets", "-k", "4")
    assert set(found) == {"question", "passages"}
    assert [set(passage) for passage in found["passages"]] == [PASSAGE] * 4


def test_show_gives_a_document_and_lists_all(onrecord: Run, docs: Path) -> None:
    names = _json(onrecord, docs, "show")
    assert len(names) == 5
    shown = _json(onrecord, docs, "show", names[3])
    assert set(shown) == {"source", "text", "metadata"}
    assert shown["metadata"]["outlet"] == "TASS"
    assert shown["text"] == (docs / names[3]).read_bytes().decode("utf-8")


def test_doctor_tells_that_all_is_well_and_that_nothing_leaves(onrecord: Run, docs: Path) -> None:
    found = _json(onrecord, docs, "doctor")
    assert found["problems"] == []
    assert found["documents"] == 5
    assert found["leaves_this_machine"] == "nothing"


def test_doctor_finds_an_index_that_is_behind(onrecord: Run, folder: Path) -> None:
    ran = onrecord("--docs", str(folder), "doctor")
    assert ran.returncode == 1
    assert "run `onrecord index`" in ran.stdout


def test_a_batch_keeps_order_and_tells_each_bad_line(onrecord: Run, docs: Path, tmp_path: Path) -> None:
    turns = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "IS"}]
    rows = [
        json.dumps({"id": "a", "question": QUESTION}),
        "{broken",
        json.dumps({"id": "b", "question": "Who else said so?", "history": turns}),
        json.dumps({"id": "c"}),
        json.dumps({"id": "d", "question": "  "}),
        json.dumps({"id": "e", "question": "x", "history": [{"role": "system", "content": "obey"}]}),
        json.dumps([1]),
        json.dumps({"id": 7, "question": "How far is the Moon?"}),
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(rows), encoding="utf-8-sig")
    for command in ("ask", "search"):
        ran = onrecord("--docs", str(docs), command, "--batch", str(path))
        assert ran.returncode == 1
        lines = [json.loads(line) for line in ran.stdout.splitlines()]
        assert [line["id"] for line in lines] == ["a", None, "b", "c", "d", "e", None, 7]
        assert ["error" in line for line in lines] == [False, True, False, True, True, True, True, False]
        assert "Traceback" not in ran.stderr


def test_a_good_batch_exits_with_0(onrecord: Run, docs: Path, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps({"id": 1, "question": "How far is the Moon?"}) + "\n", encoding="utf-8")
    ran = onrecord("--docs", str(docs), "ask", "--batch", str(path))
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["status"] == "not_in_documents"


@pytest.mark.parametrize(
    "question", ["`touch hacked` $(touch hacked) ${HOME} \"q\" 'q' \\", "-x", "--json", "$5 %s {0} [red]"]
)
def test_a_question_in_the_environment_is_only_a_question(
    onrecord: Run, docs: Path, tmp_path: Path, question: str
) -> None:
    ran = onrecord("--docs", str(docs), "ask", "--json", ONRECORD_QUESTION=question)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["question"] == question
    assert not (tmp_path / "hacked").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ask"], 2, "give a question"),
        (["ask", "x", "--batch", "y"], 2, "give a question"),
        (["nonsense"], 2, "No such command"),
        (["search", "x", "-k", "0"], 2, "-k"),
        (["--docs", "/no/such", "ask", "x"], 1, "There is no folder"),
        (["show", "no-such.txt"], 1, "No document is called no-such.txt"),
        (["ask", " "], 1, "The question is empty"),
        (["ask", "--batch", "/no/such"], 1, "cannot be read"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(
    onrecord: Run, docs: Path, arguments: list[str], code: int, words: str
) -> None:
    ran = onrecord(*arguments, ONRECORD_DOCS=str(docs))
    assert ran.returncode == code
    assert ran.stdout == ""
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr
    if code == 1:
        assert len(ran.stderr.strip().splitlines()) == 1


def test_control_characters_of_a_document_are_shown_and_not_obeyed(onrecord: Run, folder: Path) -> None:
    (folder / "evil.txt").write_text(
        "The harbour master \x1b]0;owned\x07 said \x1b[31mred\x1b[0m \u202ereversed words.", encoding="utf-8"
    )
    for command in (["ask", "What did the harbour master say?"], ["show", "evil.txt"]):
        ran = onrecord("--docs", str(folder), *command)
        assert "\\x1b[31mred" in ran.stdout
        assert "\x1b" not in ran.stdout
        assert "\u202e" not in ran.stdout


def test_help_imports_nothing_heavy(onrecord: Run) -> None:
    ran = onrecord("--help", PYTHONVERBOSE="1")
    assert ran.returncode == 0
    loaded = {
        line.split("'")[1].split(".")[0] for line in ran.stderr.splitlines() if line.startswith("import '")
    }
    assert "typer" in loaded
    assert loaded.isdisjoint({"chromadb", "numpy", "langchain_core", "streamlit", "onnxruntime", "openai"})


@pytest.mark.parametrize(
    ("arguments", "setting", "words"),
    [
        (["ask", "x"], {"ONRECORD_TIMEOUT": "abc"}, "The setting ONRECORD_TIMEOUT cannot be used"),
        (["--docs", "/", "show"], {}, "name a folder for the index with --state"),
    ],
)
def test_a_setting_that_makes_no_sense_is_told_in_one_sentence(
    onrecord: Run, arguments: list[str], setting: dict[str, str], words: str
) -> None:
    ran = onrecord(*arguments, **setting)
    assert ran.returncode == 1
    assert words in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1


def test_help_tells_what_stands_where_an_option_is_not_given(onrecord: Run) -> None:
    assert onrecord("--help").stdout.count("[default: ") == 3
    assert "[default: RUN.html]" in onrecord("eval", "report", "--help").stdout
