"""What is embedded for a passage: the passage for search, and its sentences as evidence."""

from collections.abc import Sequence

import numpy as np

from retrieval.library.embedder import Embedder
from retrieval.library.minilm import MiniLM, Vectors
from retrieval.library.passages import Piece

# Each sentence as it stands in its passage, and alone with title and speaker in front.
WAYS = 2


def embed_pieces(local: MiniLM, searcher: Embedder, pieces: Sequence[Piece]) -> tuple[Vectors, list[Vectors]]:
    """Vectors [pieces, dimension], and for each piece its sentences' [WAYS, sentences, 384].

    The first are the searcher's, the sentences' always the local model's.
    """
    spans = [[(span.start, span.end) for span in piece.sentences] for piece in pieces]
    vectors, within = local.vectors_with_parts([piece.text for piece in pieces], spans)
    titled = local.vectors([text for piece in pieces for text in piece.titled])
    sentences, start = [], 0
    for parts in within:
        sentences.append(np.stack([parts, titled[start : start + len(parts)]]))
        start += len(parts)
    if searcher is not local:
        # Last, so that what is paid for is stored at once.
        vectors = searcher.embed([piece.text for piece in pieces]).vectors
    return vectors, sentences
