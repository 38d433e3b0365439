"""The commands `onrecord eval …`: runs of cases, kept, compared and told."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.opening import Json, opened_library, print_json, read_settings

if TYPE_CHECKING:
    from eval.run import Run

app = typer.Typer(help="Measure answers against cases with gold spans; alone: on the seed questions.")

Runs = Annotated[
    Path | None,
    typer.Option("--runs", help="Folder of runs.  \\[default: runs/ in the folder of the index]"),
]
Name = Annotated[str, typer.Argument(metavar="RUN", help="The name of a run, or its folder.")]


@app.callback(invoke_without_command=True)
def evaluate(
    context: typer.Context,
    release: Annotated[
        bool, typer.Option("--release", help="Ask the questions that are kept aside, too.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Measure answers against cases with gold spans; alone: on the seed questions to tune on."""
    if context.invoked_subcommand:
        return
    from app.compose import open_assistant
    from app.seeds_card import evaluate_seeds, print_evaluation
    from eval.case import KEPT, TUNING

    with opened_library(context) as (settings, library):
        files = [TUNING, KEPT] if release else [TUNING]
        results = evaluate_seeds(files, open_assistant(settings, library))
        print_json(results) if as_json else print_evaluation(results)
        if any(result["inexact"] for result in results):
            raise SystemExit(1)


@app.command("run")
def run_cases(
    context: typer.Context,
    cases: Annotated[list[Path], typer.Argument(help="Files of cases.")],
    name: Annotated[
        str | None,
        typer.Option(help="The run's name; one that was left is gone on with.  \\[default: file and time]"),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only so many, the first ones.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, help="Measure retrieval over so many passages.")] = 5,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Ask every case, score the answers, and keep all of it."""
    from app.evaluation import record_run
    from app.scorecard import print_run, run_json

    with opened_library(context) as (settings, library):
        made = record_run(settings, library, cases, name, limit, k, _folder(context, runs))
    print_json(run_json(made)) if as_json else print_run(made)


@app.command("list")
def list_all(context: typer.Context, runs: Runs = None, as_json: Json = False) -> None:
    """List the runs, the oldest first; exit with 1 where one of them is damaged."""
    from app.scorecard import print_runs
    from eval.run import list_runs

    found, damaged = list_runs(_folder(context, runs))
    print_json([{**info, "rows": count} for info, count in found]) if as_json else print_runs(found)
    for told in damaged:
        print(told, file=sys.stderr)
    if damaged:
        raise SystemExit(1)


@app.command()
def show(
    context: typer.Context,
    name: Name,
    case: Annotated[str | None, typer.Argument(help="The id of a case; none shows the whole run.")] = None,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Show a run's scores, or one case with its answer and every score explained."""
    from app.casecard import find_row, print_row
    from app.scorecard import print_run, run_json

    run = _load(context, runs, name)
    if case is None:
        print_json(run_json(run)) if as_json else print_run(run, cases=True)
    else:
        row = find_row(run, case)
        print_json(row) if as_json else print_row(row)


@app.command()
def rescore(context: typer.Context, name: Name, runs: Runs = None, as_json: Json = False) -> None:
    """Score a run's stored answers with today's metrics, without asking anything."""
    from app.evaluation import rescore_run
    from app.scorecard import print_run, run_json
    from eval.run import find_run

    with opened_library(context) as (_, library):
        run = rescore_run(library, find_run(_folder(context, runs), name))
    print_json(run_json(run)) if as_json else print_run(run)


@app.command("judge")
def judge_answers(
    context: typer.Context,
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Agree to what judging costs.")] = False,
    model: Annotated[
        str | None, typer.Option(help="The model that judges.  \\[default: the one that answers]")
    ] = None,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Have a language model grade a run's stored answers; what it costs at most is told before."""
    from app.judging import judge
    from app.scorecard import print_run, run_json
    from eval.run import find_run, load_run

    folder = find_run(_folder(context, runs), name)
    settings = read_settings(context)
    judge(settings.model_copy(update={"model": model}) if model else settings, folder, yes)
    run = load_run(folder)
    print_json(run_json(run)) if as_json else print_run(run)


@app.command()
def compare(
    context: typer.Context,
    first: Annotated[str, typer.Argument(metavar="A", help="A run.")],
    second: Annotated[str, typer.Argument(metavar="B", help="The run that may be better or worse.")],
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Tell how run B differs from run A, metric by metric and case by case."""
    from app.verdicts import print_comparison
    from eval.pairing import compare_runs

    before, after = (_load(context, runs, name) for name in (first, second))
    found = compare_runs(before, after)
    print_json(asdict(found)) if as_json else print_comparison(before, after, found)


@app.command()
def gate(
    context: typer.Context,
    name: Name,
    against: Annotated[str, typer.Option(help="The run that it must not be worse than.")],
    margin: Annotated[float, typer.Option(min=0.0, help="How much worse is let pass.")] = 0.0,
    allow_small: Annotated[bool, typer.Option("--allow-small", help="Judge by fewer than 30 pairs.")] = False,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Exit with 1 where a run is surely worse than another, or cites what is not there."""
    from app.verdicts import decision_json, judged, print_decision

    after, before = (_load(context, runs, one) for one in (name, against))
    found, decision = judged(before, after, margin, allow_small)
    print_json(decision_json(found, decision)) if as_json else print_decision(after, before, decision)
    if not decision.passed:
        raise SystemExit(1)


@app.command()
def report(
    context: typer.Context,
    name: Name,
    other: Annotated[str | None, typer.Argument(help="A second run to set beside it.")] = None,
    out: Annotated[Path | None, typer.Option(help="The file.  \\[default: RUN.html]")] = None,
    runs: Runs = None,
) -> None:
    """Write a page about a run, or about OTHER against RUN, that needs nothing but a browser."""
    from app.evaluation import write_report

    loaded = [_load(context, runs, one) for one in (name, other) if one is not None]
    path = out or Path(f"{loaded[0].name}.html")
    with opened_library(context, sync=False) as (_, library):
        write_report(loaded, library, path)
    print(path)


def _folder(context: typer.Context, runs: Path | None) -> Path:
    return runs.expanduser() if runs else read_settings(context).state_folder() / "runs"


def _load(context: typer.Context, runs: Path | None, name: str) -> "Run":
    from eval.run import find_run, load_run

    return load_run(find_run(_folder(context, runs), name))
