"""Tokens are counted or bounded, and prices known or left open; nothing is ever waited for for long."""

import socket
import time
from collections.abc import Iterator

import pytest
import tiktoken
from hypothesis import given
from hypothesis import strategies as st

from retrieval import tokens
from retrieval.prices import context_window, is_openai, price
from retrieval.tokens import token_counter, upper_bound

# A byte-level encoding with a few merges, as large ones have many.
SMALL = tiktoken.Encoding(
    "small",
    pat_str=r"\s?\w+|\s|[^\s\w]+",
    mergeable_ranks={bytes([n]): n for n in range(256)} | {b"th": 256, b"the": 257, b" the": 258},
    special_tokens={},
)


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    tokens._encoding.cache_clear()
    yield
    tokens._encoding.cache_clear()


@given(st.text())
def test_the_bound_is_never_below_the_count(text: str) -> None:
    assert upper_bound(text) >= len(SMALL.encode_ordinary(text))


def test_a_lone_surrogate_can_be_counted() -> None:
    assert upper_bound("\ud800") == 3


def test_an_encoding_that_is_there_counts_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiktoken, "encoding_for_model", lambda model: SMALL)
    counter = token_counter("text-embedding-3-small")
    assert counter.exact
    assert counter.count("the the") == 2


def test_without_a_network_tokens_are_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    counter = token_counter("text-embedding-3-small")
    assert not counter.exact
    assert counter.count("häfen") == 6


def test_a_download_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(tokens, "PATIENCE", 0.3)
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        # Nothing but the loading of tiktoken itself comes on top.
        assert not token_counter("text-embedding-3-large").exact
        assert time.monotonic() - began < 2
        connection, _ = silent.accept()
        connection.close()


def test_another_server_and_an_unknown_model_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not token_counter("no-such-model").exact
    monkeypatch.setattr(tiktoken, "encoding_for_model", lambda model: SMALL)
    assert not token_counter("text-embedding-3-small", "http://127.0.0.1:1/v1").exact


@pytest.mark.parametrize(
    ("base_url", "openai"),
    [
        (None, True),
        ("https://api.openai.com/v1", True),
        ("https://API.openai.com/v1/", True),
        ("http://localhost:11434/v1", False),
        ("https://api.openai.com.example.org/v1", False),
        ("https://example.org/api.openai.com", False),
    ],
)
def test_only_openais_own_host_is_openai(base_url: str | None, openai: bool) -> None:
    assert is_openai(base_url) is openai


def test_a_known_model_has_a_price() -> None:
    cost = price("text-embedding-3-small", 62_000)
    assert cost is not None
    assert cost > 0
    assert price("text-embedding-3-small", 124_000) == pytest.approx(2 * cost)
    chat = price("gpt-4.1-mini", 1000, 100)
    assert chat is not None
    assert chat > (price("gpt-4.1-mini", 1000) or 0) > 0


@pytest.mark.parametrize(
    "model", ["no-such-model", "gpt-4.1-mini-but-not-quite", "", "claude-sonnet-4-5", "tts-1"]
)
def test_a_model_that_is_not_sold_by_the_token_there_has_no_price(model: str) -> None:
    assert price(model, 1000) is None


def test_an_embedding_model_has_no_price_for_writing() -> None:
    assert price("text-embedding-3-small", 1000, 10) is None


def test_another_server_has_no_known_price_and_window() -> None:
    assert price("gpt-4.1-mini", 1000, 10, "http://localhost:11434/v1") is None
    assert context_window("gpt-4.1-mini", "http://localhost:11434/v1") is None


def test_the_window_of_a_model_is_known_or_left_open() -> None:
    window = context_window("gpt-4.1-mini")
    assert window is not None
    assert window >= 1_000_000
    assert context_window("no-such-model") is None
