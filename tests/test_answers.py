"""Quoting: the documents' own sentences, or a refusal with the closest passages."""

from pathlib import Path

import pytest

from retrieval import Assistant, Library
from retrieval.answers.kinds import holds_kind, wanted_kind


def test_an_answer_quotes_the_sentence_with_who_where_and_when(assistant: Assistant) -> None:
    answer = assistant.ask("Whom did Lavrov call Russia's main enemy?")
    assert answer.status == "answered"
    assert answer.engine == "quotes"
    cited = [c for s in answer.statements for c in s.citations]
    (main,) = [c for c in cited if c.quote.startswith('"I consider [IS] to be our main enemy')]
    assert main.speaker == "Sergei Lavrov"
    assert main.outlet == "Under The Black Flag"
    assert main.title == "Lavrov: Islamic State Is Russia's 'Main Enemy'"


def test_the_passages_of_an_answer_come_as_their_sentences_rank(assistant: Assistant) -> None:
    answer = assistant.ask("Whom did Lavrov call Russia's main enemy?")
    places = [
        next(n for n, p in enumerate(answer.passages) if p.source == c.source and p.start <= c.start < p.end)
        for c in (statement.citations[0] for statement in answer.statements)
    ]
    assert len(answer.passages) == 16
    assert places == sorted(places)
    assert places[0] == 0


def test_at_most_three_statements_whose_text_is_their_quote(assistant: Assistant) -> None:
    answer = assistant.ask("What did Bortnikov say about terrorists?")
    assert 1 <= len(answer.statements) <= 3
    for statement in answer.statements:
        assert statement.text == statement.citations[0].quote
    assert answer.text == "\n".join(s.text for s in answer.statements)


def test_what_somebody_says_about_a_topic_is_every_sentence_that_names_it(assistant: Assistant) -> None:
    first, *_ = assistant.ask("What did Churkin say about Denmark and France?").statements
    assert first.speaker == "Vitaly Churkin"
    assert "Denmark, France" in first.text
    assert not assistant.ask("What did Churkin say about Greenland?").statements


def test_what_two_documents_tell_is_one_statement_cited_twice(assistant: Assistant) -> None:
    answer = assistant.ask("What are terrorist groups defeated in Syria building in other countries?")
    sources = [{c.source[:3] for c in s.citations} for s in answer.statements]
    assert {"000", "001"} in sources


@pytest.mark.parametrize(
    "question",
    ["How far is the Moon from the Earth?", "Who won the 2014 football world cup?", "basil pesto recipe"],
)
def test_what_the_documents_do_not_tell_is_refused(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.status == "not_in_documents"
    assert answer.text == "The documents do not answer this question."
    assert answer.statements == ()
    assert len(answer.closest) == 3


def test_a_follow_up_uses_what_was_asked_before(assistant: Assistant, library: Library) -> None:
    history = [
        {"role": "user", "content": "How many Russians are fighting in Syria?"},
        {"role": "assistant", "content": "Around 1,700."},
    ]
    answer = assistant.ask("And how many were there in June 2013?", history)
    assert answer.standalone_question.endswith("And how many were there in June 2013?")
    assert any("200 Russians" in s.text for s in answer.statements)


def test_the_same_question_gets_the_same_answer(assistant: Assistant) -> None:
    first, second = (assistant.ask("Why are the air strikes illegal?") for _ in range(2))
    assert first.statements == second.statements
    assert first.confidence == second.confidence


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many attacks were there?", "number"),
        ("When was Kabul seized?", "time"),
        ("Who said so?", "person"),
        ("Where were they sent?", "place"),
        ("Why did it fail?", None),
    ],
)
def test_what_a_question_asks_for_is_told(question: str, kind: str | None) -> None:
    assert wanted_kind(question) == kind


def test_whether_a_sentence_holds_what_is_asked_for() -> None:
    assert holds_kind("number", "Twenty-five attacks were prevented.")
    assert not holds_kind("number", "Attacks were prevented.")
    assert holds_kind("time", "It was seized on August 15.")
    assert holds_kind("person", "It was said by Anna Berg.")


@pytest.mark.parametrize("name", ["O'Brien", "Großmann", "d'Estaing", "Oldman"])
def test_a_name_is_known_however_it_is_written(tmp_path: Path, name: str) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.txt").write_text(
        f"The head of the council, Patrick {name}, resigned in March.", encoding="utf-8"
    )
    with Library.open(docs, tmp_path / "index") as library:
        library.sync()
        assert Assistant(library).ask(f"When did {name} resign from the council?").status == "answered"


def test_a_heading_is_no_statement(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.txt").write_text(
        "Council news\n\nHarbour works:\n\nThe harbour works begin in June, the mayor said.\n",
        encoding="utf-8",
    )
    with Library.open(docs, tmp_path / "index") as library:
        library.sync()
        answer = Assistant(library).ask("When do the harbour works begin?")
    assert [s.text for s in answer.statements] == ["The harbour works begin in June, the mayor said."]
