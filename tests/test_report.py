"""The report of a run: what it shows is what the rows hold, and nothing in it is ever obeyed."""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

if not os.environ.get("CI"):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")

from eval.case import OWN, load_cases
from eval.report.excerpts import ROOMY, gold
from eval.report.page import render
from eval.report.theming import COLOURS
from eval.run import Row, Run
from retrieval import Assistant
from retrieval.errors import UnknownSource

HOSTILE = (
    "<script>document.title='taken'</script><img src=http://canary.invalid/a onerror=document.title='taken'>"
    "![b](http://canary.invalid/b) </details></style><style>body{background:url(http://canary.invalid/c)}"
    "</style> {{ 7 * 7 }} \u202etxet neddih\u202c \x00\x1b[31m &amp; ]]> <!-- \ud800 $x^2$"
)
BROWSER = "--no-sandbox --headless --disable-gpu --disable-background-networking --disable-sync".split()


def _row(
    name: str, values: dict[str, float | None], text: str = "The harbour was sold.", **changes: Any
) -> Row:
    """A row whose answer cites its one statement in full, at 10 of "a.txt"."""
    citation = {"source": "a.txt", "start": 10, "end": 10 + len(text), "quote": text, "title": None}
    citation.update(outlet=None, date="--04-04", speaker="Ida Holm", location=None)
    statement = {"text": text, "support": "supported", "speaker": None, "citations": [citation]}
    answer = {"standalone_question": "Who?", "status": "answered", "statements": [statement], "passages": []}
    answer.update(closest=[], confidence=0.8, notes=[], engine="quotes", incomplete=False)
    case = {
        "evidence": [{"source": "a.txt", "start": 10, "end": 20}],
        "evidence_mode": "any",
        "answers": ["x"],
    }
    row = {"id": name, "group": name, "question": "Who?", "history": [], "answerable": True, "case": case}
    row["scores"] = {key: {"value": value, "explanation": f"why {key}"} for key, value in values.items()}
    return {**row, "answer": answer, "seconds": 0.25, "error": None, **changes}


def _run(rows: Sequence[Row], name: str = "mine", **info: Any) -> Run:
    return Run(name, {"name": name, "started": "2026-11-22T07:04:11+00:00", **info}, list(rows))


def _refused(row: Row) -> Row:
    answer = {**row["answer"], "statements": [], "status": "not_in_documents", "confidence": 0.1}
    return {**row, "answer": answer}


def _parsed(page: str) -> ElementTree.Element:
    """The page as strict XML: every element closed, every attribute quoted, every text escaped."""
    assert page.startswith("<!DOCTYPE html>\n")
    bare = re.sub(r"<(style|script)>.*?</\1>", "", page.removeprefix("<!DOCTYPE html>"), flags=re.DOTALL)
    root = ElementTree.fromstring(bare)
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    return root


def _cells(page: str, table: str = "metrics") -> list[list[str]]:
    found = next(element for element in _parsed(page).iter("table") if element.attrib["class"] == table)
    rows = found.find("tbody")
    assert rows is not None
    return [["".join(cell.itertext()).strip() for cell in row] for row in rows]


def test_the_table_holds_the_means_and_counts_of_the_rows() -> None:
    values = [1.0, 1.0, 0.0, 1.0, None]
    rows = [_row(f"c{i}", {"gold cited": v, "nothing": None}) for i, v in enumerate(values)]
    first, second = _cells(render([_run(rows)]))
    assert first[:3] == ["gold cited", "4", "75.0"]
    low, high = (float(end) for end in first[3].split(" to "))
    assert low < 75 < high
    assert second == ["nothing", "0", "not scored", "–"]


def test_two_runs_are_compared_case_by_case_with_the_worst_first() -> None:
    before = [_row(f"c{i}", {"gold cited": 1.0}) for i in range(12)]
    after = [_row(f"c{i}", {"gold cited": 0.0 if i == 7 else 1.0}) for i in range(12)]
    page = render([_run(before, "old"), _run([*after, _row("new", {"gold cited": 1.0})], "new")])
    [line] = _cells(page)
    assert line[:5] == ["gold cited", "12", "100.0", "92.3", "−8.3"]
    assert line[-1] == "0 / 1"
    cases = [element for element in _parsed(page).iter("details") if element.attrib["class"] == "case"]
    assert "c7" in "".join(cases[0].itertext())
    assert cases[0].attrib["data-is"] == "wrong answered answerable worse"
    assert "Differences are over 12 cases. Left out: 1 that only one of the runs has" in page


