"""Embeddings from OpenAI, or from a server that speaks its protocol, through LangChain.

Texts are sent raw and floats asked for, which every such server understands. A text beyond the model's
window is cut; requests stay within the API's limits.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from functools import cached_property
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from retrieval.errors import ModelError
from retrieval.library.embedder import Bill, Embedded
from retrieval.prices import OPENAI, is_openai, price
from retrieval.tokens import TokenCounter, token_counter

if TYPE_CHECKING:
    from langchain_openai import OpenAIEmbeddings

# The API's limits.
MOST_TEXTS, MOST_TOKENS, WINDOW = 2048, 300_000, 8191
# How often a request is tried again. The SDK waits as long as Retry-After asks, up to two minutes.
WHEN_INDEXING, WHEN_ASKED = 4, 1
# Seconds that somebody who asked waits for a reply, before words alone must do.
PATIENCE = 10.0
# Stands for a text of nothing but white space, which the API refuses.
BLANK = "."


def cut(text: str, counter: TokenCounter) -> str:
    """The text as it is sent: valid Unicode, never blank, at most WINDOW tokens."""
    sent = text.encode("utf-8", "replace").decode("utf-8")
    while (size := counter.count(sent)) > WINDOW:
        sent = sent[: min(len(sent) - 1, len(sent) * WINDOW // size)]
    return sent if sent.strip() else BLANK


def within_limits(sizes: Sequence[int]) -> Iterator[range]:
    """The places of texts of so many tokens, in order, each range within the limits of one request."""
    start, filled = 0, 0
    for place, size in enumerate(sizes):
        if place - start == MOST_TEXTS or (place > start and filled + size > MOST_TOKENS):
            yield range(start, place)
            start, filled = place, 0
        filled += size
    if start < len(sizes):
        yield range(start, len(sizes))


class OpenAIEmbedder:
    """An embedding model behind OpenAI's protocol; nothing is sent, and nothing loaded, before first use."""

    def __init__(self, model: str, key: str, base_url: str | None = None, timeout: float = 60.0) -> None:
        self.name, self.dimension = f"openai:{model}", 0
        self.model, self.base_url = model, base_url
        self._key, self._timeout = key, timeout
        self._clients: dict[bool, tuple[OpenAIEmbeddings, Endpoint]] = {}

    @cached_property
    def _counter(self) -> TokenCounter:
        return token_counter(self.model, self.base_url)

    def _client(self, patient: bool) -> "tuple[OpenAIEmbeddings, Endpoint]":
        if patient not in self._clients:
            waits = (WHEN_INDEXING, self._timeout) if patient else (WHEN_ASKED, min(self._timeout, PATIENCE))
            self._clients[patient] = self._make_client(*waits)
        return self._clients[patient]

    def _make_client(self, retries: int, timeout: float) -> "tuple[OpenAIEmbeddings, Endpoint]":
        # Takes a second, and is never needed for the local model.
        from langchain_openai import OpenAIEmbeddings
        from pydantic import SecretStr

        client = OpenAIEmbeddings(
            model=self.model,
            api_key=SecretStr(self._key),
            base_url=self.base_url or OPENAI,
            timeout=timeout,
            max_retries=retries,
            chunk_size=MOST_TEXTS,
            check_embedding_ctx_length=False,
            model_kwargs={"encoding_format": "float"},
        )
        endpoint = Endpoint(client.client)
        client.client = endpoint
        return client, endpoint

    def portions(self, texts: Sequence[str]) -> Iterator[range]:
        """What goes into one request each."""
        return within_limits([self._counter.count(cut(text, self._counter)) for text in texts])

    def bill(self, texts: Iterable[str]) -> Bill | None:
        """What embedding these passages will cost; None where there are none."""
        sizes = [self._counter.count(cut(text, self._counter)) for text in texts]
        if not sizes:
            return None
        cost = price(self.model, sum(sizes), base_url=self.base_url)
        return Bill(self.name, len(sizes), sum(sizes), self._counter.exact, cost)

    def embed(self, texts: Sequence[str], patient: bool = True) -> Embedded:
        """Unit vectors [texts, dimension], in order; raises ModelError, whose sentence has the remedy.

        Not `patient`, it ends within PATIENCE seconds, whatever the server sends.
        """
        if patient:
            return self._embed(texts, patient)
        # The SDK's limit is one for each read, and a server that drips can be read for ever.
        made: Future[Embedded] = Future()

        def work() -> None:
            try:
                made.set_result(self._embed(texts, patient))
            except Exception as error:
                made.set_exception(error)

        Thread(target=work, name="embedding", daemon=True).start()
        try:
            return made.result(timeout=PATIENCE)
        except TimeoutError:
            raise ModelError(
                f"The embedding model's server did not answer within {PATIENCE:g} seconds."
            ) from None

    def _embed(self, texts: Sequence[str], patient: bool) -> Embedded:
        client, endpoint = self._client(patient)
        sent = [cut(text, self._counter) for text in texts]
        sizes, before = [self._counter.count(text) for text in sent], endpoint.tokens
        rows: list[Any] = []
        for portion in within_limits(sizes):
            try:
                rows += client.embed_documents([sent[place] for place in portion])
            # Whatever the service or the SDK raises, it is the service that failed, and the remedy is told.
            except Exception as error:
                raise ModelError(_sentence(error, self.model, self.base_url)) from error
        for row in rows:
            self._check_dimension(len(row))
        vectors = np.array(rows, dtype=np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        tokens = (endpoint.tokens - before) or sum(sizes)
        return Embedded(vectors, tokens, price(self.model, tokens, base_url=self.base_url))

    def _check_dimension(self, found: int) -> None:
        """Learn the dimension from the first vector, and refuse any other from then on."""
        if self.dimension not in (0, found):
            raise ModelError(
                f"{_where(self.base_url)} gave vectors of {found} numbers for {self.model}, and the index "
                f"holds vectors of {self.dimension}; use the server that it was made with."
            )
        self.dimension = found


class Endpoint:
    """The SDK's endpoint, with what it gives put in the order of what was sent, and its tokens added up."""

    def __init__(self, endpoint: Any) -> None:
        self._endpoint = endpoint
        self.tokens = 0

    def create(self, **request: Any) -> dict[str, Any]:
        """One request."""
        reply = self._endpoint.create(**request)
        rows = sorted(reply.data, key=lambda row: row.index)
        if [row.index for row in rows] != list(range(len(request["input"]))):
            raise ValueError("not one vector for each text")
        made = np.array([row.embedding for row in rows], dtype=np.float32)
        if made.ndim != 2 or not np.isfinite(made).all() or not made.any(axis=1).all():
            raise ValueError("vectors without a direction")
        # Not every server tells them.
        usage = getattr(reply, "usage", None)
        self.tokens += getattr(usage, "total_tokens", None) or 0
        return {"data": [{"embedding": row} for row in made]}


def _where(base_url: str | None) -> str:
    if base_url is None or is_openai(base_url):
        return "OpenAI"
    # Without the name and password that an address may hold.
    address = urlsplit(base_url)
    return f"The embedding server {address._replace(netloc=address.netloc.rpartition('@')[2]).geturl()}"


def _sentence(error: Exception, model: str, base_url: str | None) -> str:
    """What went wrong and what to do, in one sentence."""
    import openai

    where = _where(base_url)
    if isinstance(error, openai.APIConnectionError):
        return f"{where} cannot be reached to embed texts; check the network and OPENAI_BASE_URL."
    if isinstance(error, (openai.AuthenticationError, openai.PermissionDeniedError)):
        return f"{where} refused the key; set OPENAI_API_KEY to one that may use {model}."
    if isinstance(error, openai.RateLimitError) and error.code == "insufficient_quota":
        return f"{where} says that the account has no credit left; add some, then try again."
    if isinstance(error, openai.RateLimitError):
        return f"{where} takes no more requests at the moment; try again in a minute."
    if isinstance(error, openai.NotFoundError):
        return f"{where} knows no embedding model {model}; name another embedder."
    if isinstance(error, openai.InternalServerError):
        return f"{where} failed to embed texts ({error.status_code}); try again later."
    told = "".join(c for c in " ".join(str(error).split())[:200] if c.isprintable())
    return f"{where} gave no usable vectors ({type(error).__name__}: {told}); name another embedder."
