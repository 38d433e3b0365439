"""PDF: the text of its pages in order, joined by form feeds; a page is a place.

Lines that were broken to fit the column are joined, and words that were parted at their ends. What stands at
the head or foot of most pages, and page numbers, are left out of passages. When the file was made is no date
of publication.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from retrieval.documents.content import Content, Facts
from retrieval.documents.document import Place, Span, Unread
from retrieval.documents.formats.office import stated_authors, stated_title

MOST_PAGES = 10_000
MARK = b"%PDF-"
# pdfium gives this for a hyphen at the end of a line that parts a word.
PARTED = re.compile(r"[\x02\ufffe]\r?\n")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
NUMBERED = re.compile(r"\W*(?:page\s+)?(?:\d+|[ivxlc]+)(?:\s*(?:/|of)\s*\d+)?\W*", re.IGNORECASE)
ENDED = re.compile(r"[.!?:;…][\"'”’)\]]*$")
ITEM = re.compile(r"(?:[•·▪◦*\-–—]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s")
# A line this much shorter than the column ends its paragraph.
FULL = 0.75
# What part of a page's height its head and its foot take, and on how many pages a line of them must stand.
EDGE = 0.09
REPEATED = 3


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page in order, and those of them that stand at its head or foot."""

    lines: list[str]
    edges: frozenset[str]


def read_pdf(data: bytes) -> Iterator[Content | Unread]:
    """The text of a document; pages that hold none are told by their numbers."""
    import pypdfium2
    from pypdfium2 import PdfDocument

    # A few bytes may stand before the mark, as browsers allow it.
    if MARK not in data[:1024]:
        yield Unread("", "it is no PDF, whatever its ending says; rename it by what it is")
        return
    try:
        document = PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        remedy = "it is encrypted; save it without a password" if locked else "it is cut off or damaged"
        yield Unread(
            "", f"{remedy}; open it in another program and save it once more" if not locked else remedy
        )
        return
    try:
        if not len(document):
            yield Unread("", "it has no pages; save it once more in its program")
            return
        pages, broken = _pages(document)
        properties = document.get_metadata_dict(skip_empty=True)
    finally:
        document.close()
    empty = [number for number, page in enumerate(pages, 1) if not page.lines and number not in broken]
    if not any(page.lines for page in pages):
        damaged = "its pages cannot be read; open it in another program and save it once more"
        scanned = "its pages hold no text (scanned?); run text recognition (OCR) on the file"
        yield Unread("", damaged if broken else scanned)
        return
    yield _content(pages, properties)
    if empty:
        advice = "without text (scanned?): run text recognition (OCR) on the file"
        yield Unread("", f"{_listed(empty)} {advice}", partly=True)
    if broken:
        yield Unread("", f"{_listed(broken)} cannot be read; save the file once more", partly=True)
    if len(pages) == MOST_PAGES:
        yield Unread("", f"only the first {MOST_PAGES:,} pages are read; split the file", partly=True)


def _pages(document: Any) -> tuple[list[Page], list[int]]:
    """The pages, and the numbers of those that cannot be read."""
    import pypdfium2

    pages: list[Page] = []
    broken: list[int] = []
    for number in range(min(len(document), MOST_PAGES)):
        try:
            page = document[number]
            text = page.get_textpage()
            height = page.get_height()
            edges = _lines(text.get_text_bounded(bottom=(1 - EDGE) * height))
            edges += _lines(text.get_text_bounded(top=EDGE * height))
            pages.append(Page(_lines(text.get_text_range()), frozenset(edges)))
            text.close()
            page.close()
        except pypdfium2.PdfiumError:
            broken.append(number + 1)
            pages.append(Page([], frozenset()))
    return pages, broken


def _lines(text: str) -> list[str]:
    text = CONTROL.sub("", PARTED.sub("", text))
    return [line for raw in text.splitlines() if (line := " ".join(raw.split()))]


def _content(pages: Sequence[Page], properties: dict[str, str]) -> Content:
    running = _running(pages)
    parts: list[str] = []
    places: list[Place] = []
    omitted: list[Span] = []
    start = 0
    for number, page in enumerate(pages, 1):
        places.append(Place(start, f"p. {number}"))
        written: list[str] = []
        within = start
        for text, edge in _paragraphs(page, running):
            if edge:
                omitted.append(Span(within, within + len(text)))
            written.append(text)
            within += len(text) + 1
        parts.append("\n".join(written))
        start += len(parts[-1]) + 1
    text = "\f".join(parts)
    facts = Facts(
        title=stated_title(properties.get("Title"), text), authors=stated_authors(properties.get("Author"))
    )
    return Content(text, facts=facts, omitted=tuple(omitted), places=tuple(places))


def _running(pages: Sequence[Page]) -> set[str]:
    """The lines, their figures put aside, that stand at the head or foot of many pages."""
    found = Counter(form for page in pages for form in set(map(_form, page.edges)))
    read = sum(bool(page.lines) for page in pages)
    return {form for form, times in found.items() if times >= max(REPEATED, read / 3)}


def _form(line: str) -> str:
    return re.sub(r"\d+", "0", line).casefold()


def _paragraphs(page: Page, running: set[str]) -> Iterator[tuple[str, bool]]:
    """The paragraphs of a page, each with whether it is a running head, a foot or a page's number."""
    widths = sorted(len(line) for line in page.lines)
    column = widths[len(widths) * 9 // 10] if widths else 0
    gathered = ""
    before = 0
    for line in page.lines:
        edge = line in page.edges and (_form(line) in running or bool(NUMBERED.fullmatch(line)))
        goes_on = before >= FULL * column and column > 30 and not ITEM.match(line)
        if gathered and not edge and (goes_on or (line[0].islower() and not ENDED.search(gathered))):
            gathered += line if gathered.endswith("-") and line[0].islower() else f" {line}"
        else:
            if gathered:
                yield gathered, False
            gathered = "" if edge else line
        if edge:
            yield line, True
        before = 0 if edge else len(line)
    if gathered:
        yield gathered, False


def _listed(numbers: Sequence[int]) -> str:
    """ "page 3", "pages 2, 5–7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
    return f"page{'' if len(numbers) == 1 else 's'} {told}"
