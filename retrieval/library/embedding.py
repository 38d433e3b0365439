"""What is embedded for a passage: the passage for search, and its sentences as evidence."""

from collections.abc import Sequence

import numpy as np

from retrieval.library.minilm import MiniLM, Vectors
from retrieval.library.passages import Piece

# Each sentence as it stands in its passage, and alone with title and speaker in front.
WAYS = 2


def embed_pieces(embedder: MiniLM, pieces: Sequence[Piece]) -> tuple[Vectors, list[Vectors]]:
    """Vectors [pieces, dimension], and for each piece its sentences' [WAYS, sentences, dimension]."""
    spans = [[(span.start, span.end) for span in piece.sentences] for piece in pieces]
    vectors, within = embedder.vectors_with_parts([piece.text for piece in pieces], spans)
    titled = embedder.vectors([text for piece in pieces for text in piece.titled])
    sentences, start = [], 0
    for parts in within:
        sentences.append(np.stack([parts, titled[start : start + len(parts)]]))
        start += len(parts)
    return vectors, sentences
