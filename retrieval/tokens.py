"""Count the tokens of a text: by the model's own encoding where it can be had, else by an upper bound.

tiktoken downloads an encoding at first use, with no time limit of its own, unless it lies in the folder
TIKTOKEN_CACHE_DIR. So it is loaded in a thread and waited for a few seconds; without it a text counts as
many tokens as it has UTF-8 bytes, since each token of a byte-level encoding covers one byte or more.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from retrieval.prices import is_openai

if TYPE_CHECKING:
    from tiktoken import Encoding

PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class TokenCounter:
    """Counts tokens; where it is not `exact`, `count` gives at least as many as there are."""

    exact: bool
    count: Callable[[str], int]


def token_counter(model: str, base_url: str | None = None) -> TokenCounter:
    """A counter for a model; exact only for OpenAI's own, and where tiktoken has the encoding."""
    encoding = _encoding(model) if is_openai(base_url) else None
    if encoding is None:
        return TokenCounter(False, upper_bound)
    return TokenCounter(True, lambda text: len(encoding.encode_ordinary(text)))


def upper_bound(text: str) -> int:
    """The number of UTF-8 bytes."""
    return len(text.encode("utf-8", "surrogatepass"))


@lru_cache
def _encoding(model: str) -> "Encoding | None":
    """The model's encoding, or None where it cannot be had within PATIENCE seconds."""
    loaded: list[Encoding] = []

    def load() -> None:
        try:
            import tiktoken

            loaded.append(tiktoken.encoding_for_model(model))
        # No network, no such model, a damaged copy: each means that tokens are bounded, not counted.
        except Exception as error:
            logging.getLogger(__name__).info("no encoding for %s: %s", model, error)

    thread = threading.Thread(target=load, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return loaded[0] if loaded else None
