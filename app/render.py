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
from retrieval.documents.document import Document
from retrieval.library.passage import Passage
from retrieval.library.plan import Plan, Report

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


def print_passages(passages: Sequence[Passage], scores: bool = True) -> None:
    """Passages, best first; their scores by search where they were ranked by them."""
    shown = console()
    for n, passage in enumerate(passages, 1):
        facts = (passage.title, passage.outlet, spoken_date(passage.date))
        head = plain(" · ".join(filter(None, facts)) or "untitled")
        shown.print(
            Text.assemble((f"{n}. ", "cyan"), (head, "bold"), f"  {passage.score:.2f}" if scores else "")
        )
        shown.print(Text(visible(passage.text)))
        shown.print(Text(place(passage.source, passage.start, passage.end) + "\n", style="dim"))


# Of a document's metadata, what a person reads; the rest are spans.
TOLD = ("title", "outlet", "date", "authors", "url", "language", "also_named", "also_told_in")


def print_document(row: dict[str, Any]) -> None:
    """What is known of a document, and its text; `row` is its JSON."""
    out = console()
    for name in TOLD:
        value = row["metadata"][name]
        if value:
            shown = value if isinstance(value, str) else ", ".join(value)
            out.print(Text.assemble((f"{name.replace('_', ' ')}: ", "dim"), plain(shown)))
    out.print(Text("\n" + visible(row["text"])))


def print_dropped(document: Document) -> None:
    """What of a document is left out of its passages, a line each with its place."""
    out = console()
    for span in document.omitted:
        text = " ".join(document.text[span.start : span.end].split())
        out.print(Text.assemble((f"{span.start}–{span.end}: ", "dim"), plain(text)))
    dropped = sum(span.end - span.start for span in document.omitted)
    out.print(f"{dropped} of {len(document.text)} characters are left out of passages.")


def document_json(document: Document, names: list[str], story: list[str]) -> dict[str, Any]:
    """The document as the JSON of the contract; `names` are all its names, `story` its near-duplicates."""
    facts = asdict(document)
    also = {"also_named": [name for name in names if name != document.source], "also_told_in": story}
    return {"source": facts.pop("source"), "text": facts.pop("text"), "metadata": {**facts, **also}}


def dropped_json(document: Document) -> dict[str, Any]:
    """What is left out of passages, as JSON."""
    spans = [(span.start, span.end) for span in document.omitted]
    rows = [{"start": start, "end": end, "text": document.text[start:end]} for start, end in spans]
    return {"source": document.source, "dropped": rows}


def print_lines(lines: list[str]) -> None:
    """One line each."""
    out = console()
    for line in lines:
        out.print(Text(plain(line)))


def print_plan(plan: Plan, as_json: bool) -> None:
    """What indexing would do, and what could not be read."""
    if as_json:
        print(json.dumps(_plan_json(plan), ensure_ascii=False, indent=2))
        return
    work = str(plan.bill) if plan.bill else f"{_passages(plan.to_embed)} to embed"
    _print_totals(plan, work if plan.seconds is None else f"{work}, about {_duration(plan.seconds)}")


def print_report(report: Report, counts: dict[str, int], as_json: bool) -> None:
    """What indexing did, and what could not be read."""
    plan = report.plan
    if as_json:
        row = {**_plan_json(plan), **counts, "embedded": plan.to_embed, "seconds": report.seconds}
        print(json.dumps(row, ensure_ascii=False, indent=2))
        return
    _print_totals(plan, f"{_passages(plan.to_embed)} embedded, in {_duration(report.seconds)}")
    console().print(f"{counts['documents']} documents, {counts['passages']} passages.")


def _plan_json(plan: Plan) -> dict[str, Any]:
    return {**asdict(plan), "unreadable": len(plan.unreadable)}


def _print_totals(plan: Plan, work: str) -> None:
    """One line of totals, and a line for each thing that could not be read."""
    copies = f" ({plan.copies} a copy of another)" if plan.copies else ""
    out = console()
    out.print(
        f"+{plan.new} new{copies}, {plan.changed} changed, {plan.moved} moved, {plan.removed} removed, "
        f"{plan.unchanged} unchanged, {len(plan.unreadable)} unreadable, {work}."
    )
    for found in plan.unread:
        kind = "Read in part" if found.partly else "Not read"
        out.print(Text(f"{kind}: {plain(found.source)}: {plain(found.reason)}", style="yellow"))


def _passages(number: int) -> str:
    return f"{number} passage{'' if number == 1 else 's'}"


def _duration(seconds: float) -> str:
    if seconds < 10:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
