"""The standard suite: the product beside three floors, in one process, on the seed questions and public sets.

python -m eval.benchmarks.suite [--full] [--limit N] [--kept FOLDER] [--into PAGE] [SET …]

A SET is a folder with docs.jsonl and cases.jsonl; without any, the seed questions and the sets beside the
project in ../shared/data are taken, and the absence of one is said. Without --full at most 200 cases of
each set are asked, evenly spread; of a set of more than 400 documents 100, over 200 documents of at most
8,000 characters, see choosing.py; and the half of the seed questions that is kept aside is left alone.
Indexes stay in build/bench, so the second time nothing is embedded; questions are asked anew each time. The
cards are Markdown, printed, and kept there as card.md or card-full.md; --into puts them into a page (see
markdown.py).
"""

import argparse
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.asking import record
from eval.benchmarks import followups, markdown
from eval.benchmarks.choosing import documents_for, spread
from eval.case import KEPT as HELD_OUT
from eval.case import TUNING, Case, load_all
from eval.metrics import METRICS, TextOf
from eval.provenance import describe, hash_library
from eval.run import Row, load_run
from eval.systems import System, bm25, dense
from eval.tutorial import tutorial
from retrieval.api import Library
from retrieval.assistant import Assistant

ROOT = Path(__file__).parent.parent.parent
BESIDE = ROOT.parent / "shared" / "data"
SETS = ("squad2", "clapnq", "mtrag", "chroma", "realtimeqa")
KEPT = ROOT / "build" / "bench"
# Without --full: cases of a set; and of one with MANY documents so many documents, cases, characters each.
CASES, MANY, DOCUMENTS, CASES_OF_MANY, LONGEST = 200, 400, 200, 100, 8000
PRODUCT = "OnRecord"


@dataclass(frozen=True, slots=True)
class Suite:
    """What is measured: documents, the cases of some files, and where what is made is kept."""

    name: str
    docs: Path
    files: list[Path]
    cases: list[Case]
    kept: Path


def suites(folders: Sequence[Path], kept: Path, full: bool, limit: int | None) -> list[Suite]:
    """The suites over these folders, or over the seeds and the usual sets; tells of each that is absent."""
    found = []
    if not folders:
        seeds = [TUNING, *([HELD_OUT] if full else [])]
        found.append(Suite("seeds", ROOT / "seeds", seeds, spread(load_all(seeds), limit), kept / "seeds"))
    for folder in folders or [BESIDE / name for name in SETS]:
        if not (folder / "docs.jsonl").is_file():
            print(f"{folder.name}: not measured, {folder} is absent.", file=sys.stderr)
            continue
        found.append(_suite(folder, kept / folder.name, full, limit))
    return found


def _suite(folder: Path, here: Path, full: bool, limit: int | None) -> Suite:
    """The suite of a set; its documents are copied, since a library's folder must hold nothing else."""
    files, source = [folder / "cases.jsonl"], folder / "docs.jsonl"
    cases, content = load_all(files), source.read_bytes()
    if not full and content.count(b"\n") > MANY:
        # Chosen before the limit, so that another limit asks the same library.
        cases = spread(cases, CASES_OF_MANY)
        content = documents_for(cases, source, DOCUMENTS, LONGEST)
    docs = here / "docs"
    docs.mkdir(parents=True, exist_ok=True)
    copy = docs / source.name
    if not copy.exists() or copy.read_bytes() != content:
        copy.write_bytes(content)
    return Suite(folder.name, docs, files, spread(cases, limit or (None if full else CASES)), here)


def measure(suite: Suite) -> str:
    """Ask every system the cases of a set; the set's card."""
    with Library.open(suite.docs, suite.kept / "index") as library:
        tell = _teller(suite.name)
        library.sync(tell)
        chunked = suite.kept / f"tutorial-{hash_library(library)[:12]}"
        systems = {
            PRODUCT: Assistant(library).ask,
            "BM25 alone": bm25(library),
            "vectors alone": dense(library),
            "LangChain tutorial": tutorial(
                library, chunked, lambda done, total: tell("embedding chunks", done, total)
            ),
        }
        texts = {source: library.document(source).text for source in library.sources()}
        text_of = texts.__getitem__
        found = {name: _ask(suite, name, system, library, text_of) for name, system in systems.items()}
        ways = followups.follow_ups(library, found[PRODUCT], text_of)
        told = [markdown.table(suite.name, found), markdown.follow_ups(PRODUCT, ways)]
        return "\n\n".join(part for part in told if part)


def _ask(suite: Suite, name: str, system: System, library: Library, text_of: TextOf) -> list[Row]:
    folder = suite.kept / "runs" / name.replace(" ", "-")
    shutil.rmtree(folder, ignore_errors=True)
    info = describe(name, name, library, suite.files, suite.cases, METRICS, {"k": 5}, {})
    tell = _teller(suite.name)
    record(folder, info, suite.cases, system, METRICS, text_of, lambda *at: tell(name, *at))
    return load_run(folder).rows


def _teller(name: str) -> Callable[[str, int, int], None]:
    def tell(what: str, done: int, total: int) -> None:
        if done == total or (done and done % 256 == 0):
            print(f"{name}: {what}, {done} of {total}", file=sys.stderr, flush=True)

    return tell


def main(arguments: Sequence[str]) -> None:
    """Measure each set and print its card."""
    parser = argparse.ArgumentParser(prog="python -m eval.benchmarks.suite", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, metavar="SET")
    parser.add_argument("--full", action="store_true", help="all cases, all documents, both halves")
    parser.add_argument("--limit", type=int, help="ask at most so many cases of each set")
    parser.add_argument("--kept", type=Path, default=KEPT, help="where indexes and the card are kept")
    parser.add_argument("--into", type=Path, metavar="PAGE", help="a page that holds a card, to be replaced")
    given = parser.parse_args(arguments)
    if given.into:
        # Before hours of measuring, not after them.
        markdown.place(given.into)
    began = time.monotonic()
    made = markdown.heading(given.full)
    print(made, end="\n\n")
    file = given.kept / ("card-full.md" if given.full else "card.md")
    for suite in suites(given.folders, given.kept, given.full, given.limit):
        start = time.monotonic()
        told = measure(suite)
        print(told, end="\n\n", flush=True)
        print(f"{suite.name} took {time.monotonic() - start:.0f} s.", file=sys.stderr, flush=True)
        made += f"\n\n{told}"
        # Written after each set: what a long benchmark has measured is not lost with the rest.
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{made}\n", encoding="utf-8")
    if given.into:
        markdown.put_into(given.into, made)
    print(f"All took {time.monotonic() - began:.0f} s; the card is in {file}.", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
