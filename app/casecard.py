"""One case of a run on a terminal: what was answered from where, and each score with its reason."""

from rich.console import Console
from rich.text import Text

from app.render import attribution, console, place, plain, visible
from app.scorecard import figure
from eval.run import Row, Run
from retrieval.answers.answer import Answer
from retrieval.errors import BadRun


def find_row(run: Run, case: str) -> Row:
    """The row of a case; raises BadRun where the run has none."""
    for row in run.rows:
        if row["id"] == case:
            return row
    raise BadRun(f"The run {run.name} has no case {case}; `onrecord eval show {run.name}` lists them.")


def print_row(row: Row) -> None:
    """A case: what was asked, what was answered from where, what would be right, and each score's reason."""
    out = console()
    for turn in row["history"]:
        out.print(Text(f"{turn['role']}: {visible(turn['content'])}", style="dim"))
    out.print(Text(visible(row["question"]), style="bold"))
    out.print(Text("answerable" if row["answerable"] else "not answerable", style="dim"))
    _print_answer(out, row)
    for gold in row["case"]["evidence"]:
        out.print(Text(f"gold: {place(gold['source'], gold['start'], gold['end'])}", style="green"))
    for right in row["case"]["answers"]:
        out.print(Text(f"right: {visible(right)}", style="green"))
    out.print()
    for name, score in row["scores"].items():
        head = (f"{name} {figure(score['value'])}", "cyan" if score["value"] is not None else "dim")
        out.print(Text.assemble(head, f"  {visible(score['explanation'])}"))


def _print_answer(out: Console, row: Row) -> None:
    if row["error"]:
        out.print(Text(visible(row["error"]), style="yellow"))
        return
    answer = Answer.from_json(row["answer"])
    if not answer.statements:
        out.print(answer.text)
    for statement in answer.statements:
        out.print(Text(visible(statement.text)))
        for citation in statement.citations:
            where = place(citation.source, citation.start, citation.end)
            out.print(Text(f"  {plain(attribution(citation))} · {where}", style="dim"))
    out.print(Text(f"confidence {answer.confidence:.2f}, {row['seconds']:.2f} s", style="dim"))
