"""What `onrecord doctor` tells of a language model, and of what leaves the machine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import SEEDS

from app.doctor import examine, print_examination
from app.leaving import leaving
from app.settings import Settings
from retrieval import Library

SERVER = "http://person:secret@127.0.0.1:9/v1"


def told(library: Library, **given: Any) -> dict[str, Any]:
    """The examination with a model on a server of one's own."""
    return examine(Settings(openai_base_url=SERVER, model="scripted", **given), library)


def test_a_model_is_told_with_its_server_and_how_it_is_asked(library: Library) -> None:
    found = told(library, timeout=90, first_word_timeout=20, context_window=32_000)
    assert found["server"] == "http://127.0.0.1:9/v1"
    assert found["tokens_counted"] == "as bytes, an upper estimate"
    assert found["context_window"] == "32000 tokens, by ONRECORD_CONTEXT_WINDOW"
    assert [line.split()[0] for line in found["prompts"]] == ["answer", "rewrite"]
    assert all(line.endswith("(comes with OnRecord)") for line in found["prompts"])
    assert found["deadlines"] == "20 s for the first word, 90 s for all"
    assert found["tracing"] == "off"
    assert found["problems"] == []
    assert "secret" not in str(found)


def test_a_window_that_nobody_tells_is_said_to_be_assumed(library: Library) -> None:
    assert told(library)["context_window"].startswith("8192 tokens, assumed")


def test_a_prompt_of_ones_own_is_told_with_its_file_and_another_version(
    library: Library, tmp_path: Path
) -> None:
    own = tmp_path / "rewrite.yaml"
    own.write_text("system: Rewrite.\nhuman: '{history} {question}'\n", "utf-8")
    before, after = told(library)["prompts"], told(library, prompts=tmp_path)["prompts"]
    assert after[0] == before[0]
    assert after[1].endswith(f"({own})")
    assert after[1].split()[1] != before[1].split()[1]


def test_a_prompt_that_cannot_be_used_is_a_problem(library: Library, tmp_path: Path) -> None:
    (tmp_path / "answer.yaml").write_text("system: x\nhuman: '{nonsense}'\n", "utf-8")
    (problem,) = told(library, prompts=tmp_path)["problems"]
    assert "must use the variables {passages}, {question}" in problem


def test_what_leaves_is_told_with_when_and_to_whom(library: Library) -> None:
    told_here = told(library)["leaves_this_machine"]
    assert "each question, with the passages found for it, to http://127.0.0.1:9/v1" in told_here
    assert "in a conversation the last 6 turns" in told_here
    assert "embedded" not in told_here
    assert "LangSmith" not in told_here
    chosen = Settings(openai_base_url=SERVER, embedder="openai:small")
    assert "every passage once, to be embedded" in leaving(chosen)
    assert leaving(Settings()) == "nothing"


@pytest.fixture
def _langchain_reads_the_environment_anew() -> Iterator[None]:
    from langsmith.utils import get_env_var

    get_env_var.cache_clear()
    yield
    get_env_var.cache_clear()


@pytest.mark.parametrize(
    ("setting", "on"),
    [
        ({"LANGSMITH_TRACING": "true"}, True),
        ({"LANGCHAIN_TRACING_V2": "true"}, True),
        ({"LANGSMITH_TRACING": "false"}, False),
        ({"LANGCHAIN_TRACING_V2": "false", "LANGSMITH_TRACING": "true"}, False),
        ({"LANGCHAIN_TRACING_V2": " ", "LANGSMITH_TRACING": "true"}, True),
        ({"LANGSMITH_TRACING": "1"}, False),
        ({}, False),
    ],
)
@pytest.mark.usefixtures("_langchain_reads_the_environment_anew")
def test_tracing_is_told_where_langchain_would_trace(
    library: Library, monkeypatch: pytest.MonkeyPatch, setting: dict[str, str], on: bool
) -> None:
    from langsmith.utils import tracing_is_enabled

    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    assert tracing_is_enabled() is on
    found = told(library)
    assert ("LangSmith" in found["leaves_this_machine"]) is on
    assert found["tracing"].startswith("on: a copy of every prompt and answer to LangSmith") is on


def test_the_examination_is_printed_as_lines(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    print_examination(told(library))
    lines = capsys.readouterr().out.splitlines()
    assert f"docs: {SEEDS}" in lines
    assert "tokens counted: as bytes, an upper estimate" in lines
    assert any(line.startswith("prompts: answer ") for line in lines)
    assert lines[-1] == "All is well."
