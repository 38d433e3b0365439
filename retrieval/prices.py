"""What a model costs and how much it reads, from the price table that comes with genai-prices.

The table is a file of that package: nothing is ever downloaded. A model that it does not hold, or a
server other than OpenAI's, has no known price; none is guessed.
"""

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

OPENAI = "https://api.openai.com/v1"


def is_openai(base_url: str | None) -> bool:
    """Whether requests go to OpenAI itself: no base URL is set, or it is OpenAI's own."""
    return base_url is None or urlsplit(base_url).hostname == urlsplit(OPENAI).hostname


def price(
    model: str, prompt_tokens: int, completion_tokens: int = 0, base_url: str | None = None
) -> float | None:
    """What these tokens cost in dollars at OpenAI's standard rate today, or None where that is unknown."""
    found = _find(model) if is_openai(base_url) else None
    if found is None:
        return None
    # Late, as below.
    from genai_prices import Usage, calc_price

    usage = Usage(input_tokens=prompt_tokens, output_tokens=completion_tokens)
    told = calc_price(usage, model, provider_id="openai")
    # Some models are sold by the character or the hour: for tokens the table would give 0.
    wanted = ["input_mtok"] if not completion_tokens else ["input_mtok", "output_mtok"]
    if any(getattr(told.model_price, name) is None for name in wanted):
        return None
    return float(told.total_price)


def context_window(model: str, base_url: str | None = None) -> int | None:
    """How many tokens a model of OpenAI reads at most, or None where that is unknown."""
    found = _find(model) if is_openai(base_url) else None
    return found.context_window if found else None


@lru_cache
def _find(model: str) -> Any:
    """The model's entry in the table, or None."""
    # Late: it takes half a second, and without a model or a paid embedder nobody asks.
    from genai_prices.data_snapshot import get_snapshot

    try:
        return get_snapshot().find_provider_model(model, None, "openai", None)[1]
    except LookupError:
        return None
