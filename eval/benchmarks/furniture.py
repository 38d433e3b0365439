"""How much page furniture stays in passages of plain text, and how much of stories is lost, by gold.

    python -m eval.benchmarks.furniture [--round N] [--wrong]

Only lines that the gold calls furniture, teasers or the story's are counted: headlines, bylines and the like
may go either way. Teasers are headlines of other articles that stand between a story's paragraphs with no
label; in plain text nothing tells them from subheadings, so they are counted apart.
"""

import argparse
from collections import Counter

from eval.benchmarks.facts import ARTICLES, ROOT, gold
from retrieval.documents.document import Span
from retrieval.documents.sentences import sentences

GOLD = ROOT / "eval" / "gold" / "furniture.jsonl"


def measure(turn: int | None = None, tell_wrong: bool = False) -> Counter[str]:
    """Characters of furniture, and of it kept; sentences of stories, and of them lost; documents."""
    counted: Counter[str] = Counter()
    for row, document in gold(GOLD, turn):
        text, left_out = document.text, document.omitted
        counted["documents"] += 1
        for kind in ("furniture", "teasers"):
            for start, end in row[kind]:
                dropped = sum(max(0, min(end, s.end) - max(start, s.start)) for s in left_out)
                counted[kind] += end - start
                counted[f"{kind} kept"] += end - start - dropped
                if tell_wrong and dropped < end - start:
                    print(f"{kind} kept: {row['source']}: {text[start:end][:150]}")
        marked = [Span(*span) for kind in ("furniture", "teasers", "neutral") for span in row[kind]]
        for sentence in sentences(text):
            if not any(_meet(sentence, span) for span in marked):
                counted["sentences"] += 1
                if any(_meet(sentence, span) for span in left_out):
                    counted["lost"] += 1
                    if tell_wrong:
                        print(f"lost: {row['source']}: {text[sentence.start : sentence.end][:150]}")
    return counted


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def main() -> None:
    """Print both shares; with --wrong, the lines and sentences."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--wrong", action="store_true")
    parser.add_argument("--round", type=int)
    given = parser.parse_args()
    found = measure(given.round, given.wrong)
    if not ARTICLES.exists():
        print(f"Measured on the seeds alone: {ARTICLES} is not there.")
    print(f"{found['documents']} documents")
    for kind in ("furniture", "teasers"):
        share = found[f"{kind} kept"] / found[kind] if found[kind] else 0.0
        print(f"{kind} in passages {share:.4f} (of {found[kind]} characters)")
    print(f"story sentences kept  {1 - found['lost'] / found['sentences']:.4f} (of {found['sentences']})")


if __name__ == "__main__":
    main()
