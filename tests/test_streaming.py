"""The chat page in a real browser while a model writes: what is shown when, Stop, and a page opened anew."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import WAIT, ask, browser, served
from openai_server import Reply, Server, serving
from playwright.sync_api import Browser, Locator, Page, expect
from test_writing import claim, first_sentence

QUESTION = "How many attacks did the police of Oslo prevent?"
REFUSED = "How many attacks did the police of Oslo prevent in 2001?"
# Seconds for which a server that says nothing is waited for.
SILENCE = 60
INVENTED = "The moon was sold at auction."


def _statements(passages: list[str]) -> dict[str, Any]:
    quotes = [first_sentence(passage) for passage in passages[:3]]
    made = [claim(f"It is said: {quote}", n, quote) for n, quote in enumerate(quotes, 1)]
    made.insert(1, claim(INVENTED, 1, "Nobody ever said these words anywhere."))
    return {"statements": made}


def _until(made: dict[str, Any], last: int, **how: Any) -> Reply:
    return Reply(json.dumps(made, ensure_ascii=False), after=_behind(made, last), **how)


def _behind(made: dict[str, Any], last: int) -> int:
    """How many characters a server has sent when a statement is whole."""
    whole = json.dumps(made["statements"][last], ensure_ascii=False)
    return json.dumps(made, ensure_ascii=False).index(whole) + len(whole) + 20


def _script(passages: list[str], question: str) -> Any:
    """A server that misbehaves in the way that the question names."""
    made = _statements(passages)
    if "slow" in question:
        return Reply(made, hold=_behind(made, 0))
    if question == REFUSED:
        return Reply(status=401)
    if "hole" in question:
        return Reply(end="hole")
    if "cut" in question:
        return _until(made, 0, end="cut")
    if "silent" in question:
        return _until(made, 0, end="silent")
    if "held" in question:
        return _until(made, 2, end="silent")
    return made


def _rewrite(prompt: str) -> str:
    return prompt.rsplit("\n\nLast question: ", 1)[1].split("\n")[0].strip()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The scripted model."""
    with serving(_script, _rewrite) as running:
        yield running


