"""Whether a run may take the place of another: the decision for continuous integration, with its reasons.

Nothing passes by default. What cannot be judged fails, and says so: too few pairs, cases that are missing
or ended in an error, a metric of which nobody said which way is better, citations that nobody checked.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from eval.compare import Compared, Comparison, Row, scores
from eval.judging.metric import is_judged

FEWEST = 30
# Intervals are reckoned in floating point; a difference of exactly the margin is not beyond it.
ROUNDING = 1e-12
NAMED = 5


@dataclass(frozen=True, slots=True)
class Decision:
    """Passed or not; each reason and each note is one sentence. There are reasons only where it failed."""

    passed: bool
    reasons: tuple[str, ...]
    notes: tuple[str, ...]


def gate(
    comparison: Comparison,
    rows: Sequence[Row],
    *,
    citation_checks: Sequence[str],
    margin: float = 0.0,
    allow_small: bool = False,
) -> Decision:
    """Judge the second run of a comparison, whose rows are `rows`, against the first.

    It fails where the paired interval of a metric lies wholly on the worse side of `margin`, in the metric's
    own unit (higher is better: below -margin; lower is better: above margin). Each of `citation_checks` is
    the name of a metric that is 1 where all citations of a case are valid; a case with less fails. What a
    language model judged plays no part. Raises ValueError where the margin is negative or no number, or no
    check is named.
    """
    if not (math.isfinite(margin) and margin >= 0):
        raise ValueError("margin must be a finite number, 0 or more")
    if not citation_checks:
        raise ValueError("name at least one metric that checks citations")
    judged = [
        one
        for one in comparison.metrics
        if one.better != "neutral" and one.metric not in citation_checks and not is_judged(one.metric)
    ]
    reasons = [*_too_few(judged, allow_small), *_incomplete(comparison, rows)]
    reasons += [reason for check in citation_checks for reason in _invalid(rows, check)]
    reasons += [reason for one in judged for reason in _worse(one, margin)]
    notes = [note for one in judged for note in _notes(one)]
    return Decision(not reasons, tuple(reasons), tuple(notes))


def _too_few(judged: Sequence[Compared], allow_small: bool) -> list[str]:
    most = max((one.difference.n for one in judged), default=0)
    if most == 0:
        return ["No metric has a pair of values to compare."]
    if most < FEWEST and not allow_small:
        return [
            f"There are only {most} pairs; fewer than {FEWEST} are judged only where small sets are allowed."
        ]
    return []


def _incomplete(comparison: Comparison, rows: Sequence[Row]) -> list[str]:
    reasons = []
    if comparison.only_before:
        reasons.append(f"The run lacks {_cases(comparison.only_before)} of the base.")
    if comparison.altered:
        reasons.append(f"The two runs were asked or scored otherwise in {_cases(comparison.altered)}.")
    if failed := sorted(row["id"] for row in rows if row.get("error")):
        reasons.append(f"The run ended in an error in {_cases(failed)}.")
    return reasons


def _invalid(rows: Sequence[Row], check: str) -> list[str]:
    if not any(check in row["scores"] for row in rows):
        return [f"Whether citations are valid is not known: the run has no scores of {check}."]
    invalid = sorted(id_ for id_, value in scores(rows, check).items() if value != 1)
    return [f"A citation is invalid ({check}) in {_cases(invalid)}."] if invalid else []


def _worse(one: Compared, margin: float) -> list[str]:
    if one.better is None:
        return [f"{one.metric} cannot be judged: nobody said whether higher or lower is better."]
    found, way = one.difference, -1 if one.better == "lower" else 1
    if found.mean is None:
        return [f"{one.metric} has values in the base, and none to compare in the run."] if one.lost else []
    if found.low is None or found.high is None:
        if way * found.mean >= -margin - ROUNDING:
            return []
        told = f"{found.n} pairs of one group" if found.n > 1 else "one pair"
        return [f"{one.metric} got worse by {abs(found.mean):.4g}, and {told} cannot tell whether by chance."]
    best = max(way * found.low, way * found.high)
    if best >= -margin - ROUNDING:
        return []
    side = f"above {margin:g}" if one.better == "lower" else f"below {0 - margin:g}"
    moved = f"{'rose' if found.mean > 0 else 'fell'} by {abs(found.mean):.4g} over {found.n} pairs"
    return [f"{one.metric} {moved}; its interval, {found.low:+.4g} to {found.high:+.4g}, lies wholly {side}."]


def _notes(one: Compared) -> list[str]:
    notes = []
    if 0 < one.difference.n < FEWEST:
        notes.append(f"{one.metric} has only {one.difference.n} pairs.")
    if one.lost:
        notes.append(f"{one.metric} has a value in the base and none in the run for {one.lost} pairs.")
    return notes


def _cases(ids: Sequence[str]) -> str:
    named = ", ".join(ids[:NAMED]) + (", …" if len(ids) > NAMED else "")
    return f"{len(ids)} case{'s' if len(ids) > 1 else ''} ({named})"
