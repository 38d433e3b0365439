"""`onrecord eval`: ask the cases of some files and print how many were right."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from eval.case import load_cases
from eval.scoring import Scored, score, summarise
from retrieval.assistant import Assistant


def run_evaluation(files: list[Path], assistant: Assistant) -> list[dict[str, Any]]:
    """One result a file: its counts, and each case with what was cited."""
    results = []
    for path in files:
        cases = load_cases(path)
        scored = []
        for one in score(cases, assistant.ask, lambda source: assistant.library.document(source).text):
            scored.append(one)
            if len(scored) % 10 == 0 or len(scored) == len(cases):
                print(f"{path.name}: {len(scored)} of {len(cases)}", file=sys.stderr, flush=True)
        counts = asdict(summarise(scored))
        results.append({"cases": path.name, **counts, "rows": [_row(one) for one in scored]})
    return results


def _row(scored: Scored) -> dict[str, Any]:
    citations = [c for statement in scored.answer.statements for c in statement.citations]
    return {
        "id": scored.case.id,
        "question": scored.case.question,
        "answerable": scored.case.answerable,
        "right": scored.right,
        "confidence": scored.answer.confidence,
        "cited": [{"source": c.source, "start": c.start, "end": c.end} for c in citations],
    }


def print_evaluation(results: list[dict[str, Any]]) -> None:
    """A table with a line for each file."""
    table = Table(box=None, pad_edge=False)
    for title in (
        "cases",
        "right span cited",
        "not refused",
        "unanswerable refused",
        "exact citations",
    ):
        table.add_column(title, justify="left" if title == "cases" else "right")
    for result in results:
        exact = result["citations"] if not result["inexact"] else f"{result['inexact']} answers inexact"
        table.add_row(
            result["cases"],
            _share(result["right"], result["answerable"]),
            _share(result["kept"], result["answerable"]),
            _share(result["refused"], result["unanswerable"]),
            str(exact),
        )
    Console(highlight=False, width=110).print(table)


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} ({part / whole:.0%})" if whole else "–"
