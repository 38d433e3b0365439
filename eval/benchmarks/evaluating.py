"""How fast an evaluation runs: python -m eval.benchmarks.evaluating [--limit N]

The 280 cases of ../shared/data/realtimeqa over its 1,900 articles are asked by quoting, scored and recorded.
Then 2,000 rows of that run are scored anew with all metrics, and compared with others by 10,000 draws of the
bootstrap. The articles' vectors are made up, since indexing is not what is measured; a question's is real.
"""

import argparse
import itertools
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from eval.asking import record, rescore
from eval.benchmarks.facts import ARTICLES
from eval.benchmarks.indexing import MadeUp
from eval.case import load_all
from eval.metrics import METRICS, TextOf
from eval.pairing import compare_runs
from eval.provenance import code_version, describe
from eval.recording import replace_rows
from eval.run import load_info, load_run, rows
from retrieval.api import Library
from retrieval.assistant import Assistant
from retrieval.library.minilm import MiniLM

SET = ARTICLES.parent
ROWS = 2000


def measure(home: Path, limit: int | None = None) -> dict[str, float]:
    """Counts and seconds."""
    docs = home / "docs"
    docs.mkdir()
    (docs / ARTICLES.name).write_bytes(ARTICLES.read_bytes())
    cases = load_all([SET / "cases.jsonl"])[:limit]
    found: dict[str, float] = {}
    with Library.open(docs, home / "state") as library:
        library.index.embedder = MadeUp()
        library.sync()
        library.index.embedder = MiniLM()
        found["articles"] = library.counts()["documents"]
        found["passages"] = library.counts()["passages"]
        assistant, run = Assistant(library), home / "run"

        def text_of(source: str) -> str:
            return library.document(source).text

        info = describe("run", "quoting", library, [SET / "cases.jsonl"], cases, METRICS, {"k": 5}, {})
        began = time.monotonic()
        record(run, info, cases, assistant.ask, METRICS, text_of)
        found["cases"] = len(cases)
        found["asked, scored and recorded, s"] = time.monotonic() - began
        found["a question, median, s"] = statistics.median(row["seconds"] for row in rows(run))
        found.update(_rescored(run, home / "rows", text_of))
    return found


def _rescored(run: Path, many: Path, text_of: TextOf) -> dict[str, float]:
    """Seconds that ROWS rows take, which are a run's again and again under ids of their own."""
    many.mkdir()
    made = (
        {**row, "id": f"{turn}-{row['id']}", "case": {**row["case"], "id": f"{turn}-{row['id']}"}}
        for turn in itertools.count()
        for row in rows(run)
    )
    replace_rows(many, itertools.islice(made, ROWS), load_info(run))
    began = time.monotonic()
    rescore(many, METRICS, text_of, code_version())
    scored = time.monotonic() - began
    before = load_run(many)
    # The scores of the next row, so that there is something to tell apart.
    scores = [row["scores"] for row in [*before.rows[1:], before.rows[0]]]
    after = replace(before, rows=[{**row, "scores": s} for row, s in zip(before.rows, scores, strict=True)])
    began = time.monotonic()
    compare_runs(before, after)
    return {"rows": len(before.rows), "scored anew, s": scored, "compared, s": time.monotonic() - began}


def main() -> None:
    """Ask, score and tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--limit", type=int, help="ask at most so many cases")
    given = parser.parse_args()
    if not SET.exists():
        print(f"Not measured: {SET} is not there.")
        return
    with tempfile.TemporaryDirectory() as home:
        for name, value in measure(Path(home), given.limit).items():
            print(f"{name:32} {value:10.2f}")


if __name__ == "__main__":
    main()
