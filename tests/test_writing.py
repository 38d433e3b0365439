"""With a language model: its statements are shown only with quotes that code found."""

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from openai_server import Script, Server, serving

from app.compose import open_assistant
from app.settings import Settings
from retrieval import Library
from retrieval.answers.answer import Answer

QUESTION = "How many attacks were prevented in Russia?"


def _first_sentence(passage: str) -> str:
    return passage.split(". ")[0]


def _statement(text: str, passage: int, quote: str) -> dict[str, Any]:
    return {"text": text, "proofs": [{"passage": passage, "quote": quote}]}


def honest(passages: list[str], question: str) -> Any:
    """Two statements, each with a true quote from the prompt."""
    return {
        "statements": [
            _statement("The first says so.", 1, _first_sentence(passages[0])),
            _statement("The second says so.", 2, _first_sentence(passages[1])),
        ]
    }


def _ask(library: Library, script: Script, question: str = QUESTION) -> tuple[Answer, Server]:
    with serving(script) as server:
        settings = Settings(openai_base_url=server.url, model="scripted", timeout=5)
        return open_assistant(settings, library).ask(question), server


def test_true_quotes_become_exact_citations(library: Library) -> None:
    answer, server = _ask(library, honest)
    assert answer.engine == "openai:scripted"
    assert [s.text for s in answer.statements] == ["The first says so.", "The second says so."]
    for statement in answer.statements:
        for c in statement.citations:
            assert library.document(c.source).text[c.start : c.end] == c.quote
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (100, 20)
    assert len(server.requests) == 1


def test_the_prompt_holds_the_passages_and_the_question(library: Library) -> None:
    answer, server = _ask(library, honest)
    prompt = server.requests[0]["messages"][-1]["content"]
    assert all(passage.text in prompt for passage in answer.passages)
    assert prompt.rstrip().endswith(f"Question: {QUESTION}")


def test_an_invented_quote_drops_its_statement_and_is_counted(library: Library) -> None:
    def invent(passages: list[str], question: str) -> Any:
        made = honest(passages, question)
        made["statements"].append(_statement("Invented.", 1, "Nobody ever said these words anywhere."))
        return made

    answer, _ = _ask(library, invent)
    assert len(answer.statements) == 2
    assert answer.notes == ("1 statement was dropped because no passage holds the quote given for it.",)


def test_a_quote_with_one_digit_changed_is_not_shown(library: Library) -> None:
    def change(passages: list[str], question: str) -> Any:
        place = next(p for p in passages if "1,700" in p)
        start = place.index("around 1,700")
        return {"statements": [_statement("x", 1, place[start : start + 40].replace("1,700", "1,800"))]}

    answer, _ = _ask(library, change, "How many Russian nationals fight in Syria and Iraq?")
    assert answer.status == "not_in_documents"
    assert answer.statements == ()
    assert len(answer.closest) == 3


def test_a_quote_under_the_wrong_number_is_cited_where_it_stands(library: Library) -> None:
    def misattribute(passages: list[str], question: str) -> Any:
        return {"statements": [_statement("x", 2, _first_sentence(passages[0]))]}

    answer, _ = _ask(library, misattribute)
    (citation,) = answer.statements[0].citations
    first = answer.passages[0]
    assert (citation.source, citation.start) == (first.source, first.start)


def test_a_model_that_says_nothing_is_a_refusal(library: Library) -> None:
    answer, _ = _ask(library, lambda passages, question: {"statements": []})
    assert answer.status == "not_in_documents"
    assert answer.text == "The documents do not answer this question."


@pytest.mark.parametrize("said", [500, 401, 404, "I think so.", '{"statements": [{"text"', "null"])
def test_a_model_that_fails_is_replaced_by_quotes_with_a_note(library: Library, said: Any) -> None:
    answer, _ = _ask(library, lambda passages, question: said)
    assert answer.engine == "quotes"
    assert answer.status == "answered"
    (note,) = answer.notes
    assert note.startswith("The language model gave no answer")
    assert note.endswith("The answer quotes the documents instead.")


def test_a_server_that_is_down_is_replaced_by_quotes(library: Library) -> None:
    settings = Settings(openai_base_url="http://127.0.0.1:9/v1", model="scripted", timeout=5)
    answer = open_assistant(settings, library).ask(QUESTION)
    assert answer.engine == "quotes"
    assert answer.statements


def test_without_a_key_no_model_is_made(library: Library) -> None:
    assert open_assistant(Settings(), library).model is None


def test_the_command_answers_with_a_model(onrecord: Run, seeds_copy: Path) -> None:
    with serving(honest) as server:
        ran = onrecord(
            "--docs", str(seeds_copy), "ask", QUESTION, "--json",
            OPENAI_BASE_URL=server.url, ONRECORD_MODEL="scripted",
        )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["engine"] == "openai:scripted"
