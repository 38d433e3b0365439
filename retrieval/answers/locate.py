"""Find a model's quote in a passage: the words must stand there as they are."""

from collections.abc import Sequence

from retrieval.documents.document import Span
from retrieval.library.passage import Passage

MIN_WORDS = 4


def locate(quote: str, passages: Sequence[Passage], number: int) -> tuple[Passage, Span] | None:
    """The passage and the span of its document where `quote` stands verbatim, or None.

    `number` is the passage that the model names, from 1; it is looked at first, then the others. A quote
    of fewer than four words proves nothing, unless it is the whole passage.
    """
    words = quote.strip().strip('"“”')
    if not words:
        return None
    named = [passages[number - 1]] if 1 <= number <= len(passages) else []
    for passage in (*named, *passages):
        at = passage.text.find(words)
        if at >= 0 and (len(words.split()) >= MIN_WORDS or words == passage.text):
            return passage, Span(passage.start + at, passage.start + at + len(words))
    return None
