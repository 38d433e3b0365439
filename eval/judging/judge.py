"""Judges the stored answers of a run by a language model, and adds the scores to its rows.

What it will cost at most is told before, and agreed to. Each grade is kept as it comes (see kept.py), so a
run that was left, or stopped by a failing model, is judged on where it was, and judging twice costs nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.judging.grading import ask
from eval.judging.kept import FILE, keeping, read
from eval.judging.plan import Bill, Judge, Question, bill, plan
from eval.recording import replace_rows, writing
from eval.run import load_info, rows
from eval.score import Score, unscored
from retrieval.answers.answer import Usage
from retrieval.answers.model import LanguageModel
from retrieval.errors import ModelError, Unconfirmed

# So many calls that fail one after the other mean that the others would, too.
FAILURES = 3

Grades = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Spent:
    """How many grades were asked for now, how many of these came to nothing, and what all of them used."""

    asked: int
    failed: int
    usage: Usage


def judge_run(
    folder: Path,
    judge: Judge,
    confirm: Callable[[Bill], bool],
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Spent:
    """Judge every answer of the run in `folder`, where it was not; the run is replaced, or left as it was.

    Raises Unconfirmed where `confirm` does not agree to the bill, and ModelError where the model fails
    again and again; what was judged by then is kept.
    """
    with writing(folder):
        found, info = list(rows(folder)), load_info(folder)
        planned = [plan(row, judge) for row in found]
        path = folder.parent / FILE
        grades = read(path)
        wanted = {
            part.key: part for parts in planned for part in parts.values() if isinstance(part, Question)
        }
        missing = [question for place, question in wanted.items() if place not in grades]
        if missing and not confirm(made := bill(judge.model, missing)):
            raise Unconfirmed(f"Not done: {made}; add --yes to agree to it.")
        failed, usage = _ask(judge.model, missing, grades, path, tell)
        scored = (
            {**row, "scores": {**row["scores"], **_scores(parts, grades, failed)}}
            for row, parts in zip(found, planned, strict=True)
        )
        used = sum((Usage(**grades[place]["usage"]) for place in wanted if place in grades), Usage())
        told = {
            "model": judge.model.name,
            "prompts": {prompt.name: prompt.version for _, prompt in judge.metrics},
            "usage": asdict(used),
        }
        replace_rows(folder, scored, {**info, "judge": told})
    return Spent(len(missing), len(failed), usage)


def _ask(
    model: LanguageModel,
    questions: Sequence[Question],
    grades: Grades,
    path: Path,
    tell: Callable[[int, int], None],
) -> tuple[dict[str, str], Usage]:
    """Ask for each grade and put it among the others; why some have none, by their keys; what all used."""
    failed: dict[str, str] = {}
    usage, in_a_row = Usage(), 0
    with keeping(path) as file:
        for done, one in enumerate(questions):
            tell(done, len(questions))
            try:
                said = ask(model, one.metric, one.prompt, one.given)
            except ModelError as error:
                in_a_row += 1
                if in_a_row == min(FAILURES, len(questions)):
                    kept = "what was judged before is kept, and the same command goes on"
                    raise ModelError(f"{str(error).removesuffix('.')}; {kept}.") from error
                failed[one.key] = str(error)
                continue
            in_a_row, usage = 0, usage + said.usage
            if said.grade is None:
                failed[one.key] = said.reason
                continue
            grades[one.key] = {"grade": said.grade, "reason": said.reason, "usage": asdict(said.usage)}
            about = {"metric": one.metric.name, "model": model.name, "prompt": one.prompt.version}
            file.keep({"key": one.key, **about, **grades[one.key]})
        tell(len(questions), len(questions))
    return failed, usage


def _scores(
    planned: Mapping[str, Question | Score], grades: Grades, failed: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """The scores of a row as it holds them."""
    return {name: asdict(_score(part, grades, failed)) for name, part in planned.items()}


def _score(part: Question | Score, grades: Grades, failed: Mapping[str, str]) -> Score:
    if isinstance(part, Score):
        return part
    if part.key not in grades:
        return unscored(failed[part.key])
    found = grades[part.key]
    return Score(part.metric.grades[found["grade"]], f"{found['grade'].capitalize()}: {found['reason']}")
