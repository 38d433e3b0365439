"""The chat page in a real browser: a click on a citation highlights its quote, and nothing leaves."""

import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import WAIT, ask, opened, served
from conftest import CopySeeds, state_of
from playwright.sync_api import Page, expect

from app.settings import Settings
from app.ui import serve
from retrieval.errors import OnRecordError

# What would leave the machine, or run, if any of it were ever shown as HTML or Markdown.
HOSTILE = (
    'The lighthouse of Skagen was sold, said Mayor Ida Holm. <img src="http://canary.invalid/a">'
    "![b](http://canary.invalid/b) <script>document.title='taken'</script>"
    '<meta http-equiv="refresh" content="0;url=http://canary.invalid/c"> [d](http://canary.invalid/d)\n'
)


@pytest.fixture(scope="module")
def address(copy_seeds: CopySeeds, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page that serves a copy of the sample documents and a hostile one."""
    docs = copy_seeds(tmp_path_factory.mktemp("served") / "docs")
    (docs / "hostile.txt").write_text(HOSTILE, encoding="utf-8")
    with served(docs, state_of(docs)) as url:
        yield url


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    """The page in a browser."""
    with opened(address) as page:
        yield page


def test_a_click_on_a_citation_highlights_its_quote_in_the_document(page: Page) -> None:
    ask(page, "How many terror attacks were prevented in Russia last year?")
    second = page.locator(".statement").nth(1)
    expect(second).to_be_visible(timeout=WAIT)
    quote = second.locator(".text").inner_text()
    second.locator("[data-opens]").first.click()
    mark = page.locator("mark")
    expect(mark).to_have_text(quote, timeout=WAIT)
    expect(mark).to_be_in_viewport()
    assert mark.evaluate(
        """mark => { const inner = mark.getBoundingClientRect();
                    const outer = mark.closest(".box").getBoundingClientRect();
                    return inner.top >= outer.top && inner.bottom <= outer.bottom }"""
    )
    expect(second.locator(".chip")).to_have_attribute("aria-pressed", "true")


def test_markup_in_a_document_is_shown_and_never_obeyed(page: Page) -> None:
    ask(page, "Who said that the lighthouse of Skagen was sold?")
    expect(page.locator(".box")).to_contain_text("http://canary.invalid/a", timeout=WAIT)
    expect(page.locator("mark")).to_contain_text("The lighthouse of Skagen was sold")
    assert page.locator(".viewer img, .viewer script, .viewer a, .turn img, .turn a").count() == 0
    assert page.title() == "OnRecord"


def test_without_a_model_an_answer_is_there_at_once_and_nothing_flickers(page: Page) -> None:
    ask(page, "What did Borrell call Africa?")
    expect(page.locator(".statement").first).to_be_visible(timeout=WAIT)
    page.evaluate(
        """() => { window.running = 0;
                  const look = (node) => {
                    if (node.shadowRoot) look(node.shadowRoot);
                    if (node.classList?.contains("doing")) window.running += 1;
                    for (const child of node.children) look(child);
                  };
                  const watch = () => { look(document.body); requestAnimationFrame(watch) };
                  watch() }"""
    )
    ask(page, "How many terror attacks were prevented in Russia last year?")
    expect(page.locator(".turn").nth(1).locator(".statement").first).to_be_visible(timeout=WAIT)
    assert page.evaluate("window.running") == 0
    assert page.locator(".usage").count() == 0


def test_every_answer_of_the_server_forbids_other_origins(address: str) -> None:
    with urllib.request.urlopen(address, timeout=10) as answer:
        policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_a_busy_port_is_told_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OnRecordError, match=f"^Port {port} is in use: .* --port"):
            serve(Settings(), port)


def test_the_page_is_given_all_that_the_command_was_told(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*given: object, **more: object) -> None:
        raise InterruptedError

    for name in ("DOCS", "STATE", "EMBEDDER", "FOLLOW_LINKS"):
        monkeypatch.setenv(f"ONRECORD_{name}", "")
    monkeypatch.setattr("streamlit.App", stop)
    monkeypatch.setattr("logging.disable", lambda level: None)
    told = Settings(docs=folder, state=tmp_path / "index", follow_links=True)
    with pytest.raises(InterruptedError):
        serve(told, 0)
    assert Settings() == told
