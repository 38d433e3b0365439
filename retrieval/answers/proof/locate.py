"""Find a model's quote in the passages that it was given, in the document's own characters.

What is not believed: where the model says that its quote stands. What is not judged: whether the quote is
fair. "attend the meeting on Monday" stands verbatim in "did not attend the meeting on Monday", and "cost
12" in "cost 12 million": a quote is found as it is, never widened, so whoever shows it shows what
stands around it, and whoever uses it asks whether it supports the statement.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from retrieval.answers.proof.edges import WITHOUT_SPACES, stands_whole
from retrieval.answers.proof.folding import DOUBLE, LINE_HYPHEN, OWN_HYPHEN, SINGLE, Folded, fold
from retrieval.documents.document import Span
from retrieval.documents.sentences import sentences
from retrieval.library.passage import Passage

Verdict = Literal["verified", "repaired"]

MIN_WORDS = 4
# A Chinese or Japanese word has about two characters, so eight of them say as much as four words.
MIN_UNSPACED = 2 * MIN_WORDS

WORD = re.compile(r"\S*[^\W_]\S*")
_QUOTING = rf"\s{re.escape(SINGLE + DOUBLE)}"
OPENING = re.compile(rf"(?:[{_QUOTING}…]|\.{{3,}}|\. \. \.|[\[(](?:…|\.{{3}})[\])])+")
_ENDING = rf"[{_QUOTING}….,;:]"
CLOSING = re.compile(rf"(?<!{_ENDING})(?:{_ENDING}|[\[(](?:…|\.{{3}})[\])])+\Z")


@dataclass(frozen=True, slots=True)
class Located:
    """Where a quote stands: `span` is of the passage's document.

    "verified": in the passage that the model named. "repaired": in another one that it was given.
    """

    verdict: Verdict
    passage: Passage
    span: Span


def locate(quote: str, passages: Sequence[Passage], number: int) -> Located | None:
    """The passage and the span of its document where the words of `quote` stand, or None.

    `number` is the passage that the model names, from 1; any other number names none. It is looked at
    first, then the others in order. The words must stand in one piece, from word edge to word edge; how
    texts are compared is told in folding.py, what an edge is in edges.py. Quotation marks and ellipses
    around a quote, and a full stop or comma at its end, may be missing in the document.

    A quote of fewer than four words, or of fewer than eight characters in a script without spaces (two
    of which count as a word), proves nothing unless it is whole sentences or the whole passage.
    """
    wanted = _readings(quote)
    named = number - 1 if 1 <= number <= len(passages) else None
    order = [n for n in range(len(passages)) if n != named]
    for n in order if named is None else [named, *order]:
        for reading in wanted:
            span = _find(reading, passages[n].text)
            if span:
                start = passages[n].start
                verdict: Verdict = "verified" if n == named else "repaired"
                return Located(verdict, passages[n], Span(start + span.start, start + span.end))
    return None


def _readings(quote: str) -> list[str]:
    """The quote as it is, then without the marks around it; none where no word is in it."""
    whole = quote.strip()
    opening = OPENING.match(whole)
    bare = whole[opening.end() if opening else 0 :]
    closing = CLOSING.search(bare)
    bare = bare[: closing.start()] if closing else bare
    return [reading for reading in dict.fromkeys((whole, bare)) if WORD.search(fold(reading).text)]


def _find(quote: str, text: str) -> Span | None:
    """The span of `text`: the place that is equal to the letter, else the first that is equal folded."""
    folded = fold(text)
    first: Span | None = None
    for start, end in _places(fold(quote).text.strip(), folded):
        begin, behind = folded.start(start), folded.end(end)
        if begin is None or behind is None or not stands_whole(folded, start, end):
            continue
        span = Span(begin, behind)
        if text[begin:behind] != quote and first:
            continue
        if not _says_enough(folded.text[start:end]) and not _is_whole(text, span):
            continue
        if text[begin:behind] == quote:
            return span
        first = span
    return first


def _places(quote: str, folded: Folded) -> Iterator[tuple[int, int]]:
    """Where the folded quote stands in the folded text."""
    text = folded.text
    if not any(hyphen in side for hyphen in (LINE_HYPHEN, OWN_HYPHEN) for side in (quote, text)):
        at = text.find(quote)
        while at >= 0:
            yield at, at + len(quote)
            at = text.find(quote, at + 1)
        return
    pattern = _hyphenated(quote)
    found = pattern.search(text)
    while found:
        yield found.span()
        found = pattern.search(text, found.start() + 1)


@lru_cache(maxsize=32)
def _hyphenated(quote: str) -> re.Pattern[str]:
    """The quote, where a hyphen at the end of a line may be the word's own or the printer's."""
    either = f"[{LINE_HYPHEN}{OWN_HYPHEN}]"
    units = re.findall(r"- |.", quote, re.DOTALL)
    parts = []
    for unit, following in zip(units, [*units[1:], ""], strict=True):
        if unit in (LINE_HYPHEN, OWN_HYPHEN):
            parts.append(f"(?:- ?|{either})" + ("?" if unit == LINE_HYPHEN else ""))
        elif unit[0] == "-":
            parts.append(f"(?:{re.escape(unit)}|{either})")
        else:
            joined = unit.isalpha() and following.isalpha()
            parts.append(re.escape(unit) + (f"{LINE_HYPHEN}?" if joined else ""))
    return re.compile("".join(parts))


def _says_enough(words: str) -> bool:
    unspaced = sum(character.isalnum() for character in words if WITHOUT_SPACES.match(character))
    spaced = len(WORD.findall(WITHOUT_SPACES.sub(" ", words)))
    return spaced * 2 + unspaced >= MIN_UNSPACED


def _is_whole(text: str, span: Span) -> bool:
    """Whether the span is all of the text or of sentences of it, but for marks at its ends."""
    wanted = _core(text, span)
    starts, ends = _sentence_edges(text)
    return wanted.start in starts and wanted.end in ends


@lru_cache(maxsize=32)
def _sentence_edges(text: str) -> tuple[frozenset[int], frozenset[int]]:
    """Where the sentences and the text begin, and where they end."""
    cores = [_core(text, span) for span in (Span(0, len(text)), *sentences(text))]
    return frozenset(core.start for core in cores), frozenset(core.end for core in cores)


def _core(text: str, span: Span) -> Span:
    """The span from its first letter or figure to its last."""
    start, end = span.start, span.end
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    return Span(start, end)
