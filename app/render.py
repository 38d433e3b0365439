"""Answers, passages and documents as a person reads them on a terminal; plain when piped.

Document text and model text are untrusted: they are printed as rich Text, never as markup, and control
characters are shown and not obeyed.
"""

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from retrieval.answers.answer import REFUSAL, Answer, Citation
from retrieval.documents.cleaning import BREAKS, HIDING
from retrieval.documents.document import Document, Unread
from retrieval.library.index import Report
from retrieval.library.passage import Passage

MONTHS = """
    January February March April May June July August September October November December
    """.split()
# What hides or is obeyed by a terminal, and every break of a line or page but newline.
HIDDEN = re.compile(rf"{HIDING}|(?!\n)[{BREAKS}]")


def visible(text: str) -> str:
    r"""The text with control and hidden characters written out, as \x1b or \u202e."""
    return HIDDEN.sub(lambda match: match.group().encode("unicode_escape").decode("ascii"), text)


def one_line(text: str) -> str:
    """The text as `visible` shows it, in one line: no line of it can pass for a line of the answer."""
    return visible(" ".join(text.split()))


def spoken_date(date: str | None) -> str | None:
    """ "7 November 2018", "November 2018", "2018", or "7 November (year not stated)"."""
    if date is None:
        return None
    if match := re.fullmatch(r"(\d{4}|-)(?:-(\d\d))?(?:-(\d\d))?", date):
        year, month, day = match.groups()
        words = [str(int(day))] if day else []
        words += [MONTHS[int(month) - 1]] if month and 1 <= int(month) <= 12 else []
        return " ".join([*words, "(year not stated)" if year == "-" else year])
    return date


def attribution(citation: Citation) -> str:
    """Who said it, where and when it was published, as far as that is known."""
    outlet = citation.outlet or "outlet not named"
    date = spoken_date(citation.date) or "not dated"
    return " · ".join(filter(None, (citation.speaker, outlet, date, citation.location)))


def _console() -> Console:
    return Console(highlight=False, soft_wrap=not Console().is_terminal)


def print_answer(answer: Answer, docs: Path) -> None:
    """The statements with their numbered citations, or the refusal with the closest passages."""
    console, number = _console(), 0
    if answer.standalone_question != answer.question:
        console.print(Text(f"Searched for: {one_line(answer.standalone_question)}", style="dim"))
    for statement in answer.statements:
        first = number + 1
        number += len(statement.citations)
        marks = "".join(f"[{n}]" for n in range(first, number + 1))
        console.print(Text.assemble((one_line(statement.text), "bold"), (f" {marks}", "cyan")))
        for n, citation in enumerate(statement.citations, first):
            _print_citation(console, n, citation, docs, quoted=statement.text == citation.quote)
        console.print()
    if not answer.statements:
        console.print(Text(REFUSAL, style="bold"))
        if answer.closest:
            console.print("\nThe closest passages:\n")
            _print_passages(console, answer.closest)
    for note in answer.notes:
        console.print(Text(f"Note: {one_line(note)}", style="yellow"))


def _print_citation(console: Console, n: int, citation: Citation, docs: Path, quoted: bool) -> None:
    console.print(Text.assemble((f"  [{n}] ", "cyan"), one_line(attribution(citation))))
    if not quoted:
        console.print(Text(f"      “{one_line(citation.quote)}”"))
    place = f"{citation.source}, characters {citation.start}–{citation.end}"
    console.print(Text(f"      {one_line(citation.title or 'untitled')}", style="italic"))
    console.print(Text(f"      {visible(str(docs))}/{one_line(place)}", style="dim"))


def print_passages(passages: list[Passage]) -> None:
    """Passages, best first."""
    _print_passages(_console(), tuple(passages))


def _print_passages(console: Console, passages: tuple[Passage, ...]) -> None:
    for n, passage in enumerate(passages, 1):
        facts = (passage.title, passage.outlet, spoken_date(passage.date))
        head = one_line(" · ".join(filter(None, facts)) or "untitled")
        console.print(Text.assemble((f"{n}. ", "cyan"), (head, "bold"), f"  {passage.score:.2f}"))
        console.print(Text(visible(passage.text)))
        place = f"{passage.source}, characters {passage.start}–{passage.end}"
        console.print(Text(one_line(place) + "\n", style="dim"))


def print_document(document: Document) -> None:
    """What is known of a document, and its text."""
    console = _console()
    for name, value in document_json(document)["metadata"].items():
        if isinstance(value, str) or (isinstance(value, list) and value and name == "authors"):
            shown = value if isinstance(value, str) else ", ".join(value)
            console.print(Text.assemble((f"{name}: ", "dim"), visible(shown)))
    console.print(Text("\n" + visible(document.text)))


def document_json(document: Document) -> dict[str, Any]:
    """The document as the JSON of the contract."""
    facts = asdict(document)
    return {"source": facts.pop("source"), "text": facts.pop("text"), "metadata": facts}


def print_lines(lines: list[str]) -> None:
    """One line each."""
    console = _console()
    for line in lines:
        console.print(Text(visible(line)))


def print_report(report: Report, counts: dict[str, int], unread: list[Unread], as_json: bool) -> None:
    """What indexing did, and what could not be read."""
    if as_json:
        row = {**asdict(report), **counts, "unread": [asdict(found) for found in unread]}
        print(json.dumps(row, ensure_ascii=False, indent=2))
        return
    console = _console()
    console.print(
        f"{report.added} new, {report.changed} changed, {report.removed} removed, "
        f"{report.unchanged} unchanged; {report.embedded} passages embedded in {report.seconds:.1f} s."
    )
    console.print(f"{counts['documents']} documents, {counts['passages']} passages.")
    for found in unread:
        console.print(Text(f"Not read: {visible(found.source)}: {visible(found.reason)}", style="yellow"))
