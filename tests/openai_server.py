"""A scripted server that speaks OpenAI's chat protocol over real HTTP on loopback.

It builds its answers from the prompt that it receives: a script is given the numbered passages and the
question, and returns what the model would say.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Script = Callable[[list[str], str], Any]


def passages_of(prompt: str) -> list[str]:
    """The texts of the numbered passages in a prompt, without the line of facts above each."""
    body = prompt.split("Passages:\n\n", 1)[1].rsplit("\n\nQuestion: ", 1)[0]
    parts = re.split(r"(?m)^\[\d+\] .*\n", body)
    return [part.strip("\n") for part in parts[1:]]


class Server(ThreadingHTTPServer):
    """Keeps the requests that came, and the script to answer them by."""

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = script
        self.requests: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        """The base URL to give to a client."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    """Answers one chat completion."""

    server: Server

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(request)
        prompt = request["messages"][-1]["content"]
        question = prompt.rsplit("\n\nQuestion: ", 1)[1].strip()
        said = self.server.script(passages_of(prompt), question)
        if isinstance(said, int):
            self._send(said, {"error": {"message": "scripted failure", "code": "scripted"}})
            return
        content = said if isinstance(said, str) else json.dumps(said)
        choice = {
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": content, "refusal": None},
        }
        usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
        head = {"id": "c-1", "object": "chat.completion", "created": 1, "model": request["model"]}
        self._send(200, {**head, "choices": [choice], "usage": usage})

    def _send(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def serving(script: Script) -> Iterator[Server]:
    """A server that answers by `script` while the block runs."""
    server = Server(script)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
