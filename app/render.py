"""Passages and documents as a person reads them on a terminal; plain when piped.

Document text and model text are untrusted: they are printed as rich Text, never as markup, and control
characters are shown and not obeyed.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.text import Text

from retrieval.answers.answer import Citation
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


def plain(text: str) -> str:
    r"""The text visible and on one line: a name with a line break in it must not look like two."""
    return visible(text).replace("\n", r"\n").replace("\t", " ")


def place(source: str, start: int, end: int) -> str:
    """Where a quote stands: the document, and the characters [start, end) of its text."""
    return f"{plain(source)}, characters {start}–{end}"


def console() -> Console:
    """Standard output: wrapped at words on a terminal, never cut when piped."""
    return Console(highlight=False, soft_wrap=not Console().is_terminal)


def print_passages(passages: Sequence[Passage]) -> None:
    """Passages, best first."""
    shown = console()
    for n, passage in enumerate(passages, 1):
        facts = (passage.title, passage.outlet, spoken_date(passage.date))
        head = plain(" · ".join(filter(None, facts)) or "untitled")
        shown.print(Text.assemble((f"{n}. ", "cyan"), (head, "bold"), f"  {passage.score:.2f}"))
        shown.print(Text(visible(passage.text)))
        shown.print(Text(place(passage.source, passage.start, passage.end) + "\n", style="dim"))


def print_document(document: Document) -> None:
    """What is known of a document, and its text."""
    out = console()
    for name, value in document_json(document)["metadata"].items():
        if isinstance(value, str) or (isinstance(value, list) and value and name == "authors"):
            shown = value if isinstance(value, str) else ", ".join(value)
            out.print(Text.assemble((f"{name}: ", "dim"), plain(shown)))
    out.print(Text("\n" + visible(document.text)))


def document_json(document: Document) -> dict[str, Any]:
    """The document as the JSON of the contract."""
    facts = asdict(document)
    return {"source": facts.pop("source"), "text": facts.pop("text"), "metadata": facts}


def print_lines(lines: list[str]) -> None:
    """One line each."""
    out = console()
    for line in lines:
        out.print(Text(plain(line)))


def print_report(report: Report, counts: dict[str, int], unread: list[Unread], as_json: bool) -> None:
    """What indexing did, and what could not be read."""
    if as_json:
        row = {**asdict(report), **counts, "unread": [asdict(found) for found in unread]}
        print(json.dumps(row, ensure_ascii=False, indent=2))
        return
    out = console()
    out.print(
        f"{report.added} new, {report.changed} changed, {report.removed} removed, "
        f"{report.unchanged} unchanged; {report.embedded} passages embedded in {report.seconds:.1f} s."
    )
    out.print(f"{counts['documents']} documents, {counts['passages']} passages.")
    for found in unread:
        out.print(Text(f"Not read: {plain(found.source)}: {plain(found.reason)}", style="yellow"))