@pytest.fixture(scope="module")
def address(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page whose answers the scripted model writes."""
    folder = tmp_path_factory.mktemp("served")
    docs = folder / "docs"
    docs.mkdir()
    for n, who in enumerate(("Anna Berg", "Ida Holm", "Jon Vik")):
        text = f"In 200{n} the police of Oslo prevented {n + 4} attacks, said {who}. Nobody was hurt.\n"
        Path(docs / f"{n}.txt").write_text(text, encoding="utf-8")
    given = {"OPENAI_BASE_URL": server.url, "ONRECORD_MODEL": "scripted", "ONRECORD_TIMEOUT": str(SILENCE)}
    with served(docs, folder / "index", **given) as url:
        yield url


@pytest.fixture(scope="module")
def program() -> Iterator[Browser]:
    """A browser."""
    with browser() as running:
        yield running


@pytest.fixture
def page(address: str, program: Browser) -> Iterator[Page]:
    """The page, opened by somebody new."""
    context = program.new_context(viewport={"width": 1400, "height": 700})
    opened = context.new_page()
    opened.set_default_timeout(WAIT)
    opened.goto(address)
    expect(opened.locator(".facts").first).to_contain_text("3 documents", timeout=WAIT)
    yield opened
    context.close()


def _turn(page: Page, number: int) -> Locator:
    return page.locator(".turn").nth(number)


def _end(turn: Locator) -> None:
    expect(turn.locator(".usage")).to_be_visible(timeout=WAIT)
    expect(turn.locator(".doing")).to_have_count(0)


def _stop(turn: Locator) -> float:
    """Press Stop; gives the seconds until the answer is marked as interrupted."""
    began = time.monotonic()
    turn.locator(".stop").click()
    expect(turn.locator(".interrupted")).to_be_visible(timeout=WAIT)
    return time.monotonic() - began


def test_proven_statements_appear_while_the_model_writes(page: Page, server: Server) -> None:
    server.go.clear()
    ask(page, f"{QUESTION} slow")
    turn = _turn(page, 0)
    expect(turn.locator(".statement")).to_have_count(1, timeout=WAIT)
    expect(turn.locator(".doing")).to_contain_text("Writing and checking each sentence…")
    expect(turn.locator(".stop")).to_be_in_viewport()
    expect(turn.locator(".seconds")).to_have_text(re.compile(r"^\d+ s$"))
    first = turn.locator(".statement").first
    first.evaluate("element => { element.same = true }")
    server.go.set()
    _end(turn)
    expect(turn.locator(".statement")).to_have_count(3)
    expect(turn).not_to_contain_text(INVENTED)
    expect(turn.locator(".note")).to_contain_text("1 statement was left out")
    expect(turn.locator(".usage")).to_have_text("120 tokens · cost unknown")
    assert first.evaluate("element => element.same"), "a statement that was shown was built anew"


def test_a_citation_can_be_opened_while_the_model_writes(page: Page) -> None:
    ask(page, f"{QUESTION} held")
    turn = _turn(page, 0)
    second = turn.locator(".statement").nth(1)
    expect(second).to_be_visible(timeout=WAIT)
    expect(turn.locator(".chip").first).to_have_attribute("aria-pressed", "true")
    second.locator("[data-opens]").click()
    quote = second.locator(".quote").inner_text().strip("“”")
    expect(page.locator("mark")).to_have_text(quote, timeout=WAIT)
    expect(turn.locator(".doing")).to_have_count(1)
    _stop(turn)
    expect(page.locator("mark")).to_have_text(quote)


@pytest.mark.parametrize(("width", "height"), [(1400, 330), (420, 300)])
def test_stop_stays_in_sight_while_the_answer_grows_beyond_the_window(
    page: Page, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    ask(page, f"{QUESTION} held")
    turn = _turn(page, 0)
    expect(turn.locator(".statement")).to_have_count(2, timeout=WAIT)
    expect(turn.locator(".question")).to_be_in_viewport()
    expect(turn.locator(".statement").nth(1).locator(".cite")).not_to_be_in_viewport(ratio=1)
    expect(turn.locator(".stop")).to_be_in_viewport(ratio=1)
    assert _stop(turn) < SILENCE / 3


def test_stop_keeps_what_is_proven_while_the_server_is_silent(page: Page) -> None:
    ask(page, f"{QUESTION} silent")
    turn = _turn(page, 0)
    expect(turn.locator(".statement")).to_have_count(1, timeout=WAIT)
    assert _stop(turn) < SILENCE / 3
    expect(turn.locator(".interrupted")).to_contain_text("Interrupted: it was stopped.")
    expect(turn.locator(".statement")).to_have_count(1)
    expect(turn.locator(".doing")).to_have_count(0)
    ask(page, QUESTION)
    _end(_turn(page, 1))
    expect(_turn(page, 1).locator(".statement")).to_have_count(3)


def test_stop_works_before_the_server_has_said_anything(page: Page) -> None:
    ask(page, f"{QUESTION} hole")
    turn = _turn(page, 0)
    expect(turn.locator(".doing")).to_contain_text("Writing", timeout=WAIT)
    assert _stop(turn) < SILENCE / 3
    expect(turn.locator(".interrupted")).to_contain_text("Nothing was proven by then.")
    expect(turn.locator(".statement")).to_have_count(0)


def test_a_stream_that_breaks_off_is_marked_as_interrupted(page: Page) -> None:
    ask(page, f"{QUESTION} cut")
    mark = _turn(page, 0).locator(".interrupted")
    expect(mark).to_contain_text("the connection to the language model broke off", timeout=WAIT)
    expect(_turn(page, 0).locator(".statement")).to_have_count(1)
    expect(_turn(page, 0)).not_to_contain_text("The answer is incomplete")


def test_a_model_that_fails_is_replaced_by_quotes_with_its_note(page: Page) -> None:
    ask(page, REFUSED)
    turn = _turn(page, 0)
    expect(turn.locator(".note")).to_contain_text("check OPENAI_API_KEY.", timeout=WAIT)
    expect(turn.locator(".note")).to_contain_text("The answer quotes the documents instead.")
    expect(turn.locator(".quoted").first).to_be_visible()


def test_a_page_opened_anew_in_mid_answer_loses_and_doubles_nothing(
    page: Page, program: Browser, address: str, server: Server
) -> None:
    before = len(server.requests)
    server.go.clear()
    ask(page, f"{QUESTION} slow")
    expect(_turn(page, 0).locator(".statement")).to_have_count(1, timeout=WAIT)
    page.reload()
    expect(_turn(page, 0).locator(".question")).to_have_text(f"{QUESTION} slow", timeout=WAIT)
    server.go.set()
    _end(_turn(page, 0))
    page.reload()
    expect(_turn(page, 0).locator(".statement")).to_have_count(3, timeout=WAIT)
    expect(page.locator(".turn")).to_have_count(1)
    assert len(server.requests) == before + 1
    other = program.new_page()
    other.goto(address)
    expect(other.locator(".facts").first).to_contain_text("3 documents", timeout=WAIT)
    expect(other.locator(".turn")).to_have_count(0)
    other.close()


def test_a_second_question_in_mid_answer_waits_its_turn(page: Page, server: Server) -> None:
    before = len(server.requests)
    server.go.clear()
    ask(page, f"{QUESTION} slow")
    expect(_turn(page, 0).locator(".statement")).to_have_count(1, timeout=WAIT)
    ask(page, "Who said so?")
    expect(_turn(page, 1).locator(".doing")).to_contain_text("Waiting for the answer before", timeout=WAIT)
    server.go.set()
    for number in (0, 1):
        _end(_turn(page, number))
        expect(_turn(page, number).locator(".statement")).to_have_count(3)
    expect(page.locator(".turn")).to_have_count(2)
    # Two answers, and the second question put in words of its own.
    assert len(server.requests) == before + 3
