"""With a language model: its statements are shown only with quotes that code found."""

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from openai_server import Reply, Script, Server, serving

from app.compose import open_assistant
from app.settings import Settings
from retrieval import Library
from retrieval.answers.answer import Answer, Statement
from retrieval.assistant import Step

QUESTION = "How many attacks were prevented in Russia?"


def first_sentence(passage: str) -> str:
    """The first of a passage's sentences, roughly."""
    return passage.split(". ")[0]


def claim(text: str, passage: int, quote: str) -> dict[str, Any]:
    """A statement as a model writes it."""
    return {"text": text, "proofs": [{"passage": passage, "quote": quote}]}


def honest(passages: list[str], question: str) -> Any:
    """Two statements in the documents' own words, each with a true quote from the prompt."""
    quotes = [first_sentence(passage) for passage in passages[:2]]
    return {"statements": [claim(quote, n, quote) for n, quote in enumerate(quotes, 1)]}


def ask(library: Library, script: Script, question: str = QUESTION, **settings: Any) -> tuple[Answer, Server]:
    """The answer of an assistant whose model is scripted, and the server it called."""
    with serving(script) as server:
        given = {"openai_base_url": server.url, "model": "scripted", "timeout": 5, **settings}
        return open_assistant(Settings(**given), library).ask(question), server


def assert_exact(library: Library, answer: Answer) -> None:
    """Every citation is the document's own text."""
    for statement in answer.statements:
        assert statement.citations
        for c in statement.citations:
            assert library.document(c.source).text[c.start : c.end] == c.quote


def test_true_quotes_become_exact_citations(library: Library) -> None:
    answer, server = ask(library, honest)
    assert answer.engine == "openai:scripted"
    assert answer.notes == ()
    assert [s.support for s in answer.statements] == ["supported", "supported"]
    assert not answer.incomplete
    assert_exact(library, answer)
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (100, 20)
    assert answer.usage.cost_usd is None
    assert len(server.requests) == 1


def test_the_model_is_asked_for_the_form_in_two_ways(library: Library) -> None:
    _, server = ask(library, honest)
    (request,) = server.requests
    assert request["response_format"]["json_schema"]["strict"]
    assert '{"statements":' in request["messages"][0]["content"]


def test_the_prompt_holds_passages_with_their_facts_and_the_question(library: Library) -> None:
    answer, server = ask(library, honest, context_window=100_000)
    (prompt,) = server.prompts()
    assert all(passage.text in prompt for passage in answer.passages)
    assert 'outlet="TASS" date="--04-04" speaker="Alexander Bortnikov">' in prompt
    assert prompt.rstrip().endswith(f"Question: {QUESTION}")


def test_statements_come_one_by_one_before_the_model_is_done(library: Library) -> None:
    def slow(passages: list[str], question: str) -> Any:
        return Reply(honest(passages, question), pause=0.01)

    with serving(slow) as server:
        settings = Settings(openai_base_url=server.url, model="scripted")
        events = list(open_assistant(settings, library).stream(QUESTION))
    kinds = [type(event) for event in events]
    first = kinds.index(Statement)
    second = kinds.index(Statement, first + 1)
    assert Step in kinds[first:second]
    assert kinds[-1] is Answer
    assert kinds.count(Answer) == 1
    assert [e for e in events if isinstance(e, Statement)] == list(events[-1].statements)


def test_an_invented_quote_drops_its_statement_and_is_counted(library: Library) -> None:
    def invent(passages: list[str], question: str) -> Any:
        made = honest(passages, question)
        made["statements"].append(claim("Invented.", 1, "Nobody ever said these words anywhere."))
        return made

    answer, _ = ask(library, invent)
    assert len(answer.statements) == 2
    assert answer.notes == ("1 statement was left out because no passage holds the quote given for it.",)


def test_a_quote_with_one_digit_changed_is_not_shown(library: Library) -> None:
    def change(passages: list[str], question: str) -> Any:
        place = next(p for p in passages if "1,700" in p)
        start = place.index("around 1,700")
        return {"statements": [claim("x", 1, place[start : start + 40].replace("1,700", "1,800"))]}

    answer, _ = ask(library, change, "How many Russian nationals fight in Syria and Iraq?")
    assert answer.status == "not_in_documents"
    assert answer.statements == ()
    assert len(answer.closest) == 3


