"""Files that are broken or meant to do harm, each by another fault; made here, small on disk."""

import io
import json
import os
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import docx
import openpyxl

FAULTS: dict[str, Callable[[], bytes]] = {}
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def fault(name: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Register the maker of a file's bytes under the name of the file."""

    def register(make: Callable[[], bytes]) -> Callable[[], bytes]:
        FAULTS[name] = make
        return make

    return register


def write_all(folder: Path) -> list[str]:
    """Write all of them into a folder, and what is no file; gives the names of the files."""
    for name, make in FAULTS.items():
        (folder / name).write_bytes(make())
    (folder / "a-directory.pdf").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "a-pipe.txt")
    return list(FAULTS)


# Archives


def _docx(body: str = "", parts: dict[str, bytes] | None = None, document: bytes | None = None) -> bytes:
    """A Word document whose body, or a part of which, is what is given."""
    whole = io.BytesIO()
    docx.Document().save(whole)
    made = io.BytesIO()
    written = (
        document
        or (
            f'<?xml version="1.0"?><w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
        ).encode()
    )
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, written if name == "word/document.xml" else old.read(name))
        for name, content in (parts or {}).items():
            new.writestr(name, content)
    return made.getvalue()


def _xlsx(change: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    change(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _replaced(data: bytes, name: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, content if entry == name else old.read(entry))
    return made.getvalue()


@fault("ratio.docx")
def _() -> bytes:
    return _docx(parts={"word/media/zeros.bin": bytes(150_000_000)})


@fault("declared-size.docx")
def _() -> bytes:
    return _docx(parts={f"word/media/{n}.bin": bytes(900_000) for n in range(250)})


@fault("entries.docx")
def _() -> bytes:
    return _docx(parts={f"x/{n}": b"" for n in range(10_001)})


@fault("leads-out.docx")
def _() -> bytes:
    return _docx(parts={"../../../etc/cron.d/x": b"* * * * * root true"})


@fault("absolute.xlsx")
def _() -> bytes:
    made = io.BytesIO(_xlsx(lambda book: None))
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("/etc/passwd", b"root")
    return made.getvalue()


@fault("cut-off.docx")
def _() -> bytes:
    return _docx("<w:p><w:r><w:t>Cut.</w:t></w:r></w:p>")[:-300]


@fault("lying-size.docx")
def _() -> bytes:
    data = bytearray(_docx(f"<w:p><w:r><w:t>{'lie ' * 3_000_000}</w:t></w:r></w:p>"))
    # The central directory says that the document is 100 bytes.
    at = data.rindex(b"word/document.xml")
    struct.pack_into("<I", data, at - 46 + 24, 100)
    return bytes(data)


@fault("locked.xlsx")
def _() -> bytes:
    data = bytearray(_xlsx(lambda book: None))
    at = data.rindex(b"xl/workbook.xml") - 46
    struct.pack_into("<H", data, at + 8, struct.unpack_from("<H", data, at + 8)[0] | 1)
    return bytes(data)


@fault("a-zip-inside.docx")
def _() -> bytes:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(50_000_000))
    return _docx("<w:p><w:r><w:t>Carries a bomb.</w:t></w:r></w:p>", {"word/x.zip": inner.getvalue()})


@fault("no-word-at-all.docx")
def _() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("readme", b"nothing")
    return made.getvalue()


# XML


@fault("a-million-paragraphs.docx")
def _() -> bytes:
    # Told apart, or they would be packed so well that the file is refused.
    chance = random.Random(0)
    return _docx("".join(f'<w:p w:rsidR="{chance.getrandbits(32):08x}"/>' for _ in range(1_000_000)))


@fault("one-node.docx")
def _() -> bytes:
    return _docx(f"<w:p><w:r><w:t>{random.Random(0).randbytes(10_000_000).hex()}</w:t></w:r></w:p>")


@fault("laughs.docx")
def _() -> bytes:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return _docx(
        document=f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "ha">{levels}]><w:document xmlns:w="{WORD}">'
        f"<w:body><w:p><w:r><w:t>&l11;</w:t></w:r></w:p></w:body></w:document>".encode()
    )


