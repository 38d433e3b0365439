"""How true the facts and the speakers are that are found in plain text, against gold made by hand.

    python -m eval.benchmarks.facts [--round N] [--wrong] [--missed]

Precision is the share of what was told that is right, recall the share of what is true that was told. A
speaker is right when the sentence of the gold is given to that person; one told for words that nobody said
is wrong.
"""

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unicodedata import normalize

from retrieval.documents.content import Content
from retrieval.documents.describe import describe
from retrieval.documents.document import Document

ROOT = Path(__file__).parent.parent.parent
GOLD = ROOT / "eval" / "gold" / "facts.jsonl"
ARTICLES = ROOT.parent / "shared" / "data" / "realtimeqa" / "docs.jsonl"
FIELDS = ("title", "outlet", "authors", "date", "url", "language")


def texts() -> dict[str, str]:
    """The texts that the gold is about, by its sources; those of articles only where the set is at hand."""
    found = {f"seeds/{path.name}": path.read_bytes().decode() for path in (ROOT / "seeds").glob("*.txt")}
    if ARTICLES.exists():
        with ARTICLES.open(encoding="utf-8") as lines:
            found.update((f"realtimeqa/{row['id']}", row["text"]) for row in map(json.loads, lines))
    return found


def gold(file: Path, turn: int | None = None) -> Iterator[tuple[dict[str, Any], Document]]:
    """Each row of one round of the gold, or of all, whose text is at hand, and what the rules make of it."""
    known = texts()
    with file.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            text = known.get(row["source"])
            if text is not None and turn in (None, row["round"]):
                if hashlib.sha256(text.encode()).hexdigest() != row["sha256"]:
                    raise ValueError(f"the text of {row['source']} is another than the gold's")
                yield row, describe(row["source"], Content(text))


def judged(row: dict[str, Any], document: Document) -> Iterator[tuple[str, str, Any, Any]]:
    """What was told or is true of a document, as (field, "right" | "wrong" | "missed", told, true)."""
    for field in FIELDS:
        told, true = getattr(document, field), row[field]
        told = list(told) if field == "authors" else told
        if told == true and told:
            yield field, "right", told, true
        elif told:
            yield field, "wrong", told, true
        elif true:
            yield field, "missed", told, true
    for start, end, true in row["speech"]:
        told = document.speaker(start, end)
        words = document.text[start:end]
        if told:
            yield "speaker", "right" if normalize("NFC", told) == true else "wrong", told, (true, words)
        elif true:
            yield "speaker", "missed", told, (true, words)
    for turn in document.turns:
        if not any(start < turn.end and turn.start < end for start, end, _ in row["speech"]):
            yield "speaker", "wrong", turn.speaker, (None, document.text[turn.start : turn.end])


def main() -> None:
    """Print precision and recall for each field; with --wrong and --missed, what was told wrongly or not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--wrong", action="store_true")
    parser.add_argument("--missed", action="store_true")
    parser.add_argument("--round", type=int)
    given = parser.parse_args()
    counted: Counter[tuple[str, str]] = Counter()
    documents = 0
    for row, document in gold(GOLD, given.round):
        documents += 1
        for field, how, told, true in judged(row, document):
            counted[field, how] += 1
            if (how == "wrong" and given.wrong) or (how == "missed" and given.missed):
                print(f"{row['source']} {field} {how}: {told!r}, in truth {true!r}")
    if not ARTICLES.exists():
        print(f"Measured on the seeds alone: {ARTICLES} is not there.")
    print(f"{documents} documents")
    for field in (*FIELDS, "speaker"):
        right, wrong, missed = (counted[field, how] for how in ("right", "wrong", "missed"))
        precision = f"{right / (right + wrong):.3f}" if right + wrong else "  –  "
        true = right + missed + (wrong if field != "speaker" else 0)
        recall = f"{right / true:.3f}" if true else "  –  "
        print(f"{field:9} precision {precision} (n {right + wrong})  recall {recall}")


if __name__ == "__main__":
    main()
