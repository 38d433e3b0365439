"""The benchmark suite: what it chooses of a large set, the card it writes, and a small one as a whole."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.benchmarks import suite
from eval.benchmarks.choosing import documents_for, spread
from eval.benchmarks.markdown import BEGIN, END, put_into
from eval.case import Case, Evidence

TEXTS = {
    "tides": "The harbour of Oslo was dredged in June, and ships wait for the tide.",
    "bees": "Beekeepers of the valley counted fewer hives after the cold spring.",
    "bridge": "The old bridge was closed to lorries after an inspection found cracks in two piers.",
    "choir": "The choir sang the mass in the cathedral, and three hundred people came.",
}


def _case(id: str, question: str, *answers: str, gold: str | None = None, **other: Any) -> Case:
    evidence = (Evidence(f"docs.jsonl#{gold}", 0, len(TEXTS[gold])),) if gold else ()
    return Case(id, id, question, (), evidence, "any", True, answers, **other)


CASES = [
    _case("b1", "Why was the old bridge closed?", "cracks", gold="bridge"),
    _case("c1", "Who sang in the cathedral?", "the choir", options=("the choir", "the bees")),
    _case("t1", "When was the harbour dredged?", "June", gold="tides"),
]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A set of four documents and three cases."""
    folder = tmp_path / "small"
    folder.mkdir()
    documents = [json.dumps({"id": id, "text": text}) for id, text in TEXTS.items()]
    (folder / "docs.jsonl").write_text("\n".join(documents) + "\n", encoding="utf-8")
    rows = [json.dumps(case.to_json()) for case in CASES]
    (folder / "cases.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def _ids(content: bytes) -> list[str]:
    return [json.loads(line)["id"] for line in content.splitlines()]


def test_documents_are_chosen_by_the_cases_and_filled_up_with_others(small: Path) -> None:
    source = small / "docs.jsonl"
    assert _ids(documents_for(CASES[:1], source, 1)) == ["bridge"]
    assert _ids(documents_for(CASES[1:2], source, 1)) == ["choir"]
    assert _ids(documents_for(CASES[:2], source, 2)) == ["bridge", "choir"]
    assert _ids(documents_for(CASES[:2], source, 3)) == ["tides", "bridge", "choir"]
    assert documents_for(CASES, source, 9) == source.read_bytes()
    # What evidence stands in is taken however long it is.
    assert _ids(documents_for(CASES[:1], source, 9, longest=1)) == ["bridge"]


def test_each_case_gets_its_best_document_before_any_gets_its_second(small: Path) -> None:
    common = [_case(id, question) for id, question in (("1", "the mass of the valley"), ("2", "the tide"))]
    assert set(_ids(documents_for(common, small / "docs.jsonl", 2))) & {"tides"}
    assert _ids(documents_for([_case("none", "???")], small / "docs.jsonl", 1)) == ["tides"]


def test_cases_are_spread_evenly() -> None:
    assert spread(range(10), 5) == [0, 2, 4, 6, 8]
    assert spread(range(3), 5) == spread(range(3), None) == [0, 1, 2]


def test_a_large_set_is_cut_to_cases_and_their_documents(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("MANY", 3), ("DOCUMENTS", 2), ("CASES_OF_MANY", 2)):
        monkeypatch.setattr(suite, name, value)
    [part] = suite.suites([small], tmp_path / "kept", False, None)
    assert [case.id for case in part.cases] == ["b1", "c1"]
    assert _ids((part.docs / "docs.jsonl").read_bytes()) == ["bridge", "choir"]
    [whole] = suite.suites([small], tmp_path / "kept", True, None)
    assert len(whole.cases) == 3
    assert (whole.docs / "docs.jsonl").read_bytes() == (small / "docs.jsonl").read_bytes()


def test_the_suite_prints_keeps_and_places_a_card_of_all_systems(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"Before.\n\n{BEGIN}\nold\n{END}\n\nAfter.\n", encoding="utf-8")
    absent = tmp_path / "absent"
    suite.main([str(small), str(absent), "--kept", str(tmp_path / "kept"), "--into", str(page)])
    told = capsys.readouterr()
    card = (tmp_path / "kept" / "card.md").read_text(encoding="utf-8")
    assert told.out.strip() == card.strip()
    assert "| small, 3 cases | n | OnRecord | BM25 alone | vectors alone | LangChain tutorial |" in card
    assert "| gold cited | 2 | " in card
    assert "| choice accuracy | 1 | " in card
    assert card.startswith("`make bench`, ")
    assert "absent: not measured" in told.err
    assert page.read_text(encoding="utf-8") == f"Before.\n\n{BEGIN}\n\n{card.strip()}\n\n{END}\n\nAfter.\n"


def test_a_page_without_a_place_for_the_card_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("No place.\n", encoding="utf-8")
    with pytest.raises(ValueError, match="has no place for the card"):
        put_into(page, "card")
    assert page.read_text(encoding="utf-8") == "No place.\n"
