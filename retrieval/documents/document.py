"""What a file becomes: a Document, its text exactly as decoded and what is known about it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range [start, end) of Unicode characters in a document's text."""

    start: int
    end: int


def between(spans: Iterable[Span], end: int) -> Iterator[Span]:
    """The stretches of [0, end) that none of some spans covers; the spans are in order and disjoint."""
    start = 0
    for span in spans:
        if start < span.start:
            yield Span(start, span.start)
        start = max(start, span.end)
    if start < end:
        yield Span(start, end)


@dataclass(frozen=True, slots=True)
class Turn:
    """A span of words that one person spoke."""

    start: int
    end: int
    speaker: str


@dataclass(frozen=True, slots=True)
class Place:
    """What a person would look for: "p. 3", "row 12", "00:01:02"; from `start` to the next place."""

    start: int
    name: str


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the library.

    `text` is what a person sees on opening the file, never altered after decoding. `omitted` are the
    spans of menus, footers and the like, in order and disjoint; `turns` say who speaks where, likewise;
    `places` are in order; at each of the offsets `breaks` a passage ends (between rows of a table).
    Facts that are not found in the document are None or empty. `date` is YYYY[-MM[-DD]], or --MM-DD
    where the text states no year; `language` is an ISO 639-1 code.
    """

    source: str
    text: str
    title: str | None = None
    outlet: str | None = None
    date: str | None = None
    authors: tuple[str, ...] = ()
    url: str | None = None
    language: str | None = None
    omitted: tuple[Span, ...] = ()
    turns: tuple[Turn, ...] = ()
    places: tuple[Place, ...] = ()
    breaks: tuple[int, ...] = ()

    def kept(self) -> Iterator[Span]:
        """The stretches of the text that are not left out, in order."""
        return between(self.omitted, len(self.text))

    def location(self, start: int, end: int) -> str | None:
        """Where a person finds [start, end): "p. 3", "row 12–14", or None where nothing tells."""
        first = bisect_right(self.places, start, key=attrgetter("start")) - 1
        last = bisect_left(self.places, end, key=attrgetter("start")) - 1
        if first < 0:
            return None
        begin, finish = self.places[first].name, self.places[max(first, last)].name
        if begin == finish:
            return begin
        label, _, number = finish.rpartition(" ")
        return f"{begin}–{number if label and begin.startswith(f'{label} ') else finish}"

    def speaker(self, start: int, end: int) -> str | None:
        """Who speaks in [start, end): the one whose turns cover more than half of it."""
        covered: dict[str, int] = {}
        for turn in self.turns[bisect_right(self.turns, start, key=attrgetter("end")) :]:
            if turn.start >= end:
                break
            shared = min(end, turn.end) - max(start, turn.start)
            covered[turn.speaker] = covered.get(turn.speaker, 0) + shared
        if not covered:
            return None
        name = max(covered, key=lambda speaker: covered[speaker])
        return name if 2 * covered[name] > end - start else None


@dataclass(frozen=True, slots=True)
class Unread:
    """A file, or a part of one, that gave no document, and why.

    Where `partly`, the document is there, and the reason tells what of it is not, or is not sure.
    """

    source: str
    reason: str
    partly: bool = False
