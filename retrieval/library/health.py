"""Whether the vector store holds for every passage the vector that the catalog holds, read one by one.

Reading a damaged store can end the process that reads, so a child does it: `python -m
retrieval.library.health STATE`, which prints one JSON object.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from retrieval.library.catalog import Catalog

# Chroma keeps float32; a vector that was altered is farther from its own than this.
SAME = 0.9999
PATIENCE = 600.0
BATCH = 1000


def damage(state: Path) -> str | None:
    """What is wrong with the catalog or the vector store in a state folder, in words, or None."""
    command = [sys.executable, "-m", "retrieval.library.health", str(state)]
    try:
        child = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL, check=False
        )
    except subprocess.TimeoutExpired:
        return f"reading the vector store did not end in {PATIENCE:.0f} s"
    if child.returncode:
        last = child.stderr.strip().splitlines()[-1:] or [f"the reader ended with {child.returncode}"]
        return f"the vector store cannot be read ({last[0][:200]})"
    found: str | None = json.loads(child.stdout)["damage"]
    return found


def examine(state: Path) -> str | None:
    """As `damage`, in this process; Chroma's own errors, of many kinds, come through."""
    # Late, since the parent needs no Chroma.
    from retrieval.library.chroma import VectorStore

    catalog = Catalog(state / "catalog.sqlite")
    try:
        flaw = catalog.flaw()
        if flaw:
            return f"the catalog is damaged ({flaw})"
        expected = set(catalog.passage_ids())
        number = catalog.fact("generation")
        if number is None:
            return None
        folder = state / "chroma" / number
        if not folder.is_dir():
            return "the vector store is missing"
        store = VectorStore(folder)
        altered, batch = 0, []
        for id, vector in store.stored():
            if id not in expected:
                return f"the vector store holds a passage that the catalog does not know ({id})"
            expected.discard(id)
            batch.append((id, vector))
            if len(batch) == BATCH:
                altered += _altered(catalog, batch)
                batch = []
        altered += _altered(catalog, batch)
    finally:
        catalog.close()
    if expected:
        return f"passages without a vector in the vector store: {len(expected)}"
    return f"vectors in the vector store that are not those of the catalog: {altered}" if altered else None


def _altered(catalog: Catalog, batch: list[tuple[int, "np.ndarray"]]) -> int:
    if not batch:
        return 0
    ours = catalog.vectors([id for id, _ in batch])
    theirs = np.stack([vector for _, vector in batch])
    lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    return int(((ours * theirs).sum(axis=1) < SAME * lengths).sum())


if __name__ == "__main__":
    print(json.dumps({"damage": examine(Path(sys.argv[1]))}))
