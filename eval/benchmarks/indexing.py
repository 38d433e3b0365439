"""How fast a folder becomes an index, without embedding: the 1,900 pages of sites.py.

    python -m eval.benchmarks.indexing [--limit N]

Reading, cleaning and splitting; a second look when nothing has changed; a changed file among 20,000 passages
until it is found; and the most memory that was held. Vectors are made up, since the embedder's time is
measured elsewhere, but for the one changed file.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eval.benchmarks.facts import ARTICLES
from eval.benchmarks.sites import write_pages
from retrieval import Library
from retrieval.library.minilm import MiniLM, Vectors


class MadeUp(MiniLM):
    """Counts tokens as the real one does, and gives unit vectors that mean nothing, at once."""

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Random unit vectors [len(texts), 384]."""
        made = np.random.default_rng(0).normal(size=(len(texts), self.dimension)).astype(np.float32)
        lengths = np.linalg.norm(made, axis=1, keepdims=True)
        return np.asarray(made / np.maximum(lengths, 1e-12), dtype=np.float32)

    def vectors_with_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[tuple[int, int]]]
    ) -> tuple[Vectors, list[Vectors]]:
        """The same for each text and each of its parts."""
        return self.vectors(texts), [self.vectors([""] * len(spans)) for spans in parts]


def measure(docs: Path, state: Path) -> dict[str, float]:
    """Seconds, and the peak of memory in MB."""
    found: dict[str, float] = {}
    with Library.open(docs, state) as library:
        library.index.embedder = MadeUp()
        began = time.monotonic()
        plan = library.plan()
        found["reading, cleaning and splitting"] = time.monotonic() - began
        found["passages to embed"] = plan.to_embed
        began = time.monotonic()
        library.sync()
        found["the whole sync, embedding made up"] = time.monotonic() - began
        found["passages"] = library.counts()["passages"]
    with Library.open(docs, state) as library:
        library.index.embedder = MadeUp()
        began = time.monotonic()
        again = library.sync().plan
        found["a sync with nothing changed"] = time.monotonic() - began
        found["passages embedded by it"] = again.to_embed
        first = docs / library.sources()[0]
        library.search("warm")
        marked = first.read_text("utf-8").replace("</h1>", "</h1><p>The zyzzyva beetle sang at noon.</p>", 1)
        began = time.monotonic()
        first.write_text(marked, "utf-8")
        library.sync()
        passage = library.search("zyzzyva beetle", 1)[0]
        found["a changed file, until it is found"] = time.monotonic() - began
        if "zyzzyva" not in passage.text:
            raise AssertionError("the changed file was not found")
    found["peak memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    found["peak memory of a reader, MB"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    return found


def main() -> None:
    """Write the pages, index them, and tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--limit", type=int)
    given = parser.parse_args()
    if not ARTICLES.exists():
        print(f"Not measured: {ARTICLES} is not there.")
        return
    with tempfile.TemporaryDirectory() as temporary:
        docs = Path(temporary) / "docs"
        docs.mkdir()
        write_pages(docs, given.limit)
        for name, value in measure(docs, Path(temporary) / "state").items():
            print(f"{name:40} {value:10.2f}")


if __name__ == "__main__":
    main()
