"""Each format: what a person sees of a file, what it states, and where in it a quote stands."""

import datetime
import io
import json
from collections.abc import Iterable
from email.message import EmailMessage
from pathlib import Path

import docx
import openpyxl
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from retrieval import Assistant, Library
from retrieval.documents.document import Document, Unread
from retrieval.documents.read import read_bytes

SENTENCES = [
    "The harbour board decided on Monday to deepen the eastern basin by two metres before the winter.",
    "Work is to begin in September, and ships of more than ninety metres will have to wait outside.",
    "The board expects that the extraordinarily deep basin will bring forty more ships a year.",
]


def _one(data: bytes, name: str) -> Document:
    (found,) = read_bytes(data, name)
    assert isinstance(found, Document), found
    return found


def _quoted(found: Document, words: str) -> str | None:
    start = found.text.index(words)
    return found.location(start, start + len(words))


# PDF


def _pdf(pages: Iterable[list[str]], head: str = "", **properties: str) -> bytes:
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=A4)
    for name, value in properties.items():
        getattr(canvas, f"set{name.title()}")(value)
    for number, lines in enumerate(pages, 1):
        if head:
            canvas.drawString(60, 810, head)
            canvas.drawString(280, 25, f"Page {number}")
        for place, line in enumerate(lines):
            canvas.drawString(60, 760 - 15 * place, line)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def _wrapped(text: str, width: int = 60) -> list[str]:
    import textwrap

    return textwrap.wrap(text, width, break_on_hyphens=False)


def test_pages_are_places_and_wrapped_lines_are_joined() -> None:
    found = _one(_pdf([_wrapped(" ".join(SENTENCES)), ["A last word on the second page."]]), "a.pdf")
    assert found.text.count("\f") == 1
    for sentence in SENTENCES:
        assert sentence in found.text
    assert _quoted(found, SENTENCES[1]) == "p. 1"
    assert _quoted(found, "A last word") == "p. 2"
    both = found.location(found.text.index("forty"), found.text.index("last word"))
    assert both == "p. 1–2"


def test_running_heads_and_page_numbers_are_left_out() -> None:
    pages = [
        _wrapped(f"On page {name} something else is told of the basin.") for name in ("one", "two", "three")
    ]
    found = _one(_pdf(pages, head="Report of the Harbour Board"), "a.pdf")
    omitted = [found.text[span.start : span.end] for span in found.omitted]
    assert omitted.count("Report of the Harbour Board") == 3
    assert "Page 2" in omitted
    assert not any("basin" in text for text in omitted)


def test_a_page_without_text_is_told_and_the_others_are_read() -> None:
    found = list(read_bytes(_pdf([["Some text."], [], [], ["More text."]]), "scan.pdf"))
    assert [type(one) for one in found] == [Document, Unread]
    (told,) = (one for one in found if isinstance(one, Unread))
    assert told.partly
    assert told.reason.startswith("pages 2–3 without text (scanned?)")


def test_a_scan_is_told_with_its_remedy() -> None:
    (told,) = read_bytes(_pdf([[], []]), "scan.pdf")
    assert isinstance(told, Unread)
    assert "(OCR)" in told.reason


def test_the_properties_of_a_file_are_believed_where_they_are_sane() -> None:
    page = ["The eastern basin", *_wrapped(SENTENCES[0])]
    found = _one(_pdf([page], title="The eastern basin", author="Olaf Lund"), "a.pdf")
    assert (found.title, found.authors, found.date) == ("The eastern basin", ("Olaf Lund",), None)
    found = _one(_pdf([_wrapped(SENTENCES[0])], title="Microsoft Word - draft3.doc", author="admin"), "a.pdf")
    assert (found.title, found.authors, found.date) == (None, (), None)


# Word


