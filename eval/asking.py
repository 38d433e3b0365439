"""Ask a system the cases of a run, score its answers, and score stored answers again."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval.case import Case
from eval.judging.metric import is_judged
from eval.metrics.metric import Metric, TextOf
from eval.recording import appending, replace_rows, writing
from eval.run import Row, load_info, rows
from eval.systems import System
from retrieval.answers.answer import Answer
from retrieval.errors import BadRun, OnRecordError

# Told (how many are done, how many there are).
Tell = Callable[[int, int], None]


def record(
    folder: Path,
    info: Mapping[str, Any],
    cases: Sequence[Case],
    system: System,
    metrics: Sequence[Metric],
    text_of: TextOf,
    tell: Tell = lambda done, total: None,
) -> None:
    """Ask each case that the run in `folder` does not have yet, and write its row.

    `text_of` gives a document's text by its source. An error that a person can mend is written into the
    case's row, and the run goes on. Raises BadRun where the folder holds a run of something else.
    """
    with appending(folder, info) as run:
        if run.done != [case.id for case in cases[: len(run.done)]]:
            raise BadRun(f"The rows in {folder} are not those of the cases; remove the folder.")
        for done in range(len(run.done), len(cases)):
            tell(done, len(cases))
            run.append(ask(cases[done], system, metrics, text_of, info.get("system")))
        tell(len(cases), len(cases))


def ask(
    case: Case, system: System, metrics: Sequence[Metric], text_of: TextOf, engine: str | None = None
) -> Row:
    """The row of a case: what the system answered, and how that scores.

    An answer by another engine than `engine`, where a language model failed, is an error and not scored.
    """
    began = time.monotonic()
    answer, error = None, None
    try:
        answer = system(case.question, case.history)
        if engine and engine.startswith("openai:") and answer.engine != engine:
            error = "; ".join(answer.notes) or f"It was answered by {answer.engine}."
    except OnRecordError as found:
        error = str(found)
    seconds = time.monotonic() - began
    return {
        "id": case.id,
        "group": case.group,
        "question": case.question,
        "history": list(case.history),
        "answerable": case.answerable,
        "case": case.to_json(),
        "answer": answer.to_json() if answer else None,
        "scores": scores(case, None if error else answer, error, metrics, text_of),
        "seconds": round(seconds, 4),
        "error": error,
    }


def scores(
    case: Case, answer: Answer | None, error: str | None, metrics: Sequence[Metric], text_of: TextOf
) -> dict[str, dict[str, Any]]:
    """What each metric gives the answer, and why; unscored where there is none."""
    if answer is None:
        unscored = {"value": None, "explanation": f"Not answered: {error}"}
        return {metric.name: dict(unscored) for metric in metrics}
    return {metric.name: asdict(metric(case, answer, text_of)) for metric in metrics}


def rescore(folder: Path, metrics: Sequence[Metric], text_of: TextOf, code: Mapping[str, Any]) -> None:
    """Score a run's stored answers anew, without asking anything; the run is replaced, or left as it was.

    `code` is the version that scores now. What a language model judged stays: it depends on the answer alone.
    """

    def scored() -> Iterator[Row]:
        for row in rows(folder):
            case = Case.from_json(row["case"])
            answer = Answer.from_json(row["answer"]) if row["answer"] and not row["error"] else None
            judged = {name: score for name, score in row["scores"].items() if is_judged(name)}
            yield {**row, "scores": {**scores(case, answer, row["error"], metrics, text_of), **judged}}

    with writing(folder):
        info = load_info(folder)
        named = [metric.name for metric in metrics]
        replace_rows(folder, scored(), {**info, "metrics": named, "scored_by": dict(code)})
