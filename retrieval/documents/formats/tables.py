"""Spreadsheets and delimited text: a row is a line, `Header: value | Header: value`, and a passage."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from typing import Any

from retrieval.documents.content import Content, Facts
from retrieval.documents.document import Place, Unread
from retrieval.documents.formats.decoding import decode
from retrieval.documents.formats.office import stated_authors, stated_title
from retrieval.documents.formats.zips import refusal

DELIMITERS = ",;\t|"
SAMPLE = 20
LONGEST_CELL = 1_000_000
NUMBER = re.compile(r"[\s$€£+\-]*[\d.,'’ ]*\d[\d.,'’ ]*\s*[%$€£]?")

Row = tuple[int, Sequence[str]]


def read_csv(data: bytes) -> Iterator[Content | Unread]:
    """The rows of delimited text; which mark divides them is seen from the first of them."""
    for found in decode(data):
        if isinstance(found, Unread):
            yield found
            continue
        csv.field_size_limit(LONGEST_CELL)
        rows = csv.reader(StringIO(found, newline=""), delimiter=_delimiter(found))
        try:
            numbered: list[Row] = list(enumerate(rows, 1))
        except csv.Error as error:
            yield Unread("", f"row {rows.line_num} is no row of a table ({error}); save it as CSV once more")
            continue
        yield _content({"": numbered})


def _delimiter(text: str) -> str:
    """The mark that divides most of the first lines into the same number of cells, more than one."""
    lines = [line for line in text[:100_000].splitlines() if line.strip()][:SAMPLE]
    best, most = ",", (0, 0)
    for mark in DELIMITERS:
        cells = Counter(len(next(csv.reader([line], delimiter=mark))) for line in lines)
        number, agreeing = max(cells.items(), key=lambda pair: (pair[1], pair[0]), default=(1, 0))
        if number > 1 and (agreeing, number) > most:
            best, most = mark, (agreeing, number)
    return best


def read_xlsx(data: bytes) -> Iterator[Content | Unread]:
    """The rows of all sheets of a workbook, the values as its program showed them last."""
    import warnings

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    reason = refusal(data)
    if reason:
        yield Unread("", reason)
        return
    try:
        with warnings.catch_warnings():
            # Of extensions that are no part of the values.
            warnings.simplefilter("ignore", UserWarning)
            book = load_workbook(BytesIO(data), read_only=True, data_only=True)
            sheets = {sheet.title: list(_rows(sheet)) for sheet in book.worksheets}
    except (
        InvalidFileException,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        SyntaxError,
    ) as error:
        yield Unread("", f"it is no workbook that can be read ({str(error)[:120]}); save it once more")
        return
    told = _content(sheets)
    if not told.text.strip():
        yield Unread("", "no cell of it holds a value; where there are formulas, save it once in its program")
        return
    facts = Facts(
        title=stated_title(book.properties.title, told.text), authors=stated_authors(book.properties.creator)
    )
    yield replace(told, facts=facts)


def _rows(sheet: Any) -> Iterator[Row]:
    # What a sheet says of its own size may be a lie.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(), 1):
        if row:
            yield number, [_shown(cell.value, getattr(cell, "number_format", "")) for cell in row]


def _shown(value: object, form: str) -> str:
    """A value as a person reads it in its cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        whole = value.time() == time()
        return value.date().isoformat() if whole else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date | time | timedelta):
        return str(value)
    if isinstance(value, int | float):
        if form.endswith("%"):
            return f"{_number(round(value * 100, 4))}%"
        return _number(value)
    return str(value)


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:.15g}"


def _content(sheets: dict[str, list[Row]]) -> Content:
    """The rows of sheets as lines; `sheets` gives for each name its rows, with their numbers."""
    lines: list[str] = []
    places: list[Place] = []
    start = 0
    filled = {name: _filled(rows) for name, rows in sheets.items()}
    several = sum(map(bool, filled.values())) > 1
    for name, rows in filled.items():
        header = _header(rows)
        for number, cells in rows[1:] if header else rows:
            line = " | ".join(_labelled(header, cells))
            places.append(Place(start, f"{name}, row {number}" if several else f"row {number}"))
            lines.append(line)
            start += len(line) + 1
    return Content(
        "\n".join(lines),
        places=tuple(places),
        breaks=tuple(place.start for place in places),
        is_page=False,
    )


def _filled(rows: Iterable[Row]) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, each cell on one line."""
    folded = ((number, [" ".join(cell.split()) for cell in cells]) for number, cells in rows)
    return [(number, cells) for number, cells in folded if any(cells)]


def _header(rows: Sequence[tuple[int, list[str]]]) -> list[str]:
    """The names of the columns: the first row, where it is of different words and others follow."""
    if len(rows) < 2:
        return []
    names = [cell for cell in rows[0][1] if cell]
    widest = max(len(cells) for _, cells in rows[: SAMPLE + 1])
    words = not any(NUMBER.fullmatch(name) for name in names)
    return rows[0][1] if words and len(set(names)) == len(names) and 2 * len(names) > widest else []


def _labelled(header: list[str], cells: list[str]) -> Iterator[str]:
    for place, cell in enumerate(cells):
        if cell:
            label = header[place] if place < len(header) else ""
            yield f"{label}: {cell}" if label else cell
