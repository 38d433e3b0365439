"""Vectors from an API: in order, within its limits, and told plainly when they do not come."""

import socketserver
import threading
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from embeddings_server import Failure, Server, serving, vector
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import ModelError
from retrieval.library import openai_embedder
from retrieval.library.openai_embedder import (
    MOST_TEXTS,
    MOST_TOKENS,
    WINDOW,
    OpenAIEmbedder,
    cut,
    within_limits,
)
from retrieval.tokens import TokenCounter, upper_bound

BYTES = TokenCounter(False, upper_bound)
TEXTS = ["the harbour", "a bridge of stone", "ferries sail at noon"]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as started:
        yield started


def _embedder(server: Server, **given: Any) -> OpenAIEmbedder:
    return OpenAIEmbedder("small", "sk-test", server.url, timeout=5, **given)


def _unit(texts: Sequence[str], dimension: int = 64) -> Any:
    made = np.array([vector(text, dimension) for text in texts])
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def test_each_text_gets_its_own_unit_vector(server: Server) -> None:
    embedder = _embedder(server)
    made = embedder.embed(TEXTS).vectors
    assert made.dtype == np.float32
    assert np.allclose(made, _unit(TEXTS), atol=1e-6)
    assert embedder.dimension == 64


def test_raw_text_and_floats_are_asked_for_with_the_key(server: Server) -> None:
    _embedder(server).embed(TEXTS)
    (request,) = server.requests
    assert request["input"] == TEXTS
    assert request["encoding_format"] == "float"
    assert request["model"] == "small"
    assert request["key"] == "Bearer sk-test"


@given(st.lists(st.integers(1, WINDOW), max_size=300), st.integers(0, 5000))
def test_requests_stay_within_the_limits_and_leave_nothing_out(sizes: list[int], short: int) -> None:
    sizes = [*sizes, *[1] * short]
    made = list(within_limits(sizes))
    assert [place for part in made for place in part] == list(range(len(sizes)))
    for part in made:
        assert 0 < len(part) <= MOST_TEXTS
        assert sum(sizes[place] for place in part) <= MOST_TOKENS
    for one, other in pairwise(made):
        # No request could have taken the next text too.
        assert len(one) == MOST_TEXTS or sum(sizes[p] for p in one) + sizes[other.start] > MOST_TOKENS


@given(st.text(st.characters(), max_size=50), st.integers(0, 6000))
def test_what_is_sent_is_never_blank_nor_too_long_nor_invalid(text: str, times: int) -> None:
    sent = cut(text * times, BYTES)
    assert sent.strip()
    assert BYTES.count(sent) <= WINDOW
    sent.encode("utf-8")
    if (text * times).strip() and max(text) <= "\ud7ff" and upper_bound(text * times) <= WINDOW:
        assert sent == text * times


def test_many_texts_go_in_several_requests(server: Server) -> None:
    texts = [f"text {n}" for n in range(MOST_TEXTS + 5)]
    made = _embedder(server).embed(texts).vectors
    assert [len(request["input"]) for request in server.requests] == [MOST_TEXTS, 5]
    assert np.allclose(made, _unit(texts), atol=1e-6)


def test_tokens_are_the_servers_own_or_bounded(server: Server) -> None:
    embedder = _embedder(server)
    assert embedder.embed(["one two three"]).tokens == 3
    server.usage = False
    assert embedder.embed(["one two three"]).tokens == len("one two three")
    assert embedder.embed(["x"]).dollars is None


def test_a_bill_is_made_without_sending_anything(server: Server) -> None:
    bill = _embedder(server).bill(iter(TEXTS))
    assert str(bill) == "3 passages to embed with openai:small, at most 48 tokens, price unknown"
    assert _embedder(server).bill(iter([])) is None
    assert server.requests == []