def test_a_word_document_is_its_paragraphs_and_tables(tmp_path: Path) -> None:
    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = "Confidential"
    made.add_heading("The eastern basin", 0)
    made.add_paragraph(SENTENCES[0])
    table = made.add_table(2, 2)
    for row, cells in zip(table.rows, (("Year", "Cost"), ("2019", "12 million")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    made.add_paragraph(SENTENCES[1])
    made.save(str(tmp_path / "a.docx"))
    found = _one((tmp_path / "a.docx").read_bytes(), "a.docx")
    assert found.text.splitlines() == [
        "Confidential",
        "The eastern basin",
        SENTENCES[0],
        "Year | Cost",
        "2019 | 12 million",
        SENTENCES[1],
    ]
    assert [found.text[s.start : s.end] for s in found.omitted] == ["Confidential"]
    # The template's author is a tool, and its date that of the template.
    assert (found.title, found.authors, found.date) == ("The eastern basin", (), None)


# Tables


def test_a_row_is_a_passage_with_its_header(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    book = openpyxl.Workbook()
    book.active.title = "Prices"
    book.active.append(["Item", "Price", "Since"])
    book.active.append(["Rope", 12.0, datetime.datetime(2020, 5, 1)])
    book.active.append([])
    book.active.append(["Anchor", 99.5, datetime.datetime(2021, 5, 1, 12, 30)])
    crew = book.create_sheet("Crew")
    crew.append(["Name", "Role"])
    crew.append(["Olaf Lund", "Captain"])
    book.save(docs / "book.xlsx")
    with Library.open(docs, tmp_path / "state") as library:
        library.sync()
        found = library.document("book.xlsx")
        assert found.text.splitlines() == [
            "Item: Rope | Price: 12 | Since: 2020-05-01",
            "Item: Anchor | Price: 99.5 | Since: 2021-05-01 12:30",
            "Name: Olaf Lund | Role: Captain",
        ]
        assert library.counts()["passages"] == 3
        assert _quoted(found, "Item: Anchor") == "Prices, row 4"
        answer = Assistant(library).ask("What is the price of an anchor?")
        assert answer.statements[0].citations[0].location == "Prices, row 4"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_mark_between_values_is_seen(mark: str) -> None:
    rows = [["Name", "City"], ["Berg, Anna; the elder", "Oslo"], ["Lund", "Ber\ngen"]]
    text = "\n".join(mark.join(f'"{cell}"' for cell in row) for row in rows)
    found = _one(text.encode(), "a.csv")
    assert found.text == "Name: Berg, Anna; the elder | City: Oslo\nName: Lund | City: Ber gen"
    assert _quoted(found, "Lund") == "row 3"


def test_numbers_are_no_header() -> None:
    assert _one(b"1,2\n3,4\n", "a.csv").text == "1 | 2\n3 | 4"


# Mails


def test_a_mail_and_its_attachments_are_documents_of_their_own() -> None:
    mail = EmailMessage()
    mail["From"] = "Anna Berg <berg@example.org>"
    mail["To"] = "board@example.org"
    mail["Subject"] = "The basin"
    mail["Date"] = "Tue, 03 May 2022 23:30:00 -0500"
    mail.set_content("The ships wait outside.\n")
    mail.add_attachment(b"a;b\n1;2\n", maintype="text", subtype="csv", filename="../../list.csv")
    mail.add_attachment(b"a;b\n3;4\n", maintype="text", subtype="csv", filename="list.csv")
    mail.add_attachment(b"\xff\xd8", maintype="image", subtype="jpeg", filename="photo.jpg")
    outer = EmailMessage()
    outer["Subject"] = "Fwd"
    outer.set_content("See below.")
    outer.add_attachment(mail)
    found = list(read_bytes(outer.as_bytes(), "m.eml"))
    inside = "m.eml#The basin.eml"
    assert [one.source for one in found] == [
        "m.eml", inside, f"{inside}#list.csv", f"{inside}#list (2).csv", f"{inside}#photo.jpg",
    ]  # fmt: skip
    told = found[1]
    assert isinstance(told, Document)
    assert (told.title, told.authors, told.date) == ("The basin", ("Anna Berg",), "2022-05-03")
    assert "To: board@example.org" in told.text
    assert isinstance(found[-1], Unread)


def test_a_mail_in_html_is_read_as_a_page() -> None:
    mail = EmailMessage()
    mail["Subject"] = "Page"
    mail.set_content("<p>The <b>ships</b> wait.</p><script>no()</script>", subtype="html")
    assert _one(mail.as_bytes(), "m.eml").text == "Subject: Page\n\nThe ships wait."


# Text


def test_markdown_states_facts_in_its_front_matter_or_heading() -> None:
    text = "---\ntitle: On ropes\ndate: 2021-03-04\nauthor: Olaf Lund\nlang: en\n---\n\nThe ropes are old.\n"
    found = _one(text.encode(), "a.md")
    assert found.text == text
    assert (found.title, found.date, found.authors) == ("On ropes", "2021-03-04", ("Olaf Lund",))
    assert found.text[found.omitted[0].start : found.omitted[0].end].startswith("---")
    assert _one(b"# Old ropes\n\nThe ropes are old.\n", "a.md").title == "Old ropes"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "cp1252"])
def test_text_is_decoded_by_its_mark_or_told(encoding: str) -> None:
    text = "Café “Zürich” – déjà vu."
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    found = list(read_bytes(mark + text.encode(encoding), "a.txt"))
    assert isinstance(found[0], Document)
    assert found[0].text == text
    guessed = [one.reason for one in found[1:] if isinstance(one, Unread) and one.partly]
    assert bool(guessed) == (encoding == "cp1252")


def test_json_is_one_document_or_a_list_of_them() -> None:
    rows = [{"id": "a", "text": "First."}, {"id": "b", "text": "Second.", "title": "T"}, {"text": "no id"}]
    for value in (rows, {"documents": rows}):
        found = list(read_bytes(json.dumps(value).encode(), "d.json"))
        assert [one.source for one in found] == ["d.json#a", "d.json#b", "d.json:3"]
    assert _one(b'{"text": "Alone.", "date": "2020-01-01"}', "d.json").date == "2020-01-01"
    (told,) = read_bytes(b'{"a": 1}', "d.json")
    assert isinstance(told, Unread)
    assert "what is read is documents" in told.reason


def test_a_type_that_nobody_reads_is_told() -> None:
    assert list(read_bytes(b"x", "a.xyz")) == [Unread("a.xyz", "files of type .xyz are not read")]
    assert list(read_bytes(b"x", "Makefile")) == [Unread("Makefile", "files of type unknown are not read")]


def test_a_file_named_as_a_part_of_another_is_told() -> None:
    (told,) = read_bytes(b"x", "a.jsonl#b.txt")
    assert "rename it" in told.reason if isinstance(told, Unread) else False
    assert isinstance(next(read_bytes(b"text", "Report #3.txt")), Document)
