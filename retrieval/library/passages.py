"""Cut a document into passages: spans of whole sentences that fit the embedder's window.

A passage is text[start:end] of its document, begins and ends at a sentence's edge, and never crosses an
omitted span (a menu, a footer), a break (between rows of a table) or a change of speaker: it holds the words
of one person at most. Only a sentence longer than the window is cut inside, at white space
where there is any.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from retrieval.documents.document import Document, Span
from retrieval.documents.sentences import paragraphs, sentences

# WordPiece tokens, title and date included. The model was trained on 128 and reads 256, two of which
# are its own marks. The target keeps passages short enough to cite.
WINDOW = 254
TARGET = 180
HEADER = 64
# Sentences whose tokens are counted at once.
BATCH = 500

CountTokens = Callable[[list[str]], list[int]]


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage with what is embedded for it.

    `text` is the header and the passage; `sentences` are spans of `text`; `titled` is each of them with
    the document's title and its speaker in front.
    """

    span: Span
    text: str
    sentences: tuple[Span, ...]
    titled: tuple[str, ...]


def pieces(document: Document, above: str, count: CountTokens) -> Iterator[Piece]:
    """The passages of a document under its header, ready to be embedded."""
    for span in passages(document, above, count):
        inside = list(sentences(document.text, span.start, span.end))
        shift = len(above) - span.start
        yield Piece(
            span,
            above + document.text[span.start : span.end],
            tuple(Span(s.start + shift, s.end + shift) for s in inside),
            tuple(_titled(document, s) for s in inside),
        )


def _titled(document: Document, sentence: Span) -> str:
    speaker = document.speaker(sentence.start, sentence.end)
    title = f"{document.title}. " if document.title else ""
    said = f"{speaker}: " if speaker else ""
    return title + said + document.text[sentence.start : sentence.end]


def header(document: Document, count: CountTokens) -> str:
    """The title and date that stand before each passage when it is embedded, at most HEADER tokens."""
    words = " · ".join(filter(None, (document.title, document.date))).split()
    while words and count([" ".join(words)])[0] > HEADER:
        words = words[: len(words) * 3 // 4]
    return " ".join(words) + "\n" if words else ""


def passages(document: Document, above: str, count: CountTokens) -> Iterator[Span]:
    """The passages of a document, in order, each with room for the header that stands `above` it.

    `count` gives the WordPiece tokens of each text.
    """
    room = WINDOW - count([above])[0]
    for story in document.kept():
        sized = _sized(document.text, _sentences(document.text, story), count)
        yield from _pack(document, _fit(document.text, sized, room, count), min(TARGET, room))


Opening = tuple[Span, bool]
Sized = tuple[Opening, int]


def _sentences(text: str, story: Span) -> Iterator[Opening]:
    """The sentences, each with whether it opens its paragraph."""
    for found in paragraphs(text[story.start : story.end]):
        paragraph = Span(story.start + found.start, story.start + found.end)
        for number, sentence in enumerate(sentences(text, paragraph.start, paragraph.end)):
            yield sentence, number == 0


def _sized(text: str, found: Iterator[Opening], count: CountTokens) -> Iterator[Sized]:
    """The sentences with their tokens, counted a batch at a time."""
    while batch := list(islice(found, BATCH)):
        sizes = count([text[span.start : span.end] for span, _ in batch])
        yield from zip(batch, sizes, strict=True)


def _fit(text: str, pieces: Iterator[Sized], room: int, count: CountTokens) -> Iterator[Sized]:
    """The same pieces, where one longer than `room` tokens is cut into some that fit."""
    for (span, opens), size in pieces:
        if size <= room:
            yield (span, opens), size
            continue
        for part in _cut(text, span, room, count):
            yield (part, opens), count([text[part.start : part.end]])[0]
            opens = False


def _cut(text: str, span: Span, room: int, count: CountTokens) -> Iterator[Span]:
    """Parts of at most `room` tokens, cut behind white space where there is any in the last half."""
    start = span.start
    while start < span.end:
        # A token is at least one character, so a part of `room` characters always fits.
        end = min(span.end, start + 6 * room)
        while count([text[start:end]])[0] > room and end - start > room:
            end = start + max(room, (end - start) * 3 // 4)
        if end < span.end:
            gap = next(
                (i for i in range(end, start + (end - start) // 2, -1) if text[i - 1].isspace()),
                end,
            )
            end = gap
        stripped = text[start:end].strip()
        if stripped:
            begin = start + text[start:end].index(stripped)
            yield Span(begin, begin + len(stripped))
        start = end


def _pack(document: Document, pieces: Iterator[Sized], target: int) -> Iterator[Span]:
    """Neighbouring pieces joined while they stay within `target` tokens and one person speaks.

    Past two thirds of the target, the next paragraph begins a passage of its own.
    """
    current: Span | None = None
    speaking: str | None = None
    filled = 0
    for (span, opens), size in pieces:
        speaker = document.speaker(span.start, span.end)
        if current is not None:
            full = filled + size > target or (opens and filled > target * 2 // 3)
            changed = None not in (speaking, speaker) and speaker != speaking
            broken = bisect_right(document.breaks, span.start) > bisect_left(document.breaks, current.end)
            if full or changed or broken:
                yield current
                current, speaking, filled = None, None, 0
        current = Span(current.start if current else span.start, span.end)
        speaking, filled = speaking or speaker, filled + size
    if current is not None:
        yield current
