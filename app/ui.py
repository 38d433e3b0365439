"""Serves the chat page on this machine alone."""

import logging
import os
import socket
import sys
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.settings import Settings
from retrieval.errors import PortBusy

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

ADDRESS = "127.0.0.1"
PAGE = Path(__file__).with_name("views") / "chat.py"
# The page loads its own parts and nothing else, whatever a document or a model writes.
POLICY = (
    "default-src 'self'; script-src 'self' blob:; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self';"
    " frame-src 'none'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
LOOKS = {
    "font": "sans-serif",
    "headingFont": "serif",
    "headingFontWeights": 650,
    "baseRadius": "8px",
    "light.primaryColor": "#1d4a6b",
    "light.backgroundColor": "#fbfaf7",
    "light.secondaryBackgroundColor": "#ffffff",
    "light.textColor": "#1e1f21",
    "light.borderColor": "#dedbd3",
    "dark.primaryColor": "#8ab8dc",
    "dark.backgroundColor": "#16181b",
    "dark.secondaryBackgroundColor": "#1e2125",
    "dark.textColor": "#e7e4dd",
    "dark.borderColor": "#363a40",
}


def serve(settings: Settings, port: int = 8501) -> int:
    """Serve the chat page on 127.0.0.1 until Ctrl-C; gives the exit code.

    Raises PortBusy where the port is taken.
    """
    _check_free(port)
    os.environ["ONRECORD_DOCS"] = str(settings.docs.expanduser().resolve())
    os.environ["ONRECORD_STATE"] = str(settings.state_folder().resolve())
    os.environ["ONRECORD_EMBEDDER"] = settings.embedder
    os.environ["ONRECORD_FOLLOW_LINKS"] = str(settings.follow_links)
    # Streamlit and its server log their start; the one line that a person needs is printed below.
    logging.disable(logging.INFO)
    # Takes two seconds, and only this command needs it.
    import streamlit as st
    from starlette.middleware import Middleware

    app = st.App(PAGE, middleware=[Middleware(Guard)], lifespan=lambda _: _announce(port))
    with suppress(KeyboardInterrupt):
        app.run(config=_options(port))
    return 0


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            raise PortBusy(
                f"Port {port} is in use: choose another with --port, or stop the program that uses it."
            ) from None


@asynccontextmanager
async def _announce(port: int) -> AsyncIterator[None]:
    url = f"http://{ADDRESS}:{port}"
    print(f"OnRecord is at {url} - stop it with Ctrl-C.", file=sys.stderr, flush=True)
    if sys.stdout.isatty():
        webbrowser.open(url)
    yield


def _options(port: int) -> dict[str, Any]:
    return {
        "server.address": ADDRESS,
        "server.port": port,
        "server.allowedHosts": [ADDRESS, "localhost"],
        "server.headless": True,
        "server.fileWatcherType": "none",
        "server.maxUploadSize": 1,
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "client.toolbarMode": "minimal",
        "logger.level": "warning",
        "logger.hideWelcomeMessage": True,
        **{f"theme.{name}": value for name, value in LOOKS.items()},
    }


class Guard:
    """Middleware that sends the page's security headers with every answer."""

    def __init__(self, app: "ASGIApp") -> None:
        self.app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass the request on, and add the headers to what comes back."""

        async def guarded(message: "Message") -> None:
            if message["type"] == "http.response.start":
                added = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message.get("headers", []), *added]
            await send(message)

        await self.app(scope, receive, guarded)
