"""Where sentences begin and end, as spans of the text that was given."""

from collections.abc import Iterator

from sentencex import get_sentence_boundaries

from retrieval.documents.document import Span
from retrieval.documents.lines import lines


def sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """The sentences of text[start:end], without the white space around them.

    A line end always ends a sentence: pages wrap paragraphs, headlines and list items that way, and
    plain text that is wrapped at a column is joined by `wrapped` lines, see `paragraphs`.
    """
    for paragraph in paragraphs(text[start:end]):
        piece = text[start + paragraph.start : start + paragraph.end]
        for found in get_sentence_boundaries("en", piece):
            sentence = piece[found["start_index"] : found["end_index"]]
            stripped = sentence.strip()
            if stripped:
                begin = start + paragraph.start + found["start_index"] + sentence.index(stripped)
                yield Span(begin, begin + len(stripped))


def paragraphs(text: str) -> Iterator[Span]:
    """Lines, where a hard-wrapped line is joined to the next one.

    A line is taken as wrapped when it is 50 to 120 characters long, ends in no sentence mark, and the
    next line follows directly and begins in lower case.
    """
    begin: Span | None = None
    for line in lines(text):
        if begin is not None and _continues(text, begin, line):
            begin = Span(begin.start, line.end)
            continue
        if begin is not None:
            yield begin
        begin = line
    if begin is not None:
        yield begin


def _continues(text: str, before: Span, line: Span) -> bool:
    gap = text[before.end : line.start]
    last_line = before.end - max(text.rfind("\n", before.start, before.end) + 1, before.start)
    return (
        gap.count("\n") == 1
        and 50 <= last_line <= 120
        and text[before.end - 1] not in '.!?…:;"”'
        and text[line.start].islower()
    )
