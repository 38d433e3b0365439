"""Make words.npz, the similarity of words as all-MiniLM-L6-v2 sees it, from the model beside it.

    python make_words.py             run from the project's environment

Every whole word of the model's vocabulary is embedded alone; the words of one stem share the vector of
the most frequent one (the vocabulary is ordered by frequency). Vectors are reduced to their first 128
principal components and stored as int8 with one scale: `stems` (the keys, joined by newlines) and
`vectors` int8 [stems, 128]. The cosine of two rows stands in for the cosine of the two words.
"""

from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from retrieval.library.minilm import MiniLM
from retrieval.search.terms import STOP_WORDS, stems

HERE = Path(__file__).parent
COMPONENTS = 128


def main() -> None:
    vocabulary = Tokenizer.from_file(str(HERE / "tokenizer.json")).get_vocab()
    words = [
        word
        for word in sorted(vocabulary, key=vocabulary.__getitem__)
        if len(word) > 1 and word.isalpha() and word.isascii() and word not in STOP_WORDS
    ]
    first: dict[str, str] = {}
    for word, stem in zip(words, stems(words), strict=True):
        first.setdefault(stem, word)
    vectors = MiniLM().vectors(list(first.values()))
    _, _, axes = np.linalg.svd(vectors, full_matrices=False)
    reduced = vectors @ axes[:COMPONENTS].T
    reduced /= np.linalg.norm(reduced, axis=1, keepdims=True)
    scale = 127 / np.abs(reduced).max()
    np.savez_compressed(
        HERE / "words.npz",
        stems=np.array("\n".join(first)),
        vectors=np.round(reduced * scale).astype(np.int8),
    )


if __name__ == "__main__":
    main()