def test_what_went_well_is_told_by_kind_of_question_and_by_what_it_is_about() -> None:
    rows = [_row(f"c{i}", {"gold cited": float(i > 0)}) for i in range(4)]
    for i, row in enumerate(rows):
        row["case"].update(kind="follow_up" if i < 2 else "direct", tags=["changed_figure"] * (i < 3))
    rows.append(_row("failed", {}, answer=None, error="Down."))
    lines = _cells(render([_run(rows)]), "metrics kinds")
    assert [line[:3] for line in lines] == [
        ["changed figure", "3", "66.7"],
        ["direct", "2", "100.0"],
        ["follow up", "2", "50.0"],
    ]


@pytest.mark.parametrize("runs", [1, 2])
def test_a_run_without_rows_is_a_page_too(runs: int) -> None:
    page = render([_run([], f"run{i}") for i in range(runs)])
    assert "has no rows yet" in page
    assert not list(_parsed(page).iter("svg"))


def test_a_run_that_refused_everything_shows_no_curve_point() -> None:
    rows = [_refused(_row(f"c{i}", {"gold cited": 0.0, "answerable kept": 0.0})) for i in range(3)]
    page = render([_run(rows)])
    assert "0 answered, 3 refused" in page
    assert [line[:3] for line in _cells(page)] == [
        ["gold cited", "3", "0.0"],
        ["answerable kept", "3", "0.0"],
    ]


def test_a_case_that_failed_tells_its_error_and_counts_in_no_mean() -> None:
    failed = _row("broken", {"gold cited": None}, answer=None, error="The model gave nothing & left.")
    page = render([_run([failed, _row("fine", {"gold cited": 1.0})])])
    assert "1 failed" in page
    assert "The model gave nothing &amp; left." in page
    assert _cells(page)[0][:3] == ["gold cited", "1", "100.0"]


def test_a_page_is_of_one_run_or_two() -> None:
    with pytest.raises(ValueError, match="of one run or of two, not of 3"):
        render([_run([])] * 3)


def test_gold_text_is_marked_where_it_is_cited() -> None:
    text = "Yesterday, said Holm, the harbour was sold to a bank."
    row = _row("c", {}, case={"evidence": [{"source": "a.txt", "start": 22, "end": 42}]})
    [excerpt] = gold(row, [("a.txt", 26, 60), ("b.txt", 0, 99)], lambda source: text, ROOMY)
    assert [(piece.text, piece.shared) for piece in excerpt.pieces] == [
        ("the ", False),
        ("harbour was sold", True),
    ]
    assert (excerpt.before, excerpt.after) == (text[:22], text[42:])


def test_gold_text_without_documents_comes_from_a_passage_or_is_told_by_its_place() -> None:
    row = _row("c", {"gold cited": 1.0})
    assert "The text is not at hand" in render([_run([row])])

    def lost(source: str) -> str:
        raise UnknownSource(source)

    assert "The text is not at hand" in render([_run([row])], lost)
    row["answer"]["passages"] = [
        {"source": "a.txt", "start": 5, "end": 40, "text": "said " + "golden text" * 3}
    ]
    [excerpt] = gold(row, [], None, ROOMY)
    assert "".join(piece.text for piece in excerpt.pieces) == "golden tex"


def test_a_quote_that_its_document_does_not_hold_is_told() -> None:
    row = _row("c", {"resolvable": 1.0})
    told = "The document does not have these words there."
    assert told in render([_run([row])], lambda source: "x" * 99)
    assert told not in render([_run([row])], lambda source: "x" * 10 + "The harbour was sold.")


def test_the_figures_take_their_colours_from_the_page() -> None:
    page = render([_run([_row(f"c{i}", {"gold cited": i % 2}) for i in range(9)])])
    assert page.count("<svg") == 3
    assert not any(colour in page for colour in COLOURS.values())
    assert "style=" not in page
    assert 'class="fill-first"' in page


