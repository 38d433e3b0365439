"""A citation in its document: the quote marked, with what stands around it."""

import re

from rich.console import Console
from rich.text import Text

from app.render import attribution, place, plain, visible
from retrieval.answers.answer import Citation
from retrieval.documents.document import Document, Span

# Characters shown at most on each side of a quote.
AROUND = 600


def around(text: str, start: int, end: int) -> Span:
    """What to show of a text around [start, end): the paragraphs within AROUND characters on each side.

    A paragraph that goes on beyond that is left out; the quote's own one is cut between words.
    """
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    left = 0 if start <= AROUND else _after_first_break(before)
    right = len(after) if end + AROUND >= len(text) else _last_break(after)
    left += len(before[left:]) - len(before[left:].lstrip())
    right -= len(after[:right]) - len(after[:right].rstrip())
    return Span(start - len(before) + left, end + right)


def _after_first_break(text: str) -> int:
    found = re.search(r"[\r\n]", text) or re.search(r"\s", text)
    return found.end() if found else 0


def _last_break(text: str) -> int:
    found = re.search(r"[\r\n][^\r\n]*$", text) or re.search(r"\s\S*$", text)
    return found.start() if found else len(text)


def print_context(console: Console, number: int, citation: Citation, document: Document) -> None:
    """The paragraphs around a citation's quote, the quote marked, and the place.

    Without colours the quote stands between >>> and <<<. Where the document has changed since the answer,
    that is said instead, and nothing is marked.
    """
    console.print(Text.assemble((f"[{number}] ", "cyan"), plain(attribution(citation))))
    console.print(Text(place(citation.source, citation.start, citation.end), style="dim"))
    text, start, end = document.text, citation.start, citation.end
    if text[start:end] != citation.quote:
        console.print(Text("The document has changed since it was quoted; ask again.", style="yellow"))
        return
    span = around(text, start, end)
    quote = _clean(text[start:end])
    marked = (quote, "bold reverse") if console.color_system else f">>>{quote}<<<"
    head = "" if span.start == 0 else "… "
    tail = "" if span.end == len(text) else " …"
    console.print()
    before, after = _clean(text[span.start : start]), _clean(text[end : span.end])
    console.print(Text.assemble(head, before, marked, after, tail))


def _clean(text: str) -> str:
    return visible(re.sub(r"\r\n?", "\n", text))
