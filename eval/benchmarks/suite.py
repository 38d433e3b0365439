"""The standard suite: the product beside three floors, in one process, on the seed questions and public sets.

python -m eval.benchmarks.suite [--full] [--limit N] [--kept FOLDER] [SET …]

A SET is a folder with docs.jsonl and cases.jsonl; without any, the seed questions and the sets beside the
project in ../shared/data are taken, and the absence of one is said. Without --full at most 300 cases of
each set are asked, evenly spread, over the first 200 documents of a set of more than a thousand, and the
half of the seed questions that is kept aside is left alone. Indexes stay in build/bench, so the second time
nothing is embedded; questions are asked anew each time. The cards are Markdown.
"""

import argparse
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.asking import record
from eval.benchmarks.followups import follow_ups
from eval.card import card, confidence_card
from eval.case import OWN, Case, load_all
from eval.metrics import METRICS, TextOf
from eval.provenance import describe, hash_library
from eval.run import Row, load_run
from eval.statistics import Estimate
from eval.systems import System, bm25, dense
from eval.tutorial import tutorial
from retrieval.api import Library
from retrieval.assistant import Assistant

ROOT = Path(__file__).parent.parent.parent
BESIDE = ROOT.parent / "shared" / "data"
SETS = ("squad2", "clapnq", "mtrag", "chroma", "realtimeqa")
KEPT = ROOT / "build" / "bench"
CASES, DOCUMENTS, MANY = 300, 200, 1000
PRODUCT = "OnRecord"
HEADLINE = """
    answerable kept | unanswerable refused | gold cited | evidence F1 | verbatim | contains, any statement |
    ROUGE-L | choice accuracy | success@1 | success@5 | recall@5 | nDCG@5 | span recall@5 | span precision@5 |
    follow-up recall@5
    """


@dataclass(frozen=True, slots=True)
class Suite:
    """What is measured: documents, cases, how many of each, and where what is made is kept."""

    name: str
    docs: Path
    files: list[Path]
    kept: Path
    limit: int | None = None
    documents: int | None = None


def suites(folders: Sequence[Path], kept: Path, full: bool, limit: int | None) -> list[Suite]:
    """The suites over these folders, or over the seeds and the usual sets; tells of each that is absent."""
    seeds = [OWN / "seeds-tuning.jsonl", *([OWN / "seeds-held-out.jsonl"] if full else [])]
    cases = limit or (None if full else CASES)
    found = [] if folders else [Suite("seeds", ROOT / "seeds", seeds, kept / "seeds", limit)]
    for folder in folders or [BESIDE / name for name in SETS]:
        if not (folder / "docs.jsonl").is_file():
            print(f"{folder.name}: not measured, {folder} is absent.", file=sys.stderr)
            continue
        here, documents = kept / folder.name, None if full else DOCUMENTS
        docs = _documents(folder / "docs.jsonl", here / "docs", documents)
        found.append(Suite(folder.name, docs, [folder / "cases.jsonl"], here, cases))
    return found


def _documents(source: Path, folder: Path, most: int | None) -> Path:
    """A folder with the documents alone, which is what a library takes; of very many the first ones."""
    lines = source.read_bytes().splitlines(keepends=True)
    content = b"".join(lines[:most] if most and len(lines) > MANY else lines)
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / "docs.jsonl"
    if not copy.exists() or copy.read_bytes() != content:
        copy.write_bytes(content)
    return folder


def measure(suite: Suite) -> str:
    """Ask every system the cases of a set; the set's card."""
    cases = load_all(suite.files)
    if suite.limit and len(cases) > suite.limit:
        cases = [cases[place * len(cases) // suite.limit] for place in range(suite.limit)]
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
        found = {name: _ask(suite, name, system, library, cases, text_of) for name, system in systems.items()}
        ways = follow_ups(library, found[PRODUCT], text_of)
        told = [headline(suite.name, found)]
        if ways["asked"].n:
            each = ", ".join(f"{way} {_cell(estimate)}" for way, estimate in ways.items())
            told.append(f"Follow-ups by {PRODUCT}, recall@5, n = {ways['asked'].n}: {each}.")
        return "\n\n".join(told)


def _ask(
    suite: Suite, name: str, system: System, library: Library, cases: Sequence[Case], text_of: TextOf
) -> list[Row]:
    folder = suite.kept / "runs" / name.replace(" ", "-")
    shutil.rmtree(folder, ignore_errors=True)
    info = describe(name, name, library, suite.files, cases, METRICS, {"k": 5}, {})
    tell = _teller(suite.name)
    record(folder, info, cases, system, METRICS, text_of, lambda *at: tell(name, *at))
    return load_run(folder).rows


def _teller(name: str) -> Callable[[str, int, int], None]:
    def tell(what: str, done: int, total: int) -> None:
        if done == total or (done and done % 256 == 0):
            print(f"{name}: {what}, {done} of {total}", file=sys.stderr, flush=True)

    return tell


def headline(name: str, found: dict[str, list[Row]]) -> str:
    """The card of a set as a Markdown table: of each metric n, and each system's mean with its interval."""
    cards = {system: card(rows) for system, rows in found.items()}
    n = len(found[PRODUCT])
    lines = [f"| {name}, {n} cases | n | {' | '.join(found)} |", "|---" * (len(found) + 2) + "|"]
    for metric in (part.strip() for part in " ".join(HEADLINE.split()).split("|")):
        estimates = [cards[system][metric] for system in found]
        if counts := sorted({str(estimate.n) for estimate in estimates if estimate.n}, key=int):
            cells = " | ".join(_cell(estimate) for estimate in estimates)
            lines.append(f"| {metric} | {'–'.join(counts)} | {cells} |")
    sure = [confidence_card(rows) for rows in found.values()]
    for figure in sure[0]:
        values = [one[figure].value if figure in one else None for one in sure]
        if any(value is not None for value in values):
            lines.append(f"| {figure} | | {' | '.join(map(_short, values))} |")
    times = [statistics.median(row["seconds"] for row in rows) for rows in found.values()]
    lines.append(f"| seconds a question, median | {n} | {' | '.join(f'{t:.3f}' for t in times)} |")
    return "\n".join(lines)


def _cell(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return _short(estimate.mean)
    return f"{_short(estimate.mean)} ({_short(estimate.low)}–{_short(estimate.high)})"


def _short(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".removeprefix("0")


def main(arguments: Sequence[str]) -> None:
    """Measure each set and print its card."""
    parser = argparse.ArgumentParser(prog="python -m eval.benchmarks.suite", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, metavar="SET")
    parser.add_argument("--full", action="store_true", help="all cases, all documents, both halves")
    parser.add_argument("--limit", type=int, help="ask at most so many cases of each set")
    parser.add_argument("--kept", type=Path, default=KEPT, help="where indexes are kept")
    given = parser.parse_args(arguments)
    began = time.monotonic()
    for suite in suites(given.folders, given.kept, given.full, given.limit):
        start = time.monotonic()
        print(measure(suite))
        print(f"\n{suite.name} took {time.monotonic() - start:.0f} s.\n", flush=True)
    print(f"All took {time.monotonic() - began:.0f} s.")


if __name__ == "__main__":
    main(sys.argv[1:])
