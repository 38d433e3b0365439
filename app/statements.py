"""Answers as a person reads them: each statement with its numbered citations, and how an answer ends."""

import re
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from app.render import attribution, place, plain, print_passages, visible
from retrieval.answers.answer import INTERRUPTED, Answer, Citation, Statement, Usage

LINE_END = re.compile(r"[\r\n]+")


def print_answer(console: Console, answer: Answer, docs: Path) -> None:
    """The whole answer."""
    number = 1
    for statement in answer.statements:
        number = print_statement(console, statement, number, docs)
    print_ending(console, answer)


def print_statement(console: Console, statement: Statement, first: int, docs: Path) -> int:
    """A statement with its citations, numbered from `first`; gives the number that comes next."""
    after = first + len(statement.citations)
    marks = "".join(f"[{n}]" for n in range(first, after))
    text = plain(" ".join(statement.text.split()))
    console.print(Text.assemble((text, "bold"), (f" {marks}", "cyan")))
    if statement.support == "partly":
        reason = (
            f"(partly supported: {plain(statement.reason)})" if statement.reason else "(partly supported)"
        )
        console.print(Text(f"  {reason}", style="yellow"))
    for n, citation in enumerate(statement.citations, first):
        _print_citation(console, n, citation, docs, quoted=statement.text == citation.quote)
    console.print()
    return after


def _print_citation(console: Console, n: int, citation: Citation, docs: Path, quoted: bool) -> None:
    console.print(Text.assemble((f"  [{n}] ", "cyan"), plain(attribution(citation))))
    if not quoted:
        # Every line is indented, so that none can be taken for another citation.
        lines = [visible(line.strip()) for line in LINE_END.split(citation.quote) if line.strip()]
        console.print(Text("      “{}”".format("\n       ".join(lines))))
    console.print(Text(f"      {plain(citation.title or 'untitled')}", style="italic"))
    where = place(citation.source, citation.start, citation.end)
    console.print(Text(f"      {plain(str(docs))}/{where}", style="dim"))
    if citation.also_in:
        console.print(Text(f"      also in {plain(', '.join(citation.also_in))}", style="dim"))


def print_ending(console: Console, answer: Answer) -> None:
    """What stands below the statements: the refusal, that it is incomplete, notes, and what was used."""
    if answer.incomplete and answer.statements:
        console.print(Text("(incomplete)", style="yellow"))
    elif not answer.statements:
        console.print(Text(answer.text, style="bold"))
        if answer.closest and not answer.incomplete:
            console.print("\nThe closest passages:\n")
            print_passages(answer.closest, scores=False)
    for note in _untold(answer):
        console.print(Text(f"Note: {plain(note)}", style="yellow"))
    if answer.standalone_question != answer.question:
        console.print(Text(f"Searched for: {plain(answer.standalone_question)}", style="dim"))
    if answer.usage.tokens or answer.engine != "quotes":
        console.print(Text(used(answer.usage), style="dim"))


def print_stopped(console: Console, statements: Sequence[Statement]) -> None:
    """The ending of an answer that was left before its own ending came."""
    console.print(Text("(incomplete)" if statements else INTERRUPTED, style="yellow"))


def _untold(answer: Answer) -> list[str]:
    """The notes, less the reasons that stand below their statements already."""
    told = tuple(f": {statement.reason}." for statement in answer.statements if statement.reason)
    return [note for note in answer.notes if not note.endswith(told)]


def used(usage: Usage) -> str:
    """ "1,240 tokens, $0.0004", or that the cost is unknown."""
    cost = usage.cost_usd
    if cost is None:
        told = "cost unknown"
    elif 0 < cost < 0.0001:
        told = "less than $0.0001"
    else:
        told = f"${cost:.2f}" if cost >= 1 else f"${cost:.4f}"
    return f"{usage.tokens:,} tokens, {told}"


def print_sources(console: Console, citations: Sequence[Citation]) -> None:
    """A line for each citation: its number, who said it, where and when, and the document."""
    for n, citation in enumerate(citations, 1):
        told = Text.assemble((f"[{n}] ", "cyan"), plain(attribution(citation)))
        console.print(told.append(f" · {plain(citation.source)}", "dim"))
