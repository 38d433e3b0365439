"""What a file becomes: a Document, its text exactly as decoded and what is known about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range [start, end) of Unicode characters in a document's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A span of words that one person spoke."""

    start: int
    end: int
    speaker: str


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the library.

    `text` is what a person sees on opening the file, never altered after decoding. `omitted` are the
    spans of menus, footers and the like, in order and disjoint; `turns` say who speaks where.
    Facts that are not found in the document are None or empty. `date` is YYYY[-MM[-DD]], or --MM-DD
    where the text states no year.
    """

    source: str
    text: str
    title: str | None = None
    outlet: str | None = None
    date: str | None = None
    authors: tuple[str, ...] = ()
    url: str | None = None
    omitted: tuple[Span, ...] = ()
    turns: tuple[Turn, ...] = ()

    def speaker(self, start: int, end: int) -> str | None:
        """Who speaks in [start, end): the one whose turns cover more than half of it."""
        covered: dict[str, int] = {}
        for turn in self.turns:
            shared = min(end, turn.end) - max(start, turn.start)
            if shared > 0:
                covered[turn.speaker] = covered.get(turn.speaker, 0) + shared
        if not covered:
            return None
        name = max(covered, key=lambda speaker: covered[speaker])
        return name if 2 * covered[name] > end - start else None


@dataclass(frozen=True, slots=True)
class Unread:
    """A file, or a line of one, that gave no document, and why."""

    source: str
    reason: str