def test_a_figure_that_no_quote_holds_is_not_shown(library: Library) -> None:
    def misquote(passages: list[str], question: str) -> Any:
        quote = next(s for p in passages for s in p.split("\n") if "Twenty-five" in s)
        return {"statements": [claim("9,417 attacks were prevented in Russia.", 1, quote)]}

    answer, _ = ask(library, misquote)
    assert answer.statements == ()
    assert "its quotes do not support it" in answer.notes[0]


def test_written_out_numbers_equal_digits(library: Library) -> None:
    def count(passages: list[str], question: str) -> Any:
        quote = next(s for p in passages for s in p.split("\n") if "Twenty-five" in s)
        return {"statements": [claim("25 terror attacks were prevented in Russia.", 1, quote)]}

    answer, _ = ask(library, count)
    assert [s.support for s in answer.statements] == ["supported"]


def test_a_quote_under_the_wrong_number_is_cited_where_it_stands(library: Library) -> None:
    def misattribute(passages: list[str], question: str) -> Any:
        quote = first_sentence(passages[0])
        return {"statements": [claim(quote, 2, quote)]}

    answer, _ = ask(library, misattribute)
    (citation,) = answer.statements[0].citations
    first = answer.passages[0]
    assert (citation.source, citation.start) == (first.source, first.start)
    assert answer.notes == ("A quote stands elsewhere than the model said; what is cited is where.",)


def test_the_same_statement_twice_is_shown_once(library: Library) -> None:
    def repeat(passages: list[str], question: str) -> Any:
        return {"statements": honest(passages, question)["statements"][:1] * 3}

    answer, _ = ask(library, repeat)
    assert len(answer.statements) == 1
    assert answer.notes == ()


def test_a_model_that_says_nothing_is_a_refusal(library: Library) -> None:
    answer, _ = ask(library, lambda passages, question: {"statements": []})
    assert answer.status == "not_in_documents"
    assert answer.engine == "openai:scripted"
    assert answer.text == "The documents do not answer this question."


@pytest.mark.parametrize(
    "frame",
    [
        "```json\n%s\n```",
        "Here is the answer:\n\n%s\n\nI hope it helps.",
        '<think>They want {"statements": [{"text": "no"}]}?</think>%s',
        "\ufeff%s",
    ],
)
def test_a_form_wrapped_in_something_else_is_read(library: Library, frame: str) -> None:
    answer, _ = ask(library, lambda passages, question: frame % json.dumps(honest(passages, question)))
    assert len(answer.statements) == 2
    assert answer.notes == ()


def test_a_server_without_structured_output_is_asked_again_without(library: Library) -> None:
    calls: list[int] = []

    def refuse_twice(passages: list[str], question: str) -> Any:
        calls.append(1)
        return Reply(status=400) if len(calls) <= 2 else honest(passages, question)

    answer, server = ask(library, refuse_twice)
    assert len(answer.statements) == 2
    assert "temperature" in server.requests[0]
    assert "temperature" not in server.requests[1]
    assert "response_format" in server.requests[1]
    assert "response_format" not in server.requests[2]
    assert "stream_options" not in server.requests[2]


def test_tokens_are_counted_where_the_server_tells_none(library: Library) -> None:
    answer, server = ask(library, lambda passages, question: Reply(honest(passages, question), usage=False))
    prompt = sum(len(message["content"].encode()) for message in server.requests[0]["messages"])
    assert answer.usage.prompt_tokens == prompt
    assert answer.usage.completion_tokens > 0


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


def test_two_assistants_in_one_process_do_not_disturb_each_other(library: Library) -> None:
    with serving(honest) as server:
        settings = Settings(openai_base_url=server.url, model="scripted", timeout=5)
        first, second = (open_assistant(settings, library) for _ in range(2))
        engines = [assistant.ask(QUESTION).engine for assistant in (first, second, first, second)]
        assert first.model is not None
        first.model.caller.close()
        engines.append(second.ask(QUESTION).engine)
    assert set(engines) == {"openai:scripted"}


def test_another_variable_of_the_environment_sends_nothing_elsewhere(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_BASE", "http://127.0.0.1:9/v1")
    model = open_assistant(Settings(openai_api_key="k"), library).model
    assert model is not None
    assert model.chat.openai_api_base == "https://api.openai.com/v1"  # type: ignore[attr-defined]
