"""Two runs compared, and whether one may take the other's place, on a terminal and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from rich.text import Text

from app.render import plain
from app.scorecard import figure, table, wide
from eval.compare import Change, Compared, Comparison
from eval.gate import Decision, gate
from eval.metrics.citations import RESOLVABLE, VERBATIM
from eval.pairing import compare_runs, other_judges, unlike
from eval.run import Run

CHECKS = (RESOLVABLE.name, VERBATIM.name)
# Changed cases of each metric, and notes, told on a terminal; as JSON all are.
TOLD = 5


def judged(before: Run, after: Run, margin: float, allow_small: bool) -> tuple[Comparison, Decision]:
    """Whether the second run may take the first one's place; see eval/gate.py."""
    found = compare_runs(before, after)
    decision = gate(found, after.rows, citation_checks=CHECKS, margin=margin, allow_small=allow_small)
    reasons = (*unlike(before, after), *decision.reasons)
    return found, replace(decision, passed=not reasons, reasons=reasons)


def print_comparison(before: Run, after: Run, found: Comparison) -> None:
    """A line a metric with what is known of its difference, and the cases that changed most, worst first."""
    out = wide()
    out.print(Text(f"{plain(after.name)} against {plain(before.name)}, {found.pairs} pairs", style="bold"))
    for ids, told in (
        (found.only_before, f"only in {before.name}"),
        (found.only_after, f"only in {after.name}"),
        (found.altered, "asked or scored otherwise in the two"),
    ):
        if ids:
            out.print(Text(f"{len(ids)} cases are {plain(told)} and left out.", style="yellow"))
    if other_judges(before, after):
        out.print(Text("The two were judged by different judges, whose grades are left out.", style="yellow"))
    shown = table("metric", "n", "difference", "95 % interval", "p", "p (Holm)", "could show", numbers=6)
    for one in found.metrics:
        if one.difference.n:
            shown.add_row(*_cells(one))
    out.print(shown)
    for one in found.metrics:
        if one.changes and one.better != "neutral":
            _print_changes(out.print, one.metric, one.changes)


def _cells(one: Compared) -> tuple[str, ...]:
    found = one.difference
    ends = "" if found.low is None else f"{_signed(found.low)} – {_signed(found.high)}"
    test = [figure(one.stats.p), figure(one.p_holm), figure(one.stats.smallest)]
    return (one.metric, str(found.n), _signed(found.mean), ends, *test)


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.3f}" if abs(value) < 10 else f"{value:+.0f}"


def _print_changes(say: Any, metric: str, changes: Sequence[Change]) -> None:
    worse = sum(change.difference < 0 for change in changes)
    say(f"\n{metric}: {worse} lower, {len(changes) - worse} higher", style="cyan")
    for change in changes[:TOLD]:
        say(Text(f"  {plain(change.id)}  {figure(change.before)} → {figure(change.after)}"))
    if len(changes) > TOLD:
        say(f"  and {len(changes) - TOLD} more; --json tells all", style="dim")


def print_decision(after: Run, before: Run, decision: Decision) -> None:
    """Whether the gate lets the run pass, and why not."""
    out = wide()
    for note in decision.notes[:TOLD]:
        out.print(Text(f"Note: {plain(note)}", style="dim"))
    if len(decision.notes) > TOLD:
        out.print(f"And {len(decision.notes) - TOLD} notes more; --json tells all.", style="dim")
    for reason in decision.reasons:
        out.print(Text(plain(reason), style="red"))
    verdict = "passes" if decision.passed else "does not pass"
    out.print(Text(f"{plain(after.name)} {verdict} against {plain(before.name)}.", style="bold"))


def decision_json(found: Comparison, decision: Decision) -> dict[str, Any]:
    """The decision for other programs, with the comparison that it was made by."""
    return {**asdict(decision), "comparison": asdict(found)}
