"""Two stored runs against each other: which way each metric is better, and what cannot be compared."""

from collections.abc import Mapping, Sequence
from typing import Any

from eval.compare import Better, Comparison, compare
from eval.judging.metric import is_judged
from eval.judging.plan import JUDGED
from eval.metrics import DESCRIPTIVE, suite
from eval.run import Run


def compare_runs(before: Run, after: Run) -> Comparison:
    """The second run against the first; without what two different judges said."""
    rows = [run.rows for run in (before, after)]
    if other_judges(before, after):
        rows = [[_unjudged(row) for row in run] for run in rows]
    return compare(rows[0], rows[1], better((before, after)))


def better(runs: Sequence[Run]) -> dict[str, Better]:
    """Which way each metric of today is better; of others nobody says so."""
    ks = {(run.info.get("settings") or {}).get("k", 5) for run in runs}
    names = [metric.name for k in sorted(ks) for metric in suite(k)] + [metric.name for metric in JUDGED]
    return {name: "neutral" if name in DESCRIPTIVE else "higher" for name in names}


def other_judges(before: Run, after: Run) -> bool:
    """Whether both were judged, but not by the same model with the same prompts."""
    judges = [run.info.get("judge") for run in (before, after)]
    first, second = ({"model": j["model"], "prompts": j["prompts"]} if j else None for j in judges)
    return first is not None and second is not None and first != second


def unlike(before: Run, after: Run) -> list[str]:
    """Why two runs cannot be judged against each other, a sentence each."""
    reasons = []
    for run in (before, after):
        asked, wanted = len(run.rows), run.info["cases"]["count"]
        if asked < wanted:
            reasons.append(f"{run.name} holds {asked} of its {wanted} cases; finish it first.")
    if before.info["library"] != after.info["library"]:
        reasons.append("The two were asked over different documents.")
    return reasons


def _unjudged(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: score for name, score in row["scores"].items() if not is_judged(name)}
    return {**row, "scores": kept}
