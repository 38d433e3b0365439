"""`onrecord eval …`, as a person or a build server runs it."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from conftest import GUARD, ROOT, SEEDS, Run
from typer.testing import CliRunner, Result

from app.cli import app
from eval.asking import record
from eval.case import OWN, load_cases
from eval.metrics import METRICS
from eval.run import load_run
from eval.systems import System
from retrieval import Assistant, Library
from retrieval.answers.answer import Answer
from retrieval.search.followups import Message

TUNING = OWN / "seeds-tuning.jsonl"
CASES = load_cases(TUNING)[:45]
Command = Callable[..., Result]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of runs, with the run "base" after the first test that asks for it."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture
def command(library: Library, runs: Path) -> Command:
    """Run an eval command over the sample library."""

    def run(name: str, *arguments: str) -> Result:
        places = ("--docs", str(SEEDS), "--state", str(library.index.state))
        return CliRunner().invoke(app, [*places, "eval", name, *arguments, "--runs", str(runs)])

    return run


@pytest.fixture
def base(command: Command, runs: Path) -> Path:
    """A run of the product over 45 cases."""
    if not (runs / "base").exists():
        ran = command("run", str(TUNING), "--name", "base", "--limit", "45")
        assert ran.exit_code == 0, ran.output
        assert "45 of 45 cases" in ran.stdout
        assert "gold cited" in ran.stdout
        assert "Asking the cases: 45 of 45" in ran.stderr
    return runs / "base"


def _like(base: Path, name: str, library: Library, change: Callable[[int, Answer], Answer]) -> None:
    """A run of the base's cases by a product that was changed."""
    product, asked = Assistant(library).ask, iter(range(len(CASES)))

    def system(question: str, history: Sequence[Message]) -> Answer:
        return change(next(asked), product(question, history))

    info = {**load_run(base).info, "name": name}
    _write(base.parent / name, info, system, library)


def _write(folder: Path, info: dict[str, Any], system: System, library: Library) -> None:
    if not folder.exists():
        record(folder, info, CASES, system, METRICS, lambda source: library.document(source).text)


def test_run_json_tells_what_it_was_made_of_and_holds_no_secret(base: Path) -> None:
    info = json.loads((base / "run.json").read_text())
    assert info["name"] == "base"
    assert info["system"] == "quotes"
    assert info["cases"]["files"] == ["seeds-tuning.jsonl"]
    assert info["cases"]["count"] == 45
    assert info["library"]["documents"] == 5
    assert info["metrics"] == [metric.name for metric in METRICS]
    assert len(info["cases"]["sha256"]) == len(info["library"]["sha256"]) == 64
    assert str(ROOT) not in json.dumps(info)


def test_the_same_command_again_asks_nothing_and_another_limit_is_refused(
    command: Command, base: Path
) -> None:
    before = (base / "rows.jsonl").read_bytes()
    assert command("run", str(TUNING), "--name", "base", "--limit", "45").exit_code == 0
    assert (base / "rows.jsonl").read_bytes() == before
    refused = command("run", str(TUNING), "--name", "base", "--limit", "44")
    assert "made with other cases" in str(refused.exception)
    refused = command("run", str(TUNING), "--name", "base", "--limit", "45", "-k", "3")
    assert "made with other settings and metrics" in str(refused.exception)


def test_k_is_that_of_the_retrieval_metrics(command: Command, runs: Path) -> None:
    ran = command("run", str(TUNING), "--name", "three", "--limit", "2", "-k", "3", "--json")
    figures = json.loads(ran.stdout)["figures"]
    assert "recall@3" in figures
    assert "recall@5" not in figures
    assert command("rescore", "three").exit_code == 0
    assert "recall@3" in load_run(runs / "three").rows[0]["scores"]


def test_list_and_show_tell_runs_and_cases(command: Command, base: Path) -> None:
    assert "45 of 45" in command("list").stdout
    listed = json.loads(command("list", "--json").stdout)
    assert {"name": "base", "rows": 45}.items() <= next(r for r in listed if r["name"] == "base").items()
    shown = command("show", "base").stdout
    assert CASES[0].question in shown
    # A plain question, which is answered.
    row = command("show", "base", "seed-007").stdout
    assert "gold cited 1.000  " in row
    assert "gold: 004_424952a1674b27a8.txt, characters 3425–3720" in row
    assert json.loads(command("show", str(base), CASES[0].id, "--json").stdout)["id"] == CASES[0].id
    assert "has no case nothing" in str(command("show", "base", "nothing").exception)
    assert "There is no run nothing" in str(command("show", "nothing").exception)


def test_a_damaged_run_is_told_beside_the_others(command: Command, base: Path) -> None:
    hurt = base.parent / "hurt"
    hurt.mkdir()
    (hurt / "run.json").write_text("{}", encoding="utf-8")
    ran = command("list")
    assert ran.exit_code == 1
    assert "45 of 45" in ran.stdout
    assert "run.json is damaged" in ran.stderr
    shutil.rmtree(hurt)
    assert command("list").exit_code == 0