@fault("outer-entity.docx")
def _() -> bytes:
    return _docx(
        document=f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>secret &x;</w:t></w:r></w:p></w:body>'
        "</w:document>".encode()
    )


@fault("tables-in-tables.docx")
def _() -> bytes:
    return _docx("<w:tbl><w:tr><w:tc>" * 5000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 5000)


@fault("broken-strings.xlsx")
def _() -> bytes:
    data = _xlsx(lambda book: book.active.append(["a word", "another"]))
    return _replaced(data, "xl/sharedStrings.xml", b"<sst><si><t>cut")


@fault("no-sheet.xlsx")
def _() -> bytes:
    return _replaced(_xlsx(lambda book: None), "xl/worksheets/sheet1.xml", b"")


@fault("claims-all-cells.xlsx")
def _() -> bytes:
    def change(book: openpyxl.Workbook) -> None:
        book.active["A1"] = "first"
        book.active["XFD1048576"] = "last"

    return _xlsx(change)


@fault("formulas-alone.xlsx")
def _() -> bytes:
    return _xlsx(lambda book: book.active.append(["=1+1", "=A1*2"]))


# PDF


def _pdf(*objects: bytes, trailer: bytes = b"<</Root 1 0 R>>") -> bytes:
    """A PDF of these objects, the first of which is the catalogue."""
    made, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    at = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(made + b"trailer\n%b\nstartxref\n%d\n%%%%EOF" % (trailer, at))


def _stream(content: bytes, filters: bytes = b"") -> bytes:
    return b"<</Length %d%b>>\nstream\n%b\nendstream" % (len(content), filters, content)


def _one_page(content: bytes, filters: bytes = b"") -> bytes:
    return _pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        _stream(content, filters),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )


@fault("bomb.pdf")
def _() -> bytes:
    return _one_page(zlib.compress(b" " * 300_000_000, 9), b"/Filter/FlateDecode")


@fault("bomb-in-a-bomb.pdf")
def _() -> bytes:
    twice = zlib.compress(zlib.compress(b" " * 300_000_000, 9), 9)
    return _one_page(twice, b"/Filter[/FlateDecode/FlateDecode]")


@fault("garbage.pdf")
def _() -> bytes:
    return b"%PDF-1.7\n" + bytes(range(256)) * 20_000


@fault("cut-off.pdf")
def _() -> bytes:
    return _one_page(b"BT /F 12 Tf (Cut) Tj ET")[:200]


@fault("pages-in-a-circle.pdf")
def _() -> bytes:
    return _pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>")


@fault("no-pages.pdf")
def _() -> bytes:
    return _pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>")


@fault("claims-a-billion-pages.pdf")
def _() -> bytes:
    return _pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 1000000000>>")


@fault("operators.pdf")
def _() -> bytes:
    operators = b"BT /F 12 Tf 9 TL 20 700 Td " + b"(a) Tj T* " * 700_000 + b"ET"
    return _one_page(zlib.compress(operators, 9), b"/Filter/FlateDecode")


@fault("brackets.pdf")
def _() -> bytes:
    return _one_page(b"[" * 200_000)


@fault("locked.pdf")
def _() -> bytes:
    encrypt = b"<</Filter/Standard/V 1/R 2/P -4/O(%b)/U(%b)>>" % (b"o" * 32, b"u" * 32)
    return _pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[]/Count 0>>",
        encrypt,
        trailer=b"<</Root 1 0 R/Encrypt 3 0 R/ID[(1234567890123456)(1234567890123456)]>>",
    )


@fault("an-empty-page.pdf")
def _() -> bytes:
    return _one_page(b"q Q")


@fault("word-in-truth.pdf")
def _() -> bytes:
    return _docx("<w:p><w:r><w:t>I am no PDF.</w:t></w:r></w:p>")


# Pages


@fault("deep.html")
def _() -> bytes:
    return b"<html><body>" + b"<div>" * 100_000 + b"Deep down." + b"</div>" * 100_000


@fault("one-paragraph.html")
def _() -> bytes:
    return b"<p>" + b"word and word. " * 1_400_000 + b"</p>"


