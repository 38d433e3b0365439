"""A scripted server that speaks OpenAI's embeddings protocol over real HTTP on loopback.

A text's vector is a hashed bag of its words, so that texts with common words are near each other. The
reply lists the vectors backwards, each with its index, as the protocol allows.
"""

import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Failure:
    """What the server says instead of vectors."""

    status: int
    code: str = "scripted"
    headers: dict[str, str] = field(default_factory=dict)


# Given the texts of a request: a failure, a whole reply, or None for the vectors.
Script = Callable[[list[str]], "Failure | str | None"]


def vector(text: str, dimension: int) -> list[float]:
    """The vector of a text, far from unit length."""
    made = [0.0] * dimension
    for word in re.findall(r"\w+", text.lower()) or [text]:
        made[int(hashlib.sha1(word.encode()).hexdigest(), 16) % dimension] += 3.0
    return made


class Server(ThreadingHTTPServer):
    """Keeps the requests that came; `script`, `dimension` and `usage` may be changed at any time."""

    def __init__(self, script: Script, dimension: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script, self.dimension, self.usage = script, dimension, True
        self.requests: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        """The base URL to give to a client."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    @property
    def texts(self) -> list[str]:
        """All texts that came, in order."""
        return [text for request in self.requests for text in request["input"]]


class Handler(BaseHTTPRequestHandler):
    """Answers one request for embeddings; for anything else there is no such place."""

    server: Server

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/v1/embeddings":
            self._send(404, {"error": {"message": "scripted", "code": "scripted"}}, {})
            return
        self.server.requests.append({**request, "key": self.headers["Authorization"]})
        said = self.server.script(request["input"])
        if isinstance(said, Failure):
            self._send(said.status, {"error": {"message": "scripted", "code": said.code}}, said.headers)
        elif said is not None:
            self._send(200, json.loads(said), {})
        else:
            self._send(200, self._vectors(request), {})

    def _vectors(self, request: dict[str, Any]) -> dict[str, Any]:
        rows = [
            {"object": "embedding", "index": n, "embedding": vector(text, self.server.dimension)}
            for n, text in enumerate(request["input"])
        ]
        made: dict[str, Any] = {"object": "list", "model": request["model"], "data": rows[::-1]}
        if self.server.usage:
            tokens = sum(len(text.split()) for text in request["input"])
            made["usage"] = {"prompt_tokens": tokens, "total_tokens": tokens}
        return made

    def _send(self, status: int, body: Any, headers: dict[str, str]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def serving(script: Script = lambda texts: None, dimension: int = 64) -> Iterator[Server]:
    """A server that answers by `script` while the block runs."""
    server = Server(script, dimension)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