def test_a_run_against_itself_passes_the_gate(command: Command, base: Path) -> None:
    ran = command("gate", "base", "--against", "base")
    assert ran.exit_code == 0
    assert "base passes against base." in ran.stdout


def test_a_planted_regression_is_caught(command: Command, base: Path, library: Library) -> None:
    def worse(number: int, answer: Answer) -> Answer:
        return replace(answer, statements=answer.statements[1:] if number % 3 else answer.statements)

    _like(base, "worse", library, worse)
    ran = command("gate", "worse", "--against", "base")
    assert ran.exit_code == 1
    assert "gold cited fell by" in ran.stdout
    assert "worse does not pass against base." in ran.stdout
    assert command("gate", "worse", "--against", "base", "--margin", "1").exit_code == 0
    assert command("gate", "base", "--against", "worse").exit_code == 0
    decision = json.loads(command("gate", "worse", "--against", "base", "--json").stdout)
    assert decision["passed"] is False


def test_one_invalid_citation_fails_the_gate_whatever_the_margin(
    command: Command, base: Path, library: Library
) -> None:
    done: list[bool] = []

    def forged(number: int, answer: Answer) -> Answer:
        if done or not answer.statements:
            return answer
        done.append(True)
        first, *rest = answer.statements
        citation = replace(first.citations[0], quote="Never said.")
        return replace(answer, statements=(replace(first, citations=(citation,)), *rest))

    _like(base, "forged", library, forged)
    ran = command("gate", "forged", "--against", "base", "--margin", "1")
    assert ran.exit_code == 1
    assert "A citation is invalid (verbatim) in 1 case (seed-" in ran.stdout


def test_few_pairs_are_refused_unless_they_are_allowed(command: Command) -> None:
    command("run", str(TUNING), "--name", "few", "--limit", "12")
    assert command("gate", "few", "--against", "few").exit_code == 1
    assert command("gate", "few", "--against", "few", "--allow-small").exit_code == 0


def test_compare_tells_differences_and_who_changed(command: Command, base: Path, library: Library) -> None:
    _like(base, "silent", library, lambda number, answer: replace(answer, statements=()))
    told = command("compare", "base", "silent").stdout
    assert "silent against base, 45 pairs" in told
    cited = [row["scores"]["gold cited"]["value"] for row in load_run(base).rows]
    assert f"gold cited: {sum(map(bool, cited))} lower, 0 higher" in told
    found = json.loads(command("compare", "base", "silent", "--json").stdout)
    kept = next(metric for metric in found["metrics"] if metric["metric"] == "answerable kept")
    assert kept["stats"]["difference"]["mean"] < -0.7


def test_a_report_is_one_file_or_one_sentence(command: Command, base: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    ran = command("report", "base", "--out", str(page))
    if find_spec("matplotlib") is None:
        assert str(ran.exception) == "The page is drawn with matplotlib; install that, and try again."
    else:
        assert ran.stdout == f"{page}\n"
        assert CASES[0].question in page.read_text(encoding="utf-8")


def test_rescoring_other_documents_is_refused(base: Path, folder: Path, tmp_path: Path) -> None:
    places = ("--docs", str(folder), "--state", str(tmp_path / "other"))
    ran = CliRunner().invoke(app, [*places, "eval", "rescore", str(base)])
    assert "made with other documents" in str(ran.exception)


def test_ctrl_c_tells_how_to_go_on(command: Command, runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask, asked = Assistant.ask, iter(range(100))

    def interrupted(self: Assistant, question: str, history: Sequence[Message] = ()) -> Answer:
        if next(asked) == 3:
            raise KeyboardInterrupt
        return ask(self, question, history)

    monkeypatch.setattr(Assistant, "ask", interrupted)
    ran = command("run", str(TUNING), "--name", "left", "--limit", "6")
    assert ran.exit_code != 0
    assert "Stopped; the same command with --name left goes on." in ran.stderr
    assert len(load_run(runs / "left").rows) == 3
    assert "6 of 6 cases" in command("run", str(TUNING), "--name", "left", "--limit", "6").stdout


def test_from_the_shell_errors_are_one_sentence_and_help_is_light(onrecord: Run, tmp_path: Path) -> None:
    def own(*arguments: str, **environment: str) -> Any:
        return onrecord(*arguments, PYTHONPATH=f"{GUARD}:{ROOT}", **environment)

    ran = own("--state", str(tmp_path / "none"), "eval", "show", "nothing")
    assert ran.returncode == 1
    assert ran.stderr.startswith("onrecord: There is no run nothing in ")
    assert len(ran.stderr.splitlines()) == 1
    ran = own("eval", "--help", PYTHONVERBOSE="1")
    loaded = {line.split("'")[1] for line in ran.stderr.splitlines() if line.startswith("import '")}
    assert loaded.isdisjoint({"numpy", "chromadb", "langchain_core", "eval.run"})
