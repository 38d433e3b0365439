"""`onrecord eval` alone: how many seed questions are answered from the right span, or rightly refused."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.evaluation import texts
from app.scorecard import kinds_table, table, wide
from eval.asking import ask
from eval.card import kinds_card
from eval.case import load_cases
from eval.metrics.citations import VERBATIM
from eval.metrics.evidence import GOLD_CITED
from eval.right import Row, value, verdicts
from eval.statistics import Estimate
from retrieval.assistant import Assistant

METRICS = (GOLD_CITED, VERBATIM)


def evaluate_seeds(files: list[Path], assistant: Assistant) -> list[dict[str, Any]]:
    """One result a file: its counts, the share that is right by kind, and each case with what was cited."""
    results = []
    for path in files:
        rows: list[Row] = []
        cases = load_cases(path)
        for case in cases:
            rows.append(ask(case, assistant.ask, METRICS, texts(assistant.library)))
            if len(rows) % 10 == 0 or len(rows) == len(cases):
                print(f"{path.name}: {len(rows)} of {len(cases)}", file=sys.stderr, flush=True)
        kinds = {name: asdict(estimate) for name, estimate in kinds_card(rows).items()}
        results.append({"cases": path.name, **count(rows), "kinds": kinds, "rows": told(rows)})
    return results


def count(rows: Sequence[Row]) -> dict[str, int]:
    """Counts over the rows: `kept` are answerables that were not refused, `inexact` answers that misquote."""
    judged = list(zip(rows, verdicts(rows), strict=True))
    answerable = [(row, verdict) for row, verdict in judged if row["answerable"]]
    others = [(row, verdict) for row, verdict in judged if not row["answerable"]]
    return {
        "answerable": len(answerable),
        "right": sum(verdict == "right" for _, verdict in answerable),
        "kept": sum(bool(row["answer"] and row["answer"]["statements"]) for row, _ in answerable),
        "unanswerable": len(others),
        "refused": sum(verdict == "right" for _, verdict in others),
        "citations": sum(len(_citations(row)) for row in rows),
        "inexact": sum((value(row, VERBATIM.name) or 0.0) < 1 for row in rows if _citations(row)),
        "failed": sum(verdict == "failed" for _, verdict in judged),
    }


def told(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Each case in short."""
    return [
        {
            "id": row["id"],
            "question": row["question"],
            "answerable": row["answerable"],
            "right": verdict == "right",
            "confidence": row["answer"]["confidence"] if row["answer"] else None,
            "cited": [{name: c[name] for name in ("source", "start", "end")} for c in _citations(row)],
        }
        for row, verdict in zip(rows, verdicts(rows), strict=True)
    ]


def _citations(row: Row) -> list[dict[str, Any]]:
    statements = row["answer"]["statements"] if row["answer"] else ()
    return [citation for statement in statements for citation in statement["citations"]]


def print_evaluation(results: list[dict[str, Any]]) -> None:
    """A table with a line for each file, and one with a line for each kind of question."""
    out = wide()
    shown = table(
        "cases", "right span cited", "not refused", "unanswerable refused", "exact citations", numbers=4
    )
    for result in results:
        exact = result["citations"] if not result["inexact"] else f"{result['inexact']} answers inexact"
        shown.add_row(
            result["cases"],
            _share(result["right"], result["answerable"]),
            _share(result["kept"], result["answerable"]),
            _share(result["refused"], result["unanswerable"]),
            str(exact),
        )
    out.print(shown)
    for result in results:
        out.print()
        out.print(kinds_table(result["cases"], {k: Estimate(**e) for k, e in result["kinds"].items()}))
        if result["failed"]:
            out.print(f"{result['failed']} cases ended in an error.")


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} ({part / whole:.0%})" if whole else "–"
