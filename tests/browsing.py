"""The chat page as a person has it: served by a process of its own, opened in a real browser."""

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
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

if not os.environ.get("CI"):
    if shutil.which("chromium") is None:
        pytest.skip("no chromium on this machine", allow_module_level=True)
    pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
ARGUMENTS = (
    "--no-sandbox --headless --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
).split()
SERVE = (
    "import sys; from pathlib import Path; from app.settings import Settings; from app.ui import serve;"
    " sys.exit(serve(Settings(docs=Path(sys.argv[1]), state=Path(sys.argv[2])), int(sys.argv[3])))"
)
WAIT = 120_000


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(docs: Path, state: Path, port: int, given: dict[str, str]) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ONRECORD_", "OPENAI_"))}
    python_path = os.pathsep.join([str(ROOT), environment.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-c", SERVE, str(docs), str(state), str(port)],
        env={**environment, **given, "PYTHONPATH": python_path, "HOME": str(docs.parent)},
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


@contextmanager
def served(docs: Path, state: Path, **environment: str) -> Iterator[str]:
    """The address of a page over these documents; it must end with nothing said but its address."""
    port = _free_port()
    server = _start(docs, state, port, environment)
    url = f"http://127.0.0.1:{port}"
    _await_health(url, server)
    try:
        yield url
    finally:
        server.send_signal(signal.SIGINT)
        try:
            out, err = server.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            server.kill()
            out, err = server.communicate()
    assert (server.returncode, out) == (0, "")
    assert err == f"OnRecord is at {url} - stop it with Ctrl-C.\n"


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser."""
    with sync_playwright() as playwright:
        program = shutil.which("chromium")
        opened = playwright.chromium.launch(executable_path=program, args=ARGUMENTS, timeout=WAIT)
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def opened(address: str) -> Iterator[Page]:
    """The page in a browser, whose requests are all for the page's own address."""
    asked: list[str] = []
    with browser() as program:
        page = program.new_page(viewport={"width": 1400, "height": 900})
        page.set_default_timeout(WAIT)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        yield page
    loaded = [urlsplit(url) for url in asked if not url.startswith(("data:", "blob:"))]
    assert loaded
    assert {url.hostname for url in loaded} == {"127.0.0.1"}


def ask(page: Page, question: str) -> None:
    """Type a question and send it."""
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")
