"""What leaves this machine, when, and to whom, in plain words."""

import os
from urllib.parse import urlsplit

from app.settings import Settings
from retrieval.answers.rewriting import TURNS
from retrieval.prices import OPENAI

# In the order in which LangChain looks; the first that says anything counts.
TRACING = ("LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING", "LANGCHAIN_TRACING")
ENDPOINTS = ("LANGSMITH_ENDPOINT", "LANGCHAIN_ENDPOINT")
LANGSMITH = "https://api.smith.langchain.com"


def server(settings: Settings) -> str:
    """The server that the model is asked at, without a name or password in its address."""
    return _address(settings.openai_base_url) if settings.openai_base_url else f"OpenAI ({OPENAI})"


def leaving(settings: Settings) -> str:
    """What leaves this machine with these settings; "nothing" without a language model."""
    if not settings.has_model():
        return "nothing"
    told = [f"each question, with the passages found for it, to {server(settings)}, when it is asked"]
    if settings.embedding_model():
        told = [
            f"every passage once, to be embedded, and {told[0]}",
            "each question once more, to be embedded",
        ]
    told.append(f"in a conversation the last {TURNS} turns with it, to put the question in full")
    if traced := tracing():
        told.append(traced)
    return "; ".join(told)


def tracing() -> str | None:
    """Where LangChain sends a copy of all prompts and answers, if the environment tells it to."""
    name = next((name for name in TRACING if os.environ.get(name, "").strip()), None)
    if name is None or os.environ[name] != "true":
        return None
    address = next((os.environ[given] for given in ENDPOINTS if os.environ.get(given)), LANGSMITH)
    return (
        f"a copy of every prompt and answer to LangSmith ({_address(address)}), because {name} is set in the "
        "environment; unset it to stop that"
    )


def _address(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