@fault("holes.html")
def _() -> bytes:
    return b"<html><body><p>A page\0 with \0holes in it, that was saved so.</p>\0\0</body>"


@fault("frames.html")
def _() -> bytes:
    return b'<html><frameset cols="1,2"><frame src="http://127.0.0.1:9/a"><frame src="b"></frameset></html>'


@fault("attributes.html")
def _() -> bytes:
    many = " ".join(f'a{n}="{n}"' for n in range(10_000))
    return f"<p {many}>A paragraph of many attributes stands here.</p>".encode()


@fault("open-tags.html")
def _() -> bytes:
    return b"<b><i><a href=x>" * 60_000 + b"Never closed."


@fault("no-parts.mhtml")
def _() -> bytes:
    return b"From: x\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n\r\n--b--"


# Mails


@fault("a-thousand-mails-deep.eml")
def _() -> bytes:
    inner = b"Subject: the last\r\n\r\nHello."
    for _ in range(1000):
        inner = b"Subject: an outer one\r\nContent-Type: message/rfc822\r\n\r\n" + inner
    return inner


@fault("endless-heading.eml")
def _() -> bytes:
    return b"Subject: x\r\nTo: " + b"a@example.org, " * 100_000 + b"\r\n\r\nHello."


@fault("broken-parts.eml")
def _() -> bytes:
    return (
        b"Subject: broken\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nText.\r\n--b\r\n"
        b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; filename=../../x.pdf\r\n\r\n@@@not base64@@@\r\n"
    )


@fault("ten-thousand-attachments.eml")
def _() -> bytes:
    part = b"--b\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nx\r\n"
    heading = b"Subject: many\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nText.\r\n"
    return heading + part * 10_000 + b"--b--"


@fault("unknown-letters.eml")
def _() -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "letters"
    mail.set_content("Hello there.")
    return mail.as_bytes().replace(b'charset="utf-8"', b'charset="x-klingon"')


@fault("no-mail.eml")
def _() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + bytes(1000)


# Tables


@fault("a-large-cell.csv")
def _() -> bytes:
    return b"name,text\nx," + b"y" * 20_000_000


@fault("a-million-fields.csv")
def _() -> bytes:
    return b"a,b\n" + b"1," * 1_000_000


@fault("holes.csv")
def _() -> bytes:
    return b"a,b\n1,\0\n2,3\n"


@fault("open-quote.csv")
def _() -> bytes:
    return b'a,b\n"never closed,1\n' + b"2,3\n" * 1000


# JSON and text


@fault("lists-in-lists.json")
def _() -> bytes:
    return b"[" * 100_000 + b"]" * 100_000


@fault("one-id.jsonl")
def _() -> bytes:
    row = json.dumps({"id": "same", "text": "A text."}).encode() + b"\n"
    return row * 3


@fault("a-huge-number.json")
def _() -> bytes:
    return b'{"id": "n", "text": "A text.", "views": ' + b"9" * 1_000_000 + b"}"


@fault("half-a-pair.json")
def _() -> bytes:
    return b'{"text": "half a pair \\ud800 here"}'


@fault("no-spaces.txt")
def _() -> bytes:
    return b"x" * 5_000_000


@fault("wide.txt")
def _() -> bytes:
    return "Text in UTF-16 without a mark.".encode("utf-16-le")


@fault("a-picture.txt")
def _() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100


@fault("half-a-letter.txt")
def _() -> bytes:
    return "Zürich".encode()[:2] + b"\x81\x8d"


@fault("ten-million-characters.txt")
def _() -> bytes:
    return b"A sentence of a very long text. " * 320_000


@fault("front-matter.md")
def _() -> bytes:
    return (
        b"---\na: &a [x, x]\n"
        + b"".join(b"b%d: &b%d [*a, *a]\n" % (n, n) for n in range(50))
        + b"---\nText.\n"
    )


for ending in ("txt", "md", "json", "jsonl", "csv", "xlsx", "docx", "pdf", "html", "mhtml", "eml"):
    FAULTS[f"empty.{ending}"] = bytes
