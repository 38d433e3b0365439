"""How answers are put on a terminal: statements, endings, and quotes in their context."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from app.context import AROUND, around, print_context
from app.statements import print_answer, print_ending, used
from retrieval.answers.answer import Answer, Citation, Seconds, Statement, Usage
from retrieval.documents.document import Document

CITATION = Citation("a.txt", 7, 12, "quote", "Title", "TASS", "2020-01-02", "A. Berg")
PARTLY = Statement("The cost is 12.", (CITATION,), "partly", None, "the year stands in no quote")
ANSWER = Answer(
    question="q",
    standalone_question="q",
    status="answered",
    statements=(PARTLY,),
    passages=(),
    closest=(),
    confidence=0.9,
    engine="openai:m",
    seconds=Seconds(0, 0, 0),
    notes=("Statement 1 is only partly supported: the year stands in no quote.", "Another note."),
    usage=Usage(1200, 40, 0, 0.0004),
)


def printed(answer: Answer) -> str:
    """The answer as it is printed through a pipe."""
    console = Console(file=io.StringIO(), highlight=False, soft_wrap=True)
    print_answer(console, answer, Path("docs"))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_nothing_untrusted_is_obeyed_or_looks_like_another_line() -> None:
    evil = "a\x1b]52;c;b3duZWQ=\x07\x1b[31m\u202e\r\n  [9] Forged"
    citation = Citation(evil, 0, 9, evil, evil, evil, evil, evil, evil)
    statement = Statement(evil, (citation, replace(citation, quote="b")), "partly", evil, evil)
    shown = printed(
        replace(ANSWER, statements=(statement,), standalone_question=evil, notes=(evil,), engine=evil)
    )
    assert not {"\x1b", "\x07", "\u202e", "\r"} & set(shown)
    assert not [line for line in shown.splitlines() if line.startswith("  [9]")]
    assert r"\x1b]52;c;b3duZWQ=\x07\x1b[31m\u202e" in shown


def test_the_reason_for_partly_stands_below_its_statement_and_nowhere_else() -> None:
    shown = printed(ANSWER)
    assert "The cost is 12. [1]\n  (partly supported: the year stands in no quote)\n" in shown
    assert shown.count("the year stands in no quote") == 1
    assert "Note: Another note.\n" in shown


def test_an_answer_ends_with_what_was_searched_for_and_used() -> None:
    shown = printed(replace(ANSWER, standalone_question="What is q?"))
    assert shown.endswith("Searched for: What is q?\n1,240 tokens, $0.0004\n")
    assert "(incomplete)" not in shown


def test_an_incomplete_answer_is_marked() -> None:
    assert "\n(incomplete)\n" in printed(replace(ANSWER, incomplete=True))


def test_without_a_model_nothing_is_told_of_tokens() -> None:
    assert "token" not in printed(replace(ANSWER, engine="quotes", usage=Usage()))


def test_an_answer_stopped_before_anything_was_proven_is_no_refusal() -> None:
    console = Console(file=io.StringIO())
    print_ending(console, replace(ANSWER, statements=(), incomplete=True, notes=()))
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().startswith("The answer was stopped before anything was proven.\n")


@pytest.mark.parametrize(
    ("cost", "told"),
    [
        (None, "cost unknown"),
        (0.0, "$0.0000"),
        (0.00001, "less than $0.0001"),
        (0.01234, "$0.0123"),
        (2, "$2.00"),
    ],
)
def test_a_cost_is_told_or_said_to_be_unknown(cost: float | None, told: str) -> None:
    assert used(Usage(5, 5, 0, cost)) == f"10 tokens, {told}"


TEXTS = st.text(st.sampled_from("ab \n\r\t.\u2028") | st.characters(), max_size=80)


@given(TEXTS, TEXTS, TEXTS, st.integers(0, 60), st.integers(0, 60))
def test_a_context_holds_the_quote_and_is_not_long(
    before: str, quote: str, after: str, left: int, right: int
) -> None:
    text = before * left + quote + after * right
    start, end = len(before) * left, len(before) * left + len(quote)
    span = around(text, start, end)
    assert 0 <= span.start <= start <= end <= span.end <= len(text)
    assert start - span.start <= AROUND
    assert span.end - end <= AROUND


def test_a_context_begins_and_ends_with_whole_paragraphs_where_they_fit() -> None:
    far, near = "far " * 300 + "\n\n", "A paragraph before.\r\n\r\n"
    text = far + near + "The quote stands here.\n\nOne behind.\n\n" + far
    start = text.index("quote")
    span = around(text, start, start + 5)
    assert text[span.start : span.end] == near + "The quote stands here.\n\nOne behind."


def test_a_long_paragraph_is_cut_between_words() -> None:
    text = "word " * 500 + "quote" + " word" * 500
    span = around(text, 2500, 2505)
    shown = text[span.start : span.end]
    assert set(shown.split()) == {"word", "quote"}
    assert len(shown) > AROUND


def opened(document: Document) -> str:
    """The citation in this document, as it is printed through a pipe."""
    console = Console(file=io.StringIO(), soft_wrap=True)
    print_context(console, 3, CITATION, document)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_quote_is_marked_in_its_context_with_its_place() -> None:
    shown = opened(Document("a.txt", "Before quote\r\nbehind \x1b[31m."))
    assert shown == (
        "[3] A. Berg · TASS · 2 January 2020\na.txt, characters 7–12\n\n"
        "Before >>>quote<<<\nbehind \\x1b[31m.\n"
    )


def test_a_document_that_changed_since_is_not_marked() -> None:
    shown = opened(Document("a.txt", "Another text altogether."))
    assert "The document has changed since it was quoted; ask again." in shown
    assert ">>>" not in shown
