"""What is told of a turn: that it is incomplete, why support is not full, and what it cost."""

from typing import Any

import pytest

from app.views.turns import Turn, places, turn_data
from retrieval.answers.answer import REFUSAL, Answer, Citation, Seconds, Statement, Usage
from retrieval.answers.writing import Written
from retrieval.assistant import _reasons

CITATION = Citation("a.txt", 0, 5, "Words", None, None, None, None)
PROVEN = Statement("Words", (CITATION,))
PARTLY = Statement("Ten words", (CITATION,), "partly", reason="the figure 10 stands near the quote")


def answer(*statements: Statement, **given: Any) -> Answer:
    """An answer of these statements."""
    status: Any = "answered" if statements else "not_in_documents"
    seconds = Seconds(0.1, 0.2, 0.3)
    return Answer("Q?", "Q?", status, statements, (), (), 0.9, "openai:scripted", seconds, **given)


def told(made: Answer) -> dict[str, Any]:
    """What the page is given of it."""
    return turn_data(Turn("Q?", made), None, newest=True)


def test_an_incomplete_answer_tells_why_once() -> None:
    notes = tuple(Written(cut="it was stopped", dropped=1).notes())
    data = told(answer(PROVEN, notes=notes, incomplete=True))
    assert data["interrupted"].startswith("Interrupted: it was stopped. ")
    assert data["notes"] == ["1 statement was left out because no passage holds the quote given for it."]


def test_an_answer_stopped_before_anything_was_proven_is_no_refusal() -> None:
    data = told(answer(notes=tuple(Written(cut="it was stopped").notes()), incomplete=True))
    assert data["interrupted"].endswith("Nothing was proven by then.")
    assert data["refusal"] is None


def test_a_whole_answer_is_not_marked_and_a_refusal_is_one() -> None:
    assert told(answer(PROVEN))["interrupted"] is None
    assert told(answer(PROVEN))["refusal"] is None
    assert told(answer())["refusal"] == REFUSAL


def test_why_support_is_partial_stands_beside_the_statement_alone() -> None:
    notes = (*_reasons([PROVEN, PARTLY]), "Something else.")
    data = told(answer(PROVEN, PARTLY, notes=notes))
    assert [statement["partly"] for statement in data["statements"]] == [
        None,
        "The quotes support this only in part: the figure 10 stands near the quote.",
    ]
    assert data["notes"] == ["Something else."]


@pytest.mark.parametrize(
    ("usage", "line"),
    [
        (Usage(), None),
        (Usage(1000, 240, 0, 0.00041), "1,240 tokens · $0.0004"),
        (Usage(1, 0, 0, 0.0000001), "1 token · less than $0.0001"),
        (Usage(1000, 240, 60), "1,300 tokens · cost unknown"),
        (Usage(10, 0, 0, 0.0), "10 tokens · $0.0000"),
    ],
)
def test_usage_is_one_line(usage: Usage, line: str | None) -> None:
    assert told(answer(PROVEN, usage=usage))["usage"] == line


def test_what_is_proven_so_far_is_shown_and_can_be_opened() -> None:
    turn = Turn("Q?", proven=(PROVEN, PARTLY), doing="Writing…", seconds=3, stoppable=True)
    data = turn_data(turn, 2, newest=True)
    assert [s["citations"][0]["number"] for s in data["statements"]] == [1, 2]
    assert (data["doing"], data["seconds"], data["stoppable"]) == ("Writing…", 3, True)
    assert "refusal" not in data
    assert len(places(turn)) == 2


def test_a_statement_in_the_words_of_its_quote_is_shown_once_however_lines_break() -> None:
    quote = Citation("a.txt", 0, 9, "Two\nwords", None, None, None, None)
    (shown,) = told(answer(Statement("Two words", (quote,))))["statements"]
    assert shown["quoted"]
    assert shown["citations"][0]["quote"] is None
