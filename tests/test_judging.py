"""A language model as judge, asked over real HTTP by a scripted server: grades, costs, and what is kept."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from evaluated import answer, case, cite, text_of
from openai_server import Reply, Server, serving
from typer.testing import CliRunner, Result

import prompts
from app.cli import app
from app.compose import open_model
from app.settings import Settings
from eval.asking import record, rescore
from eval.case import Case
from eval.gate import gate
from eval.judging.correct import CORRECT
from eval.judging.grading import TOKENS, ask
from eval.judging.kept import FILE
from eval.judging.plan import JUDGED
from eval.judging.supported import SUPPORTED
from eval.metrics import METRICS
from eval.pairing import compare_runs
from eval.run import Run, load_run
from eval.score import Score
from retrieval.answers.answer import Answer, Statement
from retrieval.answers.calling import ATTEMPTS
from retrieval.answers.model import LanguageModel
from retrieval.errors import ModelError, SettingsError, Unconfirmed

GOLD = ("a", 0, 20)
SAID = Statement("The harbour is sold.", (cite("a", 0, 20),))
INFO: dict[str, Any] = {
    "name": "first",
    "started": "2026-11-22T07:00:00+00:00",
    "system": "quotes",
    "settings": {"k": 5},
    "prompts": {},
    "cases": {"files": ["cases.jsonl"], "count": 4, "sha256": "c"},
    "library": {"sha256": "l"},
    "code": {"version": "1", "commit": None, "changed": None},
    "metrics": [metric.name for metric in METRICS],
}
CASES = [
    *(case(GOLD, id=f"c{n}", question=f"What was sold in year {n}?", answers=("harbour",)) for n in (1, 2)),
    case(GOLD, id="refused", question="Who bought it?", answers=("nobody",)),
    case(id="unanswerable", question="Why?", answerable=False),
]


def _grading(grade: str = "correct", said: str = "It says so.") -> Callable[[str], Any]:
    """Grades each prompt alike, by the words of the metric that asks."""

    def judge(prompt: str) -> Any:
        supported = prompt.startswith("Statement 1:")
        return {"reason": said, "grade": "supported" if supported and grade == "correct" else grade}

    return judge


class Judging:
    """The scripted server with what it says next."""

    def __init__(self, server: Server) -> None:
        self.server, self.judge = server, _grading()

    @property
    def asked(self) -> int:
        return len(self.server.requests)


@pytest.fixture
def judging() -> Iterator[Judging]:
    def script(prompt: str) -> Any:
        return made.judge(prompt)

    with serving(lambda passages, question: None, judge=script) as server:
        made = Judging(server)
        yield made


@pytest.fixture
def model(judging: Judging) -> Iterator[LanguageModel]:
    opened = open_model(Settings(openai_base_url=judging.server.url, model="scripted", timeout=20))
    yield opened
    opened.caller.close()


def _system(question: str, history: object) -> Answer:
    return answer() if question == "Who bought it?" else answer(SAID)


def _record(folder: Path, system: Callable[..., Answer] = _system, cases: list[Case] | None = None) -> Run:
    record(folder, {**INFO, "name": folder.name}, cases or CASES, system, METRICS, text_of)
    return load_run(folder)


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    _record(tmp_path / "runs" / "first")
    return tmp_path / "runs"


@pytest.fixture
def command(judging: Judging, runs: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("OPENAI_BASE_URL", judging.server.url)
    monkeypatch.setenv("ONRECORD_MODEL", "scripted")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["eval", *arguments, "--runs", str(runs)])

    return run


def _values(run: Run, metric: str) -> list[float | None]:
    return [row["scores"][metric]["value"] for row in run.rows]


def test_grades_come_with_their_reasons_and_refusals_need_no_judge(
    command: Callable[..., Result], judging: Judging, runs: Path
) -> None:
    ran = command("judge", "first", "--yes")
    assert ran.exit_code == 0, ran.output
    run = load_run(runs / "first")
    assert _values(run, "judge: correct") == [1.0, 1.0, 0.0, None]
    assert _values(run, "judge: supported") == [1.0, 1.0, None, 1.0]
    assert run.rows[0]["scores"]["judge: correct"]["explanation"] == "Correct: It says so."
    assert run.rows[2]["scores"]["judge: correct"]["explanation"] == "The answer says nothing."
    # Two answers to compare with what is right; of three answers that say the same one is judged.
    assert judging.asked == 3
    assert "3 grades to be given by scripted, at most" in ran.stderr
    assert "3 grades by scripted: 360 tokens, price unknown." in ran.stderr
    assert run.info["judge"]["usage"]["prompt_tokens"] == 300
    assert "judged by scripted, 360 tokens" in command("show", "first").stdout
    assert "Correct: It says so." in command("show", "first", "c1").stdout


def test_what_was_judged_is_never_asked_again_not_even_in_another_run(
    command: Callable[..., Result], judging: Judging, runs: Path
) -> None:
    command("judge", "first", "--yes")
    before, asked = (runs / "first" / "rows.jsonl").read_bytes(), judging.asked
    again = command("judge", "first")
    assert again.exit_code == 0
    assert "Nothing was asked" in again.stderr
    assert (runs / "first" / "rows.jsonl").read_bytes() == before
    _record(runs / "second")
    assert command("judge", "second").exit_code == 0
    assert judging.asked == asked
    assert command("judge", "second", "--model", "another", "--yes").exit_code == 0
    assert judging.asked == 2 * asked


def test_nothing_is_paid_for_that_nobody_agreed_to(
    command: Callable[..., Result], judging: Judging, runs: Path
) -> None:
    before = (runs / "first" / "rows.jsonl").read_bytes()
    ran = command("judge", "first")
    assert isinstance(ran.exception, Unconfirmed)
    assert str(ran.exception).startswith("Not done: 3 grades to be given by scripted, at most")
    assert str(ran.exception).endswith("add --yes to agree to it.")
    assert judging.asked == 0
    assert (runs / "first" / "rows.jsonl").read_bytes() == before


def test_without_a_model_judging_is_refused_in_a_sentence(runs: Path) -> None:
    ran = CliRunner().invoke(app, ["eval", "judge", "first", "--yes", "--runs", str(runs)])
    assert isinstance(ran.exception, SettingsError)
    assert "OPENAI_API_KEY" in str(ran.exception)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"reason": "So so.", "grade": "splendid"}, "The judge gave “splendid”, which is none of correct"),
        ({"reason": "No grade."}, "The judge gave none of correct, partly, wrong."),
        ("I would say that it is correct.", "The judge gave none of correct, partly, wrong."),
        ({"reason": "", "grade": 1}, "The judge gave none of correct, partly, wrong."),
        (Reply('{"reason": "So', finish="length"), "The judge broke off before its grade was whole."),
        (Reply({"reason": "x", "grade": "correct"}, end="cut"), "The judge broke off before its grade"),
        ('{"grade":' * 500, "The judge gave none of correct, partly, wrong."),
        (Reply("x" * 30_000, piece=1000), "The judge broke off before its grade was whole."),
    ],
)
def test_a_grade_outside_the_set_leaves_the_case_unscored(
    judging: Judging, model: LanguageModel, said: Any, told: str
) -> None:
    judging.judge = lambda prompt: said
    found = ask(model, CORRECT, _prompt("judge_correct"), _filled())
    assert found.grade is None
    assert found.reason.startswith(told)
    assert found.usage.tokens > 0


@pytest.mark.parametrize(
    "said",
    [
        {"reason": "Half of it.", "grade": "partly"},
        '<think>{"grade": "wrong"}</think>```json\n{"reason": "Half of it.", "grade": " Partly "}\n```',
        'The form is {reason, grade}: {"reason": "Half of it.", "grade": "partly"} - that is all.',
        Reply({"reason": "Half of it.", "grade": "partly"}, usage=False),
    ],
)
def test_a_grade_is_found_past_fences_thoughts_and_prose(
    judging: Judging, model: LanguageModel, said: Any
) -> None:
    judging.judge = lambda prompt: said
    found = ask(model, CORRECT, _prompt("judge_correct"), _filled())
    assert (found.grade, found.reason) == ("partly", "Half of it.")
    assert found.usage.tokens > 0


def test_the_form_and_the_room_are_asked_for_and_done_without_where_refused(
    judging: Judging, model: LanguageModel
) -> None:
    plain = Reply(status=400)
    judging.judge = lambda prompt: plain if judging.asked < 3 else {"reason": "x", "grade": "wrong"}
    assert ask(model, CORRECT, _prompt("judge_correct"), _filled()).grade == "wrong"
    first, _, last = judging.server.requests
    assert first["response_format"]["json_schema"]["schema"] == CORRECT.schema
    assert first["max_completion_tokens"] == last["max_completion_tokens"] == TOKENS
    assert "response_format" not in last


def test_an_unusable_grade_is_told_counted_and_asked_for_again(
    command: Callable[..., Result], judging: Judging, runs: Path
) -> None:
    judging.judge = _grading("splendid")
    ran = command("judge", "first", "--yes")
    assert "3 grades by scripted: 360 tokens, price unknown. 3 came to nothing" in ran.stderr
    run = load_run(runs / "first")
    assert _values(run, "judge: correct") == [None, None, 0.0, None]
    assert "none of correct" in run.rows[0]["scores"]["judge: correct"]["explanation"]
    judging.judge = _grading()
    assert command("judge", "first", "--yes").exit_code == 0
    assert _values(load_run(runs / "first"), "judge: correct") == [1.0, 1.0, 0.0, None]


def test_a_model_that_is_down_stops_the_judging_and_what_was_paid_for_stays(
    command: Callable[..., Result], judging: Judging, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.answers.calling.PAUSE", 0.01)
    whole = _grading()
    judging.judge = lambda prompt: whole(prompt) if judging.asked <= 1 else Reply(status=500)
    _record(runs / "long", cases=[replace(CASES[0], id=f"l{n}", question=f"Sold {n}?") for n in range(6)])
    before = (runs / "long" / "rows.jsonl").read_bytes()
    ran = command("judge", "long", "--yes")
    assert isinstance(ran.exception, ModelError)
    assert "(status 500); what was judged before is kept, and the same command goes on." in str(ran.exception)
    assert judging.asked == 1 + 3 * ATTEMPTS
    assert (runs / "long" / "rows.jsonl").read_bytes() == before
    judging.judge = whole
    asked = judging.asked
    assert command("judge", "long", "--yes").exit_code == 0
    # Six to compare with what is right and one to compare with its quotes, less the one that was judged.
    assert judging.asked - asked == 6
    assert _values(load_run(runs / "long"), "judge: correct") == [1.0] * 6


@pytest.mark.parametrize("left", [0.0, 0.3, 0.999])
def test_grades_that_a_kill_tore_off_are_asked_for_again_and_the_run_is_the_same(
    command: Callable[..., Result], judging: Judging, runs: Path, left: float
) -> None:
    command("judge", "first", "--yes")
    rows = (runs / "first" / "rows.jsonl").read_bytes()
    kept = (runs / FILE).read_bytes()
    (runs / FILE).write_bytes(kept[: round(left * len(kept))])
    _record(runs / "second")
    assert command("judge", "second", "--yes").exit_code == 0
    assert (runs / "second" / "rows.jsonl").read_bytes().count(b"judge: correct") == 4
    scores = [row["scores"] for row in load_run(runs / "second").rows]
    assert scores == [json.loads(line)["scores"] for line in rows.splitlines()]
    assert command("judge", "first").exit_code == 0


def test_the_judge_never_sees_more_than_it_needs_and_nothing_that_hides(
    judging: Judging, model: LanguageModel
) -> None:
    asked = case(
        GOLD, question="And\u202e then?", history=({"role": "user", "content": "First?"},), answers=("x",)
    )
    given = CORRECT.fill(asked, answer(SAID))
    assert isinstance(given, dict)
    assert given == {"question": "user: First?\nAnd then?", "right": "- x", "answer": SAID.text}
    ask(model, CORRECT, _prompt("judge_correct"), given)
    [request] = judging.server.requests
    assert [message["role"] for message in request["messages"]] == ["system", "user"]
    assert "abcdefghij" not in request["messages"][1]["content"]


@pytest.mark.parametrize(
    ("metric", "asked", "given", "value"),
    [
        (CORRECT, CASES[0], answer(), 0.0),
        (CORRECT, CASES[0], answer("  "), 0.0),
        (CORRECT, CASES[3], answer(SAID), None),
        (CORRECT, case(GOLD), answer(SAID), None),
        (SUPPORTED, CASES[0], answer(), None),
        (SUPPORTED, CASES[0], answer("No quote."), 0.0),
        (SUPPORTED, CASES[0], answer(Statement("Empty.", (cite("a", 3, 3),))), 0.0),
    ],
)
def test_the_empty_answer_the_refusal_and_the_missing_quote_need_no_judge(
    metric: Any, asked: Case, given: Answer, value: float | None
) -> None:
    found = metric.fill(asked, given)
    assert isinstance(found, Score)
    assert found.value == value


def test_an_invalid_citation_is_judged_by_the_words_that_it_claims() -> None:
    forged = Statement("Sold.", (cite("a", 0, 5, "It was sold."),))
    given = SUPPORTED.fill(CASES[0], answer(forged))
    assert isinstance(given, dict)
    assert re.search("Statement 1: Sold.\n  Quote: “It was sold.”", given["statements"])


def test_the_gate_and_rescoring_leave_the_judge_alone(
    command: Callable[..., Result], judging: Judging, runs: Path
) -> None:
    cases = [replace(CASES[0], id=f"g{n}", group=f"g{n}", question=f"Sold {n}?") for n in range(40)]
    for name, grade in (("good", "correct"), ("bad", "wrong")):
        judging.judge = _grading(grade, f"It is {grade}.")
        _record(runs / name, cases=cases)
        (runs / FILE).unlink(missing_ok=True)
        assert command("judge", name, "--yes").exit_code == 0
    good, bad = (load_run(runs / name) for name in ("good", "bad"))
    found = compare_runs(good, bad)
    judged = next(one for one in found.metrics if one.metric == "judge: correct")
    assert judged.difference.mean == -1
    assert judged.better == "higher"
    decision = gate(found, bad.rows, citation_checks=("resolvable", "verbatim"))
    assert decision.passed, decision.reasons
    rescore(runs / "bad", METRICS, text_of, {"version": "1"})
    assert load_run(runs / "bad").rows == bad.rows


def test_what_two_different_judges_said_is_not_compared(command: Callable[..., Result], runs: Path) -> None:
    _record(runs / "second")
    command("judge", "first", "--yes")
    command("judge", "second", "--yes", "--model", "another")
    told = command("compare", "first", "second").stdout
    assert "judged by different judges" in told
    assert "judge: correct" not in told
    command("judge", "second", "--yes")
    assert "judge: correct" in command("compare", "first", "second").stdout


def _prompt(name: str) -> prompts.Prompt:
    metric = next(one for one in JUDGED if one.prompt == name)
    return prompts.load(name, set(metric.variables))


def _filled() -> dict[str, str]:
    return {"question": "Who?", "right": "- he", "answer": "He did."}
