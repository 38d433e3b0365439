"""Runs: each row is safe once written, a run that was left goes on, and the same run is the same file."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import run_child
from conftest import GUARD, ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eval.asking import record, rescore
from eval.case import OWN, Case, Evidence, load_all, load_cases
from eval.metrics import METRICS
from eval.run import Row, find_run, list_runs, load_run, new_folder
from eval.systems import System, bm25, dense, stored
from retrieval import Assistant, Library
from retrieval.answers.answer import Answer
from retrieval.errors import BadCases, BadRun, OnRecordError
from retrieval.search.followups import Message

INFO = run_child.INFO
ASKED = (
    "When will the harbour be dredged?",
    "What does the work cost?",
    "Who is the mayor of Oslo?",
    "Why was the old bridge closed?",
    "What did the inspection find?",
    "Who won the regatta?",
)


def _case(number: int, question: str) -> Case:
    evidence = (Evidence("bridge.txt", 0, 40),)
    return Case(f"c{number}", f"g{number % 3}", question, (), evidence, "any", True, ("lorries",))


CASES = [_case(number, question) for number, question in enumerate(ASKED)]


def _timeless(rows: Sequence[Row]) -> list[Row]:
    """The rows without what differs between two runs of the same thing."""
    return [
        {**row, "seconds": 0, "answer": row["answer"] and {**row["answer"], "seconds": 0}} for row in rows
    ]


def _json(answer: Answer) -> Any:
    return json.loads(json.dumps(answer.to_json()))


def _texts(library: Library) -> Callable[[str], str]:
    return lambda source: library.document(source).text


def _record(folder: Path, docs: Library, system: System | None = None, **other: Any) -> list[Row]:
    record(folder, {**INFO, **other}, CASES, system or bm25(docs), METRICS, _texts(docs))
    return load_run(folder).rows


def test_a_row_holds_the_case_the_answer_and_every_score_with_its_reason(
    own_library: Library, tmp_path: Path
) -> None:
    rows = _record(tmp_path / "run", own_library)
    assert [row["id"] for row in rows] == [case.id for case in CASES]
    for row, case in zip(rows, CASES, strict=True):
        assert Case.from_json(row["case"]) == case
        assert _json(Answer.from_json(row["answer"])) == row["answer"]
        assert list(row["scores"]) == [metric.name for metric in METRICS]
        assert all(score["explanation"] for score in row["scores"].values())
        assert row["error"] is None


def test_an_answer_comes_back_from_its_json(assistant: Assistant) -> None:
    for question in ("Whom did Lavrov call Russia's main enemy?", "How far is the Moon?"):
        row = _json(assistant.ask(question))
        assert _json(Answer.from_json(row)) == row


def test_every_case_of_the_project_comes_back_from_its_json() -> None:
    for case in load_all(OWN.glob("*.jsonl")):
        assert Case.from_json(json.loads(json.dumps(case.to_json()))) == case


@pytest.mark.parametrize("system", [bm25, dense, lambda library: Assistant(library).ask])
def test_two_runs_of_the_same_thing_are_identical_but_for_times(
    own_library: Library, tmp_path: Path, system: Callable[[Library], System]
) -> None:
    first = _record(tmp_path / "first", own_library, system(own_library))
    second = _record(tmp_path / "second", own_library, system(own_library))
    assert _timeless(first) == _timeless(second)


def test_a_run_killed_at_every_row_and_resumed_is_the_run_that_was_not(
    own_library: Library, folder: Path, tmp_path: Path
) -> None:
    cases, run = tmp_path / "cases.jsonl", tmp_path / "killed"
    cases.write_text("".join(json.dumps(case.to_json()) + "\n" for case in CASES), encoding="utf-8")
    places = map(str, (folder, own_library.index.state, cases, run))
    command = [sys.executable, run_child.__file__, *places]
    environment = {**os.environ, "PYTHONPATH": f"{GUARD}{os.pathsep}{ROOT}"}
    kills = 0
    for number in range(1, len(CASES)):
        process = subprocess.Popen(command, env=environment)
        while process.poll() is None and _size(run) < number:
            time.sleep(0.001)
        process.kill()
        kills += process.wait(10) < 0
    assert kills >= len(CASES) - 2
    subprocess.run(command, check=True, timeout=60, env=environment)
    assert _timeless(load_run(run).rows) == _timeless(_record(tmp_path / "whole", own_library))


def _size(run: Path) -> int:
    path = run / "rows.jsonl"
    return path.read_bytes().count(b"\n") if path.exists() else 0


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.floats(0, 1))
def test_a_run_cut_off_at_any_byte_goes_on_to_the_same_rows(
    own_library: Library, tmp_path: Path, share: float
) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    if not whole.exists():
        _record(whole, own_library)
    shutil.rmtree(cut, ignore_errors=True)
    shutil.copytree(whole, cut)
    content = (cut / "rows.jsonl").read_bytes()
    kept = content[: round(share * len(content))]
    (cut / "rows.jsonl").write_bytes(kept)
    assert len(load_run(cut).rows) == kept.count(b"\n")
    assert _timeless(_record(cut, own_library)) == _timeless(load_run(whole).rows)


def test_what_was_answered_is_not_asked_again(own_library: Library, tmp_path: Path) -> None:
    asked: list[str] = []
    stopping = [3]

    def system(question: str, history: Sequence[Message]) -> Answer:
        if len(asked) in stopping:
            raise KeyboardInterrupt
        asked.append(question)
        return bm25(own_library)(question, history)

    with pytest.raises(KeyboardInterrupt):
        _record(tmp_path / "run", own_library, system)
    assert len(load_run(tmp_path / "run").rows) == 3
    stopping.clear()
    _record(tmp_path / "run", own_library, system)
    assert asked == list(ASKED)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"settings": {"k": 7}}, "made with other settings;"),
        ({"cases": {"sha256": "d"}, "library": {"sha256": "m"}}, "made with other cases and documents;"),
        ({"metrics": ["x"]}, "made with other metrics;"),
        ({"prompts": {"answer": "1"}, "code": {"version": "2"}}, "other prompts and code of OnRecord"),
    ],
)
def test_a_run_of_something_else_is_refused_in_one_sentence(
    own_library: Library, tmp_path: Path, other: dict[str, Any], told: str
) -> None:
    before = _record(tmp_path / "run", own_library)
    with pytest.raises(BadRun, match=told) as error:
        _record(tmp_path / "run", own_library, **other)
    assert "\n" not in str(error.value)
    assert load_run(tmp_path / "run").rows == before
    _record(tmp_path / "run", own_library, started="later")


def test_an_error_is_kept_in_the_row_and_the_run_goes_on(own_library: Library, tmp_path: Path) -> None:
    def system(question: str, history: Sequence[Message]) -> Answer:
        if question == ASKED[1]:
            raise OnRecordError("The model is down.")
        return bm25(own_library)(question, history)

    rows = _record(tmp_path / "run", own_library, system)
    assert [row["error"] for row in rows] == [None, "The model is down.", None, None, None, None]
    assert rows[1]["answer"] is None
    assert {score["value"] for score in rows[1]["scores"].values()} == {None}
    rescore(tmp_path / "run", METRICS, _texts(own_library), {})
    assert load_run(tmp_path / "run").rows == rows


def test_rescoring_asks_nothing_and_changes_scores_alone(own_library: Library, tmp_path: Path) -> None:
    before = _record(tmp_path / "run", own_library)
    rescore(tmp_path / "run", METRICS[:3], _texts(own_library), {"version": "2"})
    run = load_run(tmp_path / "run")
    assert run.info["metrics"] == [metric.name for metric in METRICS[:3]]
    assert run.info["scored_by"] == {"version": "2"}
    for row, old in zip(run.rows, before, strict=True):
        assert row["scores"] == {name: old["scores"][name] for name in run.info["metrics"]}
        assert {**row, "scores": 0} == {**old, "scores": 0}
    rescore(tmp_path / "run", METRICS, _texts(own_library), {})
    assert load_run(tmp_path / "run").rows == before


def test_a_stored_run_answers_as_it_did_and_nothing_else(own_library: Library, tmp_path: Path) -> None:
    first = _record(tmp_path / "first", own_library)
    system = stored(load_run(tmp_path / "first"))
    assert _timeless(_record(tmp_path / "again", own_library, system)) == _timeless(first)
    with pytest.raises(BadRun, match="no answer to this question"):
        system("Who won?", ())


def test_two_processes_never_write_one_run(own_library: Library, tmp_path: Path) -> None:
    def system(question: str, history: Sequence[Message]) -> Answer:
        with pytest.raises(BadRun, match="Another process"):
            _record(tmp_path / "run", own_library)
        return bm25(own_library)(question, history)

    assert len(_record(tmp_path / "run", own_library, system)) == len(CASES)


def test_a_damaged_line_is_named(own_library: Library, tmp_path: Path) -> None:
    _record(tmp_path / "run", own_library)
    lines = (tmp_path / "run" / "rows.jsonl").read_bytes().split(b"\n")
    (tmp_path / "run" / "rows.jsonl").write_bytes(b"\n".join([*lines[:2], lines[2][:50], *lines[3:]]))
    with pytest.raises(BadRun, match="Line 3 of"):
        load_run(tmp_path / "run")
    (tmp_path / "run" / "run.json").write_text("{}")
    with pytest.raises(BadRun, match="damaged"):
        load_run(tmp_path / "run")


def test_runs_are_found_by_name_and_by_folder_and_listed_by_time(
    own_library: Library, tmp_path: Path
) -> None:
    runs = tmp_path / "runs"
    assert list_runs(runs) == ([], [])
    for name, started in (("b", "2026-01-01"), ("a", "2026-01-02")):
        _record(new_folder(runs, name), own_library, name=name, started=started)
    assert [(info["name"], rows) for info, rows in list_runs(runs)[0]] == [("b", 6), ("a", 6)]
    assert find_run(runs, "a") == runs / "a"
    assert find_run(tmp_path / "elsewhere", str(runs / "a")) == runs / "a"
    with pytest.raises(BadRun, match="There is no run c"):
        find_run(runs, "c")


@pytest.mark.parametrize(
    "damage", ["", "{}", "[]", "null", "\xff", '{"name": 1}', json.dumps({**INFO, "cases": {"count": "6"}})]
)
def test_a_damaged_run_is_named_and_the_others_are_listed(
    own_library: Library, tmp_path: Path, damage: str
) -> None:
    for name in ("good", "hurt"):
        _record(new_folder(tmp_path, name), own_library, name=name)
    (tmp_path / "hurt" / "run.json").write_text(damage, encoding="latin-1")
    found, damaged = list_runs(tmp_path)
    assert [info["name"] for info, _ in found] == ["good"]
    [told] = damaged
    assert told == f"{tmp_path / 'hurt' / 'run.json'} is damaged; remove the folder, and run it anew."


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden", "a b", "a\n"])
def test_a_name_that_is_no_folders_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadRun, match="cannot be called"):
        new_folder(tmp_path, name)


def test_cases_need_ids_of_their_own_and_a_file_that_holds_some(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text("\n")
    with pytest.raises(BadCases, match="no cases"):
        load_all([path])
    path.write_text(json.dumps(CASES[0].to_json()))
    with pytest.raises(BadCases, match="Two cases have the id c0"):
        load_all([path, path])
    for field, value in (("id", 1), ("answerable", "yes"), ("evidence_mode", "some")):
        path.write_text(json.dumps({**CASES[0].to_json(), field: value}))
        with pytest.raises(BadCases, match="Line 1"):
            load_cases(path)
