"""The chat page in a real browser: a click on a citation highlights its quote, and nothing leaves."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

if not os.environ.get("CI"):
    if shutil.which("chromium") is None:
        pytest.skip("no chromium on this machine", allow_module_level=True)
    pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Page, expect, sync_playwright

from app.settings import Settings
from app.ui import serve
from retrieval.errors import OnRecordError

ROOT = Path(__file__).parent.parent
ARGUMENTS = (
    "--no-sandbox --headless --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
).split()
SERVE = (
    "import sys; from pathlib import Path; from app.settings import Settings; from app.ui import serve;"
    " sys.exit(serve(Settings(docs=Path(sys.argv[1]), state=Path(sys.argv[2])), int(sys.argv[3])))"
)
WAIT = 60_000
# What would leave the machine, or run, if any of it were ever shown as HTML or Markdown.
HOSTILE = (
    'The lighthouse of Skagen was sold, said Mayor Ida Holm. <img src="http://canary.invalid/a">'
    "![b](http://canary.invalid/b) <script>document.title='taken'</script>"
    '<meta http-equiv="refresh" content="0;url=http://canary.invalid/c"> [d](http://canary.invalid/d)\n'
)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(docs: Path, state: Path, port: int) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ONRECORD_", "OPENAI_"))}
    python_path = os.pathsep.join([str(ROOT), environment.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-c", SERVE, str(docs), str(state), str(port)],
        env={**environment, "PYTHONPATH": python_path, "HOME": str(docs.parent)},
        cwd=docs.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _await_health(url: str, server: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    server.kill()
    pytest.fail(f"the page did not start: {server.communicate()[1]}")


@pytest.fixture
def address(seeds_copy: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a page that serves a copy of the sample documents and a hostile one."""
    (seeds_copy / "hostile.txt").write_text(HOSTILE, encoding="utf-8")
    port = _free_port()
    server = _start(seeds_copy, tmp_path / "index", port)
    url = f"http://127.0.0.1:{port}"
    _await_health(url, server)
    try:
        yield url
    finally:
        server.send_signal(signal.SIGINT)
        try:
            out, err = server.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            out, err = server.communicate()
    assert (server.returncode, out) == (0, "")
    assert err == f"OnRecord is at {url} - stop it with Ctrl-C.\n"


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    """The page in a browser, whose requests are all for the page's own address."""
    asked: list[str] = []
    with sync_playwright() as playwright:
        program = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS, timeout=WAIT)
        try:
            opened = browser.new_page(viewport={"width": 1400, "height": 900})
            opened.set_default_timeout(WAIT)
            opened.on("request", lambda request: asked.append(request.url))
            opened.goto(address)
            yield opened
        finally:
            browser.close()
    loaded = [urlsplit(url) for url in asked if not url.startswith(("data:", "blob:"))]
    assert loaded
    assert {url.hostname for url in loaded} == {"127.0.0.1"}


def _ask(page: Page, question: str) -> None:
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")


def test_a_click_on_a_citation_highlights_its_quote_in_the_document(page: Page) -> None:
    _ask(page, "How many terror attacks were prevented in Russia last year?")
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
    _ask(page, "Who said that the lighthouse of Skagen was sold?")
    expect(page.locator(".box")).to_contain_text("http://canary.invalid/a", timeout=WAIT)
    expect(page.locator("mark")).to_contain_text("The lighthouse of Skagen was sold")
    assert page.locator(".viewer img, .viewer script, .viewer a, .turn img, .turn a").count() == 0
    assert page.title() == "OnRecord"


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
