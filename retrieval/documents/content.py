"""What the reader of a format gives: the text as people see it, and what the format itself tells of it."""

from dataclasses import dataclass, field

from retrieval.documents.document import Place, Span


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about a document; None or empty where it is not told."""

    title: str | None = None
    outlet: str | None = None
    date: str | None = None
    authors: tuple[str, ...] = ()
    url: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """One document of a file, before rules have looked at its text.

    `name` is empty for the file itself, else what stands behind "#" in the source: an attachment's name,
    a row's id. `facts` are stated by the format (a header of a mail, JSON-LD of a page) and go before
    those found in the text. `omitted`, `places` and `breaks` are as in Document. `is_page` is False where
    the text is the story alone, so that its first line is no headline of a page.
    """

    text: str
    name: str = ""
    facts: Facts = field(default_factory=Facts)
    omitted: tuple[Span, ...] = ()
    places: tuple[Place, ...] = ()
    breaks: tuple[int, ...] = ()
    is_page: bool = True
