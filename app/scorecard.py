"""Runs and their figures on a terminal. What comes from documents and models is shown, never obeyed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.render import console, plain
from eval.card import card, confidence_card, kinds_card
from eval.run import Row, Run
from eval.statistics import Estimate
from retrieval.answers.answer import Answer, Usage

# Wide enough for a table that is piped.
WIDTH = 110


def run_json(run: Run) -> dict[str, Any]:
    """A run and its figures for other programs, without its rows."""
    return {
        **run.info,
        "rows": len(run.rows),
        "errors": sum(bool(row["error"]) for row in run.rows),
        "seconds": round(sum(row["seconds"] for row in run.rows), 3),
        "usage": asdict(_usage(run)),
        "figures": {name: asdict(estimate) for name, estimate in card(run.rows).items()},
        "kinds": {name: asdict(estimate) for name, estimate in kinds_card(run.rows).items()},
        "confidence": {name: asdict(score) for name, score in confidence_card(run.rows).items()},
    }


def _usage(run: Run) -> Usage:
    used = (Answer.from_json(row["answer"]).usage for row in run.rows if row["answer"])
    return sum(used, Usage())


def print_runs(found: Sequence[tuple[Mapping[str, Any], int]]) -> None:
    """A line a run."""
    shown = table("run", "started", "system", "cases", "code")
    for info, count in found:
        cases, code = info["cases"], info["code"]
        commit = (code["commit"] or "")[:9] + ("+" if code["changed"] else "")
        shown.add_row(
            plain(info["name"]),
            info["started"],
            plain(info["system"]),
            f"{count} of {cases['count']}",
            f"{code['version']} {commit}".strip(),
        )
    wide().print(shown)


def print_run(run: Run, cases: bool = False) -> None:
    """What a run was made of and its figures, and with `cases` a line for each."""
    info, out = run.info, wide()
    errors = sum(bool(row["error"]) for row in run.rows)
    out.print(Text(f"{plain(run.name)}: {plain(info['system'])}, {info['started']}", style="bold"))
    out.print(f"{len(run.rows)} of {info['cases']['count']} cases, {_cost(run)}")
    if errors:
        out.print(Text(f"{errors} cases ended in an error and are not scored.", style="yellow"))
    shown = table("metric", "n", "value", "95 % interval", numbers=3)
    for name, estimate in card(run.rows).items():
        if estimate.n:
            shown.add_row(name, str(estimate.n), figure(estimate.mean), interval(estimate))
    for name, score in confidence_card(run.rows).items():
        if score.value is not None:
            shown.add_row(name, "", figure(score.value), "")
    out.print(shown)
    if kinds := kinds_card(run.rows):
        out.print()
        out.print(kinds_table("kind of question", kinds))
    if cases:
        out.print()
        for row in run.rows:
            out.print(Text.assemble((plain(row["id"]), "cyan"), "  ", plain(row["question"]), _ended(row)))


def kinds_table(title: str, kinds: Mapping[str, Estimate]) -> Table:
    """A line for each kind of question with the share that went well."""
    shown = table(title, "n", "right", "95 % interval", numbers=3)
    for name, estimate in kinds.items():
        if estimate.n:
            shown.add_row(
                plain(name).replace("_", " "), str(estimate.n), figure(estimate.mean), interval(estimate)
            )
    return shown


def _ended(row: Row) -> tuple[str, str]:
    if row["error"]:
        return "  (error)", "yellow"
    return ("", "") if row["answer"]["statements"] else ("  (refused)", "dim")


def _cost(run: Run) -> str:
    used, seconds = _usage(run), sum(row["seconds"] for row in run.rows)
    told = f"{seconds:.1f} s"
    if used.tokens:
        told += f", {spent(used)}"
    if judge := run.info.get("judge"):
        told += f"; judged by {plain(judge['model'])}, {spent(Usage(**judge['usage']))}"
    return told


def spent(used: Usage) -> str:
    """Tokens and what they cost."""
    price = "price unknown" if used.cost_usd is None else f"${used.cost_usd:.4f}"
    return f"{used.tokens:,} tokens, {price}"


def figure(value: float | None) -> str:
    """A value with as many digits as a person reads."""
    if value is None:
        return "–"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.0f}"


def interval(estimate: Estimate) -> str:
    """An estimate's ends, where it has any."""
    return "" if estimate.low is None else f"{figure(estimate.low)} – {figure(estimate.high)}"


def table(*titles: str, numbers: int = 0) -> Table:
    """A table whose last columns are numbers."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column, title in enumerate(titles):
        made.add_column(title, justify="right" if column >= len(titles) - numbers else "left")
    return made


def wide() -> Console:
    """Standard output, wide enough for a table when piped."""
    return console() if Console().is_terminal else Console(highlight=False, width=WIDTH)
