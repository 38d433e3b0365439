"""A scripted server that speaks OpenAI's chat protocol, streamed, over real HTTP on loopback.

It builds its answers from the prompt that it receives: a script is given the numbered passages and the
question, and returns what the model would say, or a Reply that also says how the server misbehaves.
"""

import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Script = Callable[[list[str], str], Any]

PASSAGE = re.compile(r'<passage-(\w+) number="\d+"[^\n]*>\n(.*?)\n</passage-\1>', re.DOTALL)


def passages_of(prompt: str) -> list[str]:
    """The texts of the numbered passages in a prompt."""
    return [found[2] for found in PASSAGE.finditer(prompt)]


@dataclass(frozen=True)
class Reply:
    """What the server says and how: `after` so many characters the stream ends in the way of `end`.

    done: as it should. cut: the body ends cleanly with no finish and no [DONE]. drop: the connection
    breaks inside the body. close: HTTP/1.0 without a length, then closed. error: an error event.
    silent: nothing more comes. comments: keep-alive comments, for ever. hole: not even a status comes.
    reset: the connection is reset before one. `piece` is the characters of an event; once `hold`
    characters are sent, the rest waits for the server's `go`.
    """

    said: Any = ""
    finish: str | None = "stop"
    end: Literal["done", "cut", "drop", "close", "error", "silent", "comments", "hole", "reset"] = "done"
    after: int | None = None
    status: int = 200
    error: dict[str, Any] = field(default_factory=lambda: {"message": "scripted failure", "code": "scripted"})
    headers: dict[str, str] = field(default_factory=dict)
    usage: bool = True
    pause: float = 0.0
    hold: int | None = None
    piece: int = 7


class Server(ThreadingHTTPServer):
    """Keeps the requests that came, and the scripts to answer them by."""

    daemon_threads = True

    def __init__(
        self, script: Script, rewrite: Callable[[str], Any], judge: Callable[[str], Any] | None = None
    ) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script, self.rewrite, self.judge = script, rewrite, judge
        self.requests: list[dict[str, Any]] = []
        self.over, self.go = threading.Event(), threading.Event()

    @property
    def url(self) -> str:
        """The base URL to give to a client."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def prompts(self) -> list[str]:
        """The last message of each request."""
        return [request["messages"][-1]["content"] for request in self.requests]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the tests."""


class Handler(BaseHTTPRequestHandler):
    """Answers one chat completion."""

    server: Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(request)
        prompt = request["messages"][-1]["content"]
        if self.server.judge:
            said = self.server.judge(prompt)
        elif "\n\nLast question: " in prompt:
            said = self.server.rewrite(prompt)
        else:
            said = self.server.script(passages_of(prompt), prompt.rsplit("\n\nQuestion: ", 1)[1].strip())
        reply = said if isinstance(said, Reply) else Reply(said)
        if reply.status != 200:
            self._send_error(reply)
        elif reply.end == "hole":
            self.server.over.wait(30)
            self.close_connection = True
        elif reply.end == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
        else:
            with suppress(BrokenPipeError, ConnectionResetError):
                self._stream(request, reply)

    def _stream(self, request: dict[str, Any], reply: Reply) -> None:
        said = reply.said if isinstance(reply.said, str) else json.dumps(reply.said, ensure_ascii=False)
        chunked = reply.end != "close"
        if not chunked:
            self.protocol_version = "HTTP/1.0"
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        head = {"id": "c-1", "object": "chat.completion.chunk", "created": 1, "model": request["model"]}
        self._event({**head, "choices": [_choice({"role": "assistant", "content": ""})]}, chunked)
        end = len(said) if reply.after is None else reply.after
        for start in range(0, end, reply.piece):
            content = said[start : min(start + reply.piece, end)]
            self._event({**head, "choices": [_choice({"content": content})]}, chunked)
            if reply.hold is not None and start >= reply.hold:
                self.server.go.wait(30)
            if self.server.over.wait(reply.pause):
                return
        self._finish(head, reply, request, chunked)

    def _finish(self, head: dict[str, Any], reply: Reply, request: dict[str, Any], chunked: bool) -> None:
        if reply.end == "done":
            self._event({**head, "choices": [_choice({}, reply.finish)]}, chunked)
            if reply.usage and request.get("stream_options", {}).get("include_usage"):
                usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
                self._event({**head, "choices": [], "usage": usage}, chunked)
            self._write(b"data: [DONE]\n\n", chunked)
        elif reply.end == "error":
            self._event({"error": reply.error}, chunked)
        elif reply.end == "silent":
            self.server.over.wait(30)
        elif reply.end == "comments":
            until = time.monotonic() + 30
            while not self.server.over.wait(0.05) and time.monotonic() < until:
                self._write(b": keep-alive\n\n", chunked)
        if reply.end == "drop":
            self.wfile.write(b"ff\r\ndata: {")
            self.wfile.flush()
            self.close_connection = True
        elif chunked:
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.close_connection = True

    def _event(self, body: dict[str, Any], chunked: bool) -> None:
        self._write(f"data: {json.dumps(body)}\n\n".encode(), chunked)

    def _write(self, content: bytes, chunked: bool) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content) if chunked else content)
        self.wfile.flush()

    def _send_error(self, reply: Reply) -> None:
        content = json.dumps({"error": reply.error}).encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


def _choice(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": finish}


def _no_rewriting(prompt: str) -> Any:
    raise AssertionError("no follow-up was scripted")


@contextmanager
def serving(
    script: Script,
    rewrite: Callable[[str], Any] = _no_rewriting,
    judge: Callable[[str], Any] | None = None,
) -> Iterator[Server]:
    """A server that answers by `script` while the block runs; with `judge`, by that alone."""
    server = Server(script, rewrite, judge)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
