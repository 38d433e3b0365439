"""The path of an answer by a model, over many questions: always the same, and always exact."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import GUARD, ROOT
from openai_server import serving

from app.compose import open_assistant
from app.settings import Settings
from eval.benchmarks.choosing import documents_for
from eval.case import load_cases
from retrieval import Library

SQUAD = ROOT.parent / "shared" / "data" / "squad2"


def _run(state: Path, home: Path, count: int) -> str:
    ran = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "model_path.py"), str(state), str(count)],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{GUARD}:{ROOT}", "HOME": str(home)},
        timeout=240,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.parametrize("count", [30, pytest.param(100, marks=pytest.mark.torture)])
def test_two_processes_with_two_fresh_indexes_send_the_same_and_cite_the_same(
    tmp_path: Path, count: int
) -> None:
    one, other = (_run(tmp_path / name, tmp_path, count) for name in ("one", "other"))
    assert one == other
    rows = [json.loads(line) for line in one.splitlines()]
    assert len(rows) == count
    assert sum(bool(row["cited"]) for row in rows) > 0.8 * count


@pytest.mark.skipif(not SQUAD.is_dir(), reason="the set squad2 is not beside the project")
@pytest.mark.parametrize("count", [40, pytest.param(300, marks=pytest.mark.torture)])
def test_every_citation_of_many_questions_is_exact(tmp_path: Path, count: int) -> None:
    """A model that quotes freely, now and then wrongly: what is shown is exact all the same."""

    def free(passages: list[str], question: str) -> Any:
        claims = []
        for number, passage in enumerate(passages[:5], 1):
            quote = passage[number * 7 : number * 7 + 90]
            quote = quote[quote.find(" ") + 1 : quote.rfind(" ")]
            spoilt = quote.upper() if number == 2 else quote.replace(" ", "\n ") if number == 3 else quote
            named = number + 1 if number == 4 else number
            spoilt = spoilt.replace(" the ", " a ") if number == 5 else spoilt
            claims.append({"text": quote, "proofs": [{"passage": named, "quote": spoilt}]})
        return {"statements": claims}

    cases = load_cases(SQUAD / "cases.jsonl")[:count]
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "docs.jsonl").write_bytes(documents_for(cases, SQUAD / "docs.jsonl", count))
    shown = repaired = 0
    with serving(free) as server, Library.open(docs, tmp_path / "state") as library:
        library.sync()
        assistant = open_assistant(Settings(openai_base_url=server.url, model="scripted"), library)
        for case in cases:
            answer = assistant.ask(case.question)
            assert answer.engine == "openai:scripted", answer.notes
            given = [(p.source, p.start, p.end) for p in answer.passages]
            for statement in answer.statements:
                for c in statement.citations:
                    shown += 1
                    assert library.document(c.source).text[c.start : c.end] == c.quote
                    assert any(s == c.source and a <= c.start and c.end <= b for s, a, b in given)
            repaired += any("elsewhere" in note for note in answer.notes)
    assert shown > 3 * count
    assert repaired > count * 2 / 3
