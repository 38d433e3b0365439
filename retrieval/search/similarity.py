"""How alike two words are in meaning, from a small table made with the embedder.

See retrieval/models/all-MiniLM-L6-v2/make_words.py. Words outside the table are alike only to words
of the same stem.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from retrieval.library.minilm import MODEL
from retrieval.search.terms import stems

# Below this cosine two words are taken as unrelated ("minister" and "president" have .56).
UNRELATED = 0.5


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, int], npt.NDArray[np.float32]]:
    with np.load(MODEL / "words.npz") as file:
        rows = {stem: row for row, stem in enumerate(str(file["stems"]).split("\n"))}
        vectors = file["vectors"].astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    # One more row of zeros stands for every unknown word.
    return rows, np.vstack([vectors, np.zeros_like(vectors[:1])])


def known(tokens: list[str]) -> int:
    """How many of the words are in the table, which holds frequent English words."""
    rows, _ = _table()
    return sum(stem in rows for stem in stems(tokens))


def alike(wanted: list[str], given: list[str], exact: list[bool]) -> npt.NDArray[np.float32]:
    """Similarity 0..1 of each wanted word to each given one, [len(wanted), len(given)].

    1 for the same stem; where `exact` (a name, a figure), 0 for any other; else the cosine above
    UNRELATED, scaled to 0..1.
    """
    wanted_stems, given_stems = stems(wanted), stems(given)
    rows, vectors = _table()
    left = vectors[[rows.get(stem, -1) for stem in wanted_stems]]
    right = vectors[[rows.get(stem, -1) for stem in given_stems]]
    cosine = left @ right.T
    scaled = np.clip((cosine - UNRELATED) / (1 - UNRELATED), 0, 0.95)
    scaled[np.array(exact, dtype=bool)] = 0
    same = np.array(wanted_stems)[:, None] == np.array(given_stems)[None, :]
    scaled[same] = 1
    return np.asarray(scaled, dtype=np.float32)
