"""Spans of documents as they are shown: gold and cited text, each marked where it meets the other."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from retrieval.errors import OnRecordError

TextOf = Callable[[str], str]
Span = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Room:
    """How many characters are shown of a reason, of an excerpt, and of the text on either side of it."""

    reason: int = 240
    excerpt: int = 700
    around: int = 90


ROOMY, TIGHT = Room(), Room(80, 240, 0)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an excerpt; `shared` where the other side has it too."""

    text: str
    shared: bool


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A span of a document; without `pieces` its text is not at hand. `note` tells what is wrong with it."""

    source: str
    start: int
    end: int
    pieces: tuple[Piece, ...] = ()
    before: str = ""
    after: str = ""
    byline: str = ""
    note: str = ""


def gold(
    row: Mapping[str, Any], cited: Sequence[Span], text_of: TextOf | None, room: Room
) -> tuple[Excerpt, ...]:
    """The gold spans of a row; their text from the documents, else from passages that hold it."""
    return tuple(_gold(e, row, cited, text_of, room) for e in row["case"].get("evidence") or ())


def cited(citation: Mapping[str, Any], others: Sequence[Span], text_of: TextOf | None, room: Room) -> Excerpt:
    """What a citation quotes, with its byline; the quote is always the stored one."""
    span = (citation["source"], citation["start"], citation["end"])
    text = _text(span[0], text_of)
    note = ""
    if text is not None and text[span[1] : span[2]] != citation["quote"]:
        note = "The document does not have these words there."
    facts = (citation.get("speaker"), citation.get("outlet"), _date(citation), citation.get("location"))
    byline = " · ".join(fact for fact in facts if fact)
    return Excerpt(*span, _pieces(citation["quote"], span, others, room), byline=byline, note=note)


def spans(parts: Iterable[Mapping[str, Any]]) -> list[Span]:
    """Half-open character spans of evidence, citations or passages."""
    return [(part["source"], part["start"], part["end"]) for part in parts]


def _gold(
    evidence: Mapping[str, Any],
    row: Mapping[str, Any],
    cited: Sequence[Span],
    text_of: TextOf | None,
    room: Room,
) -> Excerpt:
    source, start, end = span = (evidence["source"], evidence["start"], evidence["end"])
    text, offset = _text(source, text_of), 0
    if text is None:
        text, offset = _held(span, row) or (None, 0)
    if text is None or end - offset > len(text):
        return Excerpt(*span, note="" if text is None else "The document is shorter than that now.")
    start, end = start - offset, end - offset
    before, after = text[max(0, start - room.around) : start], text[end : end + room.around]
    if room.around and (start > room.around or offset):
        before = "… " + before.partition(" ")[2]
    if room.around and end + room.around < len(text):
        after = after.rpartition(" ")[0] + " …"
    before, after = (" ".join(part.split("\n")) for part in (before, after))
    return Excerpt(*span, _pieces(text[start:end], span, cited, room), before, after)


def _held(span: Span, row: Mapping[str, Any]) -> tuple[str, int] | None:
    """The text of a passage of the answer that holds the span, and where the passage begins."""
    answer = row.get("answer") or {}
    for passage in (*answer.get("passages", ()), *answer.get("closest", ())):
        if passage["source"] == span[0] and passage["start"] <= span[1] and span[2] <= passage["end"]:
            return passage["text"], passage["start"]
    return None


def _text(source: str, text_of: TextOf | None) -> str | None:
    try:
        return text_of(source) if text_of else None
    except (OnRecordError, KeyError):
        # The library may have lost a document since the run; the page then shows where it stood.
        return None


def _pieces(text: str, span: Span, others: Iterable[Span], room: Room) -> tuple[Piece, ...]:
    """The text cut where spans of the other side begin and end; a long one loses its end."""
    source, start, _ = span
    near = [(first - start, last - start) for name, first, last in others if name == source]
    length = min(len(text), room.excerpt)
    cuts = sorted({0, length, *(cut for pair in near for cut in pair if 0 < cut < length)})
    pieces: list[Piece] = []
    for first, last in pairwise(cuts):
        shared = any(low <= first and last <= high for low, high in near)
        if pieces and pieces[-1].shared == shared:
            pieces[-1] = Piece(pieces[-1].text + text[first:last], shared)
        else:
            pieces.append(Piece(text[first:last], shared))
    if len(text) > length:
        pieces.append(Piece(f" … ({len(text) - length:,} more characters)", False))
    return tuple(pieces)


def _date(citation: Mapping[str, Any]) -> str:
    date = citation.get("date") or ""
    return f"{date[2:]} (year not stated)" if date.startswith("--") else date
