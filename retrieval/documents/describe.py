"""A reader's Content becomes a Document: furniture, facts and speakers are found in its text."""

from bisect import bisect_right
from operator import attrgetter

from retrieval.documents.boilerplate import furniture
from retrieval.documents.content import Content, Facts
from retrieval.documents.document import Document, Span, between
from retrieval.documents.languages import LOOKED_AT, language
from retrieval.documents.lines import lines
from retrieval.documents.metadata import find_facts
from retrieval.documents.speakers import find_turns
from retrieval.documents.transcripts import find_transcript


def describe(source: str, content: Content) -> Document:
    """The Document of `content`; what its format states goes before what is found in the text."""
    text, stated = content.text, content.facts
    menus = furniture(text)
    found, headers = find_facts(text, menus) if content.is_page else (Facts(), ())
    title = one_line(stated.title) or found.title
    omitted = disjoint([*content.omitted, *menus, *headers])
    story = [line for line in lines(text) if not _inside(line, omitted)]
    transcript = find_transcript(text, story)
    return Document(
        source=source,
        text=text,
        title=title,
        outlet=one_line(stated.outlet) or found.outlet,
        date=one_line(stated.date) or found.date,
        authors=tuple(filter(None, map(one_line, stated.authors))) or found.authors,
        url=one_line(stated.url) or found.url,
        language=one_line(stated.language) or language(_beginning(text, omitted)),
        omitted=omitted,
        turns=transcript.turns if transcript else find_turns(text, title, story),
        places=content.places or (transcript.places if transcript else ()),
        breaks=content.breaks,
    )


def _beginning(text: str, omitted: tuple[Span, ...]) -> str:
    """What the language is told from: the beginning of a text without what is left out of it."""
    parts: list[str] = []
    for span in between(omitted, len(text)):
        parts.append(text[span.start : span.end])
        if sum(map(len, parts)) >= LOOKED_AT:
            break
    return "".join(parts)


def _inside(line: Span, spans: tuple[Span, ...]) -> bool:
    """Whether a line lies in one of some spans in order."""
    place = bisect_right(spans, line.start, key=attrgetter("start")) - 1
    return place >= 0 and line.end <= spans[place].end


def disjoint(spans: list[Span]) -> tuple[Span, ...]:
    """The same characters as spans in order, where those that overlap or touch are one."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(span.end, joined[-1].end))
        elif span.start < span.end:
            joined.append(span)
    return tuple(joined)


def one_line(value: object) -> str | None:
    """A fact as one line of storable text, or None."""
    if not isinstance(value, str):
        return None
    line = " ".join(value.encode("utf-8", "replace").decode("utf-8").split())
    return line or None