def test_too_many_requests_are_tried_again_when_the_server_says(server: Server) -> None:
    said = [Failure(429, headers={"Retry-After": "1"}), None]
    server.script = lambda texts: said.pop(0)
    assert len(_embedder(server).embed(TEXTS).vectors) == 3
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (Failure(401), "refused the key; set OPENAI_API_KEY"),
        (Failure(403), "refused the key; set OPENAI_API_KEY"),
        (Failure(404), "knows no embedding model small"),
        (Failure(429), "takes no more requests at the moment"),
        (Failure(429, "insufficient_quota"), "no credit left"),
        (Failure(500), r"failed to embed texts \(500\); try again later"),
        (Failure(400), "gave no usable vectors"),
    ],
)
def test_a_failure_is_one_sentence_with_the_remedy(server: Server, failure: Failure, words: str) -> None:
    server.script = lambda texts: failure
    with pytest.raises(ModelError, match=words) as caught:
        _embedder(server).embed(TEXTS, patient=False)
    assert server.url in str(caught.value)
    assert "sk-test" not in str(caught.value)


def test_a_storm_of_failures_ends_after_some_attempts(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_embedder, "WHEN_INDEXING", 2)
    server.script = lambda texts: Failure(500)
    with pytest.raises(ModelError, match="try again later"):
        _embedder(server).embed(TEXTS)
    assert len(server.requests) == 3


def test_a_server_that_is_down_is_told() -> None:
    embedder = OpenAIEmbedder("small", "none", "http://me:secret@127.0.0.1:9/v1", timeout=5)
    with pytest.raises(ModelError, match=r"http://127\.0\.0\.1:9/v1 cannot be reached to embed texts; check"):
        embedder.embed(TEXTS, patient=False)


@pytest.mark.parametrize(
    "reply",
    [
        "null",
        "{}",
        '{"data": []}',
        '{"data": [{"index": 0, "embedding": [1, 2]}, {"index": 0, "embedding": [1, 2]}]}',
        '{"data": [{"index": 0, "embedding": [1, 2]}, {"index": 1, "embedding": [1]}]}',
        '{"data": [{"index": 0, "embedding": [1, 2]}, {"index": 1, "embedding": [0, 0]}]}',
        '{"data": [{"index": 0, "embedding": [1, 2]}, {"index": 1, "embedding": [NaN, 0]}]}',
        '{"data": [{"index": 0, "embedding": [1, 2]}, {"index": 1, "embedding": null}]}',
        '{"data": [{"index": 0, "embedding": []}, {"index": 1, "embedding": []}]}',
    ],
)
def test_vectors_that_cannot_be_used_are_refused(server: Server, reply: str) -> None:
    server.script = lambda texts: reply
    with pytest.raises(ModelError, match="gave no usable vectors"):
        _embedder(server).embed(["one", "two"], patient=False)


def test_another_dimension_than_the_pinned_one_is_refused(server: Server) -> None:
    embedder = _embedder(server)
    embedder.embed(TEXTS)
    server.dimension = 32
    with pytest.raises(
        ModelError, match="vectors of 32 numbers for small, and the index holds vectors of 64"
    ):
        embedder.embed(TEXTS)


def test_the_environment_chooses_no_other_server(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_BASE", "http://127.0.0.1:9/v1")
    _embedder(server).embed(TEXTS)
    assert server.texts == TEXTS


def test_a_server_that_drips_for_ever_is_left_by_somebody_who_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    class Dripping(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not over.wait(0.1):
                self.request.sendall(b" ")

    monkeypatch.setattr(openai_embedder, "PATIENCE", 1.0)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Dripping) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        embedder = OpenAIEmbedder("m", "k", f"http://127.0.0.1:{server.server_address[1]}/v1")
        began = time.monotonic()
        with pytest.raises(ModelError, match="did not answer within 1 seconds"):
            embedder.embed(["a question"], patient=False)
        assert time.monotonic() - began < 3
        over.set()
        server.shutdown()
