"""How news pages are read: python -m eval.benchmarks.pages [--limit N] [--keep FOLDER]

Writes articles as pages of made-up sites (sites.py), reads them, and says how much of the sites' menus, boxes
and footers stays in passages, how much of the stories is lost, and how true the facts are. All of an article
counts as story: what it holds of menus and promotions itself, and is rightly left out, counts as lost. "By
gold" is counted on those articles whose furniture people marked (eval/gold/furniture.jsonl): what they marked
is furniture there, not story.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from eval.benchmarks.facts import ARTICLES
from eval.benchmarks.sites import Page, write_pages
from retrieval.documents.document import Document
from retrieval.documents.jail import Readers
from retrieval.documents.sentences import sentences

FACTS = ("title", "outlet", "date", "authors", "url")


def measure(folder: Path, pages: Sequence[Page]) -> dict[str, float]:
    """Shares, 0..1, over all pages; and the seconds for each."""
    found: Counter[str] = Counter()
    began = time.monotonic()
    with Readers() as readers:
        files = ((folder / page.name, page.name) for page in pages)
        for page, (_, documents) in zip(pages, readers.read(files), strict=True):
            for document in documents:
                if isinstance(document, Document):
                    found.update(_counted(page, document))
    seconds = time.monotonic() - began
    return {
        "pages": len(pages),
        "read": found["read"] / len(pages),
        "menus in passages": found["leaked"] / found["around"],
        "story sentences kept": found["kept"] / found["sentences"],
        "pages with gold": found["gold pages"],
        "furniture in passages, by gold": found["gold leaked"] / max(1, found["gold furniture"]),
        "story sentences kept, by gold": found["gold kept"] / max(1, found["gold sentences"]),
        **{f"{fact} precision": found[f"{fact} right"] / max(1, found[f"{fact} told"]) for fact in FACTS},
        **{f"{fact} recall": found[f"{fact} right"] / max(1, found[f"{fact} true"]) for fact in FACTS},
        "seconds a page": seconds / len(pages),
    }


def _counted(page: Page, document: Document) -> Counter[str]:
    kept_text = _kept(document)
    counted: Counter[str] = Counter({"read": 1})
    for text in page.around:
        counted["around"] += len(text)
    counted["leaked"] += (leaked := _leaked(page, document))
    flat = " ".join(kept_text.split())
    told = [paragraph[s.start : s.end] for paragraph in page.paragraphs for s in sentences(paragraph)]
    counted["sentences"] = len(told)
    counted["kept"] = sum(words in flat for words in told)
    if page.gold is not None:
        marked = [text for texts in page.gold.values() for text in texts]
        story = [words for words in told if not any(words in text or text in words for text in marked)]
        within = page.gold["furniture"]
        counted["gold pages"] = 1
        counted["gold sentences"] = len(story)
        counted["gold kept"] = sum(words in flat for words in story)
        counted["gold furniture"] = counted["around"] + sum(map(len, within))
        counted["gold leaked"] = leaked + sum(len(text) for text in within if text in flat)
    for fact in FACTS:
        stated, true = getattr(document, fact), page.facts[fact]
        counted[f"{fact} told"] += bool(stated)
        counted[f"{fact} true"] += bool(true)
        counted[f"{fact} right"] += bool(stated) and stated == true
    return counted


def _kept(document: Document) -> str:
    return "\n".join(document.text[span.start : span.end] for span in document.kept())


def _leaked(page: Page, document: Document) -> int:
    """Characters of lines around the story that were kept; a line that the story holds too does not count."""
    story = set(page.paragraphs)
    left = Counter(text for text in page.around if text not in story)
    leaked = 0
    for line in _kept(document).split("\n"):
        bare = " ".join(line.split())
        if left[bare] > 0:
            left[bare] -= 1
            leaked += len(bare)
    return leaked


def main() -> None:
    """Write, read and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--keep", type=Path, help="write the pages here, and leave them")
    given = parser.parse_args()
    if not ARTICLES.exists():
        print(f"Not measured: {ARTICLES} is not there.")
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(exist_ok=True, parents=True)
        for name, value in measure(folder, write_pages(folder, given.limit)).items():
            print(f"{name:32} {value:.4f}")


if __name__ == "__main__":
    main()
