"""The turns of a conversation, as the component `turn` shows them: plain JSON made from answers."""

from dataclasses import dataclass
from typing import Any

from app.render import spoken_date
from app.views.facts import Place, joined, shown
from retrieval.answers.answer import REFUSAL, Answer, Citation, Statement, Usage
from retrieval.library.passage import Passage

# How the notes begin that stand elsewhere in a turn: at its end, and beside a statement.
CUT = "The answer is incomplete: "
PARTLY = "Statement {} is only partly supported: "


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, and what came of it: an answer, or the sentence of an error.

    While it is being answered `doing` says what is done, `seconds` for how long, and `proven` holds the
    statements so far; after an error it holds those that came before.
    """

    question: str
    answer: Answer | None = None
    error: str | None = None
    proven: tuple[Statement, ...] = ()
    doing: str | None = None
    seconds: int = 0
    stoppable: bool = False

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements that are proven."""
        return self.answer.statements if self.answer else self.proven


def places(turn: Turn) -> list[Place]:
    """What can be opened from a turn, in the order of its numbers: citations, or the closest."""
    if turn.answer and not turn.statements:
        return [Place(p.source, p.start, p.end, p.text) for p in turn.answer.closest]
    cited = [citation for statement in turn.statements for citation in statement.citations]
    return [Place(c.source, c.start, c.end, c.quote, c.speaker, c.location) for c in cited]


def turn_data(turn: Turn, opened: int | None, newest: bool) -> dict[str, Any]:
    """A turn as the component `turn` shows it; `opened` is the number that the viewer shows."""
    data: dict[str, Any] = {"question": shown(turn.question), "opened": opened, "newest": newest}
    data["statements"] = _numbered(turn.statements)
    if turn.error:
        data["error"] = shown(turn.error)
    if turn.doing:
        data |= {"doing": turn.doing, "seconds": turn.seconds, "stoppable": turn.stoppable}
    return data | _end(turn.answer) if turn.answer else data


def _end(answer: Answer) -> dict[str, Any]:
    """What is known once an answer has ended."""
    differs = answer.standalone_question != answer.question
    refused = not answer.statements and not answer.incomplete
    return {
        "searched": shown(answer.standalone_question) if differs else None,
        "refusal": REFUSAL if refused else None,
        "interrupted": _interrupted(answer),
        "closest": [_closest(n, p) for n, p in enumerate(answer.closest, 1)],
        "notes": _notes(answer),
        "usage": _usage(answer.usage),
    }


def _interrupted(answer: Answer) -> str | None:
    """Why an answer is not whole, and what that means for what is shown of it."""
    if not answer.incomplete:
        return None
    reasons = [note.removeprefix(CUT) for note in answer.notes if note.startswith(CUT)]
    reason = shown(reasons[0]) if reasons else "it is not known why."
    if not answer.statements:
        return f"Interrupted: {reason} Nothing was proven by then."
    return f"Interrupted: {reason} What is shown is proven; the rest of the answer is missing."


def _notes(answer: Answer) -> list[str]:
    elsewhere = [CUT] if answer.incomplete else []
    elsewhere += [PARTLY.format(n) for n, s in enumerate(answer.statements, 1) if s.reason]
    return [shown(note) for note in answer.notes if not note.startswith(tuple(elsewhere))]


def _usage(usage: Usage) -> str | None:
    """Tokens and dollars in words, or None where nothing was used."""
    if not usage.tokens:
        return None
    if usage.cost_usd is None:
        cost = "cost unknown"
    elif 0 < usage.cost_usd < 0.0001:
        cost = "less than $0.0001"
    else:
        cost = f"${usage.cost_usd:.4f}"
    return f"{usage.tokens:,} token{'' if usage.tokens == 1 else 's'} · {cost}"


def _numbered(statements: tuple[Statement, ...]) -> list[dict[str, Any]]:
    made, number = [], 1
    for statement in statements:
        made.append(_statement(statement, number))
        number += len(statement.citations)
    return made


def _statement(statement: Statement, number: int) -> dict[str, Any]:
    text = statement.text
    return {
        "text": shown(text),
        "quoted": all(_same(text, citation.quote) for citation in statement.citations),
        "partly": _partly(statement),
        "citations": [_citation(n, c, text) for n, c in enumerate(statement.citations, number)],
    }


def _same(text: str, quote: str) -> bool:
    """Whether a statement is its quote, wherever the document breaks its lines."""
    return text.split() == quote.split()


def _partly(statement: Statement) -> str | None:
    if statement.support != "partly":
        return None
    told = "The quotes support this only in part"
    return shown(f"{told}: {statement.reason}.") if statement.reason else f"{told}."


def _citation(number: int, citation: Citation, statement: str) -> dict[str, Any]:
    facts = (citation.speaker, citation.outlet, spoken_date(citation.date), citation.location)
    return {
        "number": number,
        "facts": joined(*facts),
        "source": shown(", also in ".join(filter(None, (citation.source, ", ".join(citation.also_in))))),
        "quote": None if _same(statement, citation.quote) else shown(citation.quote),
    }


def _closest(number: int, passage: Passage) -> dict[str, Any]:
    return {
        "number": number,
        "text": shown(" ".join(passage.text.split())),
        "facts": joined(passage.outlet, spoken_date(passage.date)) or joined(passage.title),
        "source": shown(passage.source),
    }
