"""Word documents: the paragraphs and tables in order, then the notes.

What stands at the head and foot of every page is put first and last, and left out of passages.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from retrieval.documents.content import Content, Facts
from retrieval.documents.document import Span, Unread
from retrieval.documents.formats.office import stated_authors, stated_title
from retrieval.documents.formats.zips import refusal

NOTE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_docx(data: bytes) -> Iterator[Content | Unread]:
    """The text of a document, a paragraph or a row of a table a line."""
    from docx import Document
    from docx.opc.exceptions import OpcError
    from lxml.etree import XMLSyntaxError

    reason = refusal(data)
    if reason:
        yield Unread("", reason)
        return
    try:
        document = Document(BytesIO(data))
        heads, feet = _edges(document)
        body = list(_lines(document))
        notes = list(_notes(document))
    except (OpcError, XMLSyntaxError, KeyError, ValueError, AttributeError) as error:
        yield Unread("", f"it is no Word document that can be read ({str(error)[:120]}); save it once more")
        return
    head, foot = "\n".join(heads), "\n".join(feet)
    story = "\n".join([*(line for line, _ in body), *notes])
    text = "\n".join(filter(None, (head, story, foot)))
    edges = [Span(0, len(head)), Span(len(text) - len(foot), len(text))]
    core = document.core_properties
    title = next((line for line, style in body if style == "Title" and line.strip()), None)
    yield Content(
        text,
        facts=Facts(
            title=title or stated_title(core.title, story),
            authors=stated_authors(core.author),
            language=core.language[:2].lower() if core.language else None,
        ),
        omitted=tuple(span for span in edges if span.start < span.end),
    )


def _lines(document: Any) -> Iterator[tuple[str, str | None]]:
    """The lines of the body, each with its style."""
    from docx.table import Table

    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield from ((row, None) for row in _rows(block))
        elif block.text.strip():
            yield block.text, block.style.name if block.style is not None else None


def _rows(table: Any) -> Iterator[str]:
    for row in table.rows:
        cells = [" ".join(cell.text.split()) for cell in row.cells]
        # A cell that spans columns is given once for each of them.
        told = [cell for place, cell in enumerate(cells) if cell and (not place or cells[place - 1] != cell)]
        if told:
            yield " | ".join(told)


def _edges(document: Any) -> tuple[list[str], list[str]]:
    """The different lines at the heads and feet of pages."""
    heads: dict[str, None] = {}
    feet: dict[str, None] = {}
    for section in document.sections:
        for part, lines in ((section.header, heads), (section.footer, feet)):
            lines.update((p.text, None) for p in part.paragraphs if p.text.strip())
    return list(heads), list(feet)


def _notes(document: Any) -> Iterator[str]:
    """The foot and end notes."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for relation in document.part.rels.values():
        if relation.is_external or not relation.reltype.endswith(("/footnotes", "/endnotes")):
            continue
        for note in etree.fromstring(relation.target_part.blob, parser):
            text = "".join(run.text or "" for run in note.iter(f"{NOTE}t")).strip()
            if text:
                yield text