def test_a_page_of_two_thousand_rows_stays_below_ten_megabytes() -> None:
    names = [f"metric {i}" for i in range(27)]
    quote = "A sentence of the documents that is about as long as most of them are, said Holm. " * 3
    rows = [
        _row(f"c{i}", {name: (i + j) % 7 / 6 for j, name in enumerate(names)}, quote) for i in range(2000)
    ]
    assert len(render([_run(rows)]).encode()) < 10_000_000


def test_the_product_answers_become_a_page_with_their_quotes(assistant: Assistant) -> None:
    case = load_cases(OWN / "seeds-tuning.jsonl")[0]
    answer = assistant.ask(case.question, case.history)
    row = _row(
        case.id, {"gold cited": 1.0}, answer=answer.to_json(), case=case.to_json(), question=case.question
    )
    page = render([_run([row])], lambda source: assistant.library.document(source).text)
    shown = " ".join("".join(_parsed(page).itertext()).split())
    assert case.question in shown
    for statement in answer.statements:
        assert " ".join(statement.citations[0].quote.split()) in shown


def _hostile() -> str:
    row = _row("c<b>", {HOSTILE: 1.0, "gold cited": 1.0}, HOSTILE, question=HOSTILE, group=HOSTILE)
    row["scores"]["gold cited"]["explanation"] = HOSTILE
    row["answer"].update(notes=[HOSTILE], standalone_question=HOSTILE + "?", engine=HOSTILE)
    row["case"].update(reference=HOSTILE, kind=HOSTILE)
    row["case"]["evidence"][0]["source"] = HOSTILE
    row["history"] = [{"role": HOSTILE, "content": HOSTILE}]
    runs = [_run([row], HOSTILE, settings={HOSTILE: HOSTILE}), _run([_refused(row)], "other")]
    return render(runs, lambda source: HOSTILE * 2)


def test_hostile_text_leaves_the_page_well_formed_and_hides_nothing() -> None:
    page = _hostile()
    root = _parsed(page)
    assert not [element for element in root.iter() if element.tag in ("img", "a", "iframe", "object", "link")]
    assert page.count("<script>") == page.count("<style>") == 1
    assert not re.search("[\x00\x1b\u202a-\u202e\ud800-\udfff]", page)
    assert "{{ 7 * 7 }}" in page
    page.encode("utf-8")


@pytest.fixture
def hostile_page(tmp_path: Path) -> Iterator[Any]:
    """The hostile page in a real browser, and what it asked for, said or tried."""
    if not os.environ.get("CI"):
        if shutil.which("chromium") is None:
            pytest.skip("no chromium on this machine")
        pytest.importorskip("playwright", reason="playwright is not installed")
    from playwright.sync_api import sync_playwright

    file = tmp_path / "report.html"
    file.write_text(_hostile(), encoding="utf-8")
    seen: list[str] = []
    with sync_playwright() as playwright:
        program = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=BROWSER, timeout=60_000)
        try:
            page = browser.new_page()
            page.on("request", lambda request: seen.append(request.url))
            page.on("console", lambda message: seen.append(message.text))
            page.on("pageerror", lambda error: seen.append(str(error)))
            page.goto(file.as_uri())
            yield page, seen
        finally:
            browser.close()
    assert [urlsplit(one).scheme for one in seen] == ["file"], seen


def test_in_a_browser_nothing_hostile_runs_and_no_request_leaves(hostile_page: Any) -> None:
    page, _ = hostile_page
    page.locator("details.case > summary").click()
    assert page.title().endswith("OnRecord evaluation")
    assert page.locator("img").count() == 0
    assert page.locator("blockquote").first.inner_text().count("<script>") >= 1
    assert page.evaluate("document.scripts.length") == 1
    assert page.evaluate("getComputedStyle(document.body).backgroundImage") == "none"


def test_the_script_finds_and_chooses_cases(hostile_page: Any) -> None:
    page, _ = hostile_page
    assert page.locator("#count").inner_text() == "1 case"
    page.locator("#find").fill("zeppelin")
    assert not page.locator("details.case").is_visible()
    page.locator("#find").fill("TXET")
    assert page.locator("details.case").is_visible()
    page.locator("#show").select_option("failed")
    assert page.locator("#count").inner_text() == "0 of 1 case"
